// Linked into sanitized builds only.

// libgit2 1.5's git_revparse_single loses a pcre2 match when it finds nothing.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpcre2\n"; }
