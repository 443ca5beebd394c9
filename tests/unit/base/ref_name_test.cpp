#include <catch2/catch.hpp>

#include "base/ref_name.hpp"

using gate::RefName;

TEST_CASE("full ref names that git admits are taken") {
  for (const char* name : {"refs/heads/master", "refs/tags/v1.0", "refs/heads/a/b", "refs/heads/$(touch${IFS}pwn)", "refs/heads/-x",
                           "refs/heads/a;b|c&d'\"`", "refs/for/master", "refs/heads/@", "refs/heads/größe"}) {
    INFO(name);
    CHECK(RefName::parse(name));
  }
}

TEST_CASE("what git-check-ref-format refuses is refused") {
  for (const char* name : {"", "master", "refs", "refs/", "refs/heads/", "refs/heads//a", "refs/heads/a..b", "refs/heads/.a", "refs/heads/a.",
                           "refs/heads/a.lock", "refs/heads/a.lock/b", "refs/heads/a b", "refs/heads/a~b", "refs/heads/a^b", "refs/heads/a:b",
                           "refs/heads/a?b", "refs/heads/a*b", "refs/heads/a[b", "refs/heads/a\\b", "refs/heads/a\x7f", "refs/heads/a\nb", "refs/heads/a@{b"}) {
    INFO(name);
    CHECK_FALSE(RefName::parse(name));
  }
}

TEST_CASE("a tag called staging is not the branch") {
  const auto tag = *RefName::parse("refs/tags/staging");
  const auto branch = *RefName::branch("staging");
  CHECK_FALSE(tag == branch);
  CHECK(tag.is_tag());
  CHECK_FALSE(tag.is_branch());
  CHECK(branch.full() == "refs/heads/staging");
  CHECK(branch.brief() == "staging");
}

TEST_CASE("a full name is not put under refs/heads again") {
  CHECK(RefName::branch("refs/notes/x")->full() == "refs/notes/x");
  CHECK(RefName::branch("refs/notes/x")->is_note());
}
