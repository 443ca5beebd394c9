#include "git/tree_names.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace gate;

TEST_CASE("names that git refuses are refused") {
  for (const std::string name : {"",
                                 ".",
                                 "..",
                                 "a/b",
                                 "/",
                                 "../x",
                                 ".git",
                                 ".GIT",
                                 ".Git",
                                 "git~1",
                                 "GIT~1",
                                 ".git.",
                                 ".git ",
                                 ".git . ",
                                 ".git::$INDEX_ALLOCATION",
                                 ".git:x",
                                 ".git\\x",
                                 "a\\.git",
                                 "a\\git~1\\b",
                                 "a\\b\\.GIT. ",
                                 ".g\xe2\x80\x8cit",
                                 "\xef\xbb\xbf.git",
                                 ".git\xe2\x80\x8d",
                                 ".GI\xe2\x80\xaeT",
                                 ".git\xff"}) {
    CAPTURE(name);
    CHECK_FALSE(may_check_out(name, false));
    CHECK_FALSE(may_check_out(name, true));
  }
}

TEST_CASE("names that only look like them are fine") {
  for (const std::string name :
       {"...", ".gi",       ".gitx",      ".gitignore",   ".gitattributes", ".github",
        "git", "git~2",     "git~10",     "x.git",        ".git-x",         "a\\b",
        "..a", "a..",       "\xff\xfe",   "na\xc3\xafve", ".g\xc4\xb1t",    "a b",
        "-rf", "new\nline", ".gitmodules"}) {
    CAPTURE(name);
    CHECK(may_check_out(name, false));
  }
}

TEST_CASE("a symlink may not stand for .gitmodules") {
  for (const std::string name : {".gitmodules", ".GITMODULES", ".gitmodules ", "gitmod~1", ".gitmodules:x",
                                 ".git\xe2\x80\x8cmodules", "a\\.gitmodules"}) {
    CAPTURE(name);
    CHECK(may_check_out(name, false));
    CHECK_FALSE(may_check_out(name, true));
  }
  CHECK(may_check_out(".gitattributes", true));
  CHECK(may_check_out(".gitmodulesx", true));
}
