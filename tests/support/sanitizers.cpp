// Linked into sanitized builds only: leaks that are not ours.

extern "C" const char* __lsan_default_options();
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }

// libgit2 1.5.1, regexp.c: what it takes for a match of a setting's name is not given back when there is no match.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpcre2\n"; }
