#include <catch2/catch.hpp>

#include "policy/pattern.hpp"

using namespace gate;

namespace {
bool matches(const char* pattern, const char* ref, RefPattern::Kind kind = RefPattern::Kind::branch) {
  return RefPattern::parse(pattern, kind)->matches(*RefName::parse(ref));
}
} // namespace

TEST_CASE("a short pattern stands for branches or for tags") {
  CHECK(matches("staging", "refs/heads/staging"));
  CHECK_FALSE(matches("staging", "refs/tags/staging"));
  CHECK(matches("staging", "refs/tags/staging", RefPattern::Kind::tag));
  CHECK_FALSE(matches("staging", "refs/heads/staging2"));
  CHECK_FALSE(matches("staging", "refs/heads/x/staging"));
}

TEST_CASE("* and ? stop at a slash, ** does not") {
  CHECK(matches("release/*", "refs/heads/release/1.0"));
  CHECK_FALSE(matches("release/*", "refs/heads/release/1.0/rc"));
  CHECK(matches("release/**", "refs/heads/release/1.0/rc"));
  CHECK(matches("v?", "refs/heads/v1"));
  CHECK_FALSE(matches("v?", "refs/heads/v"));
  CHECK_FALSE(matches("v?1", "refs/heads/v/1"));
  CHECK(matches("**", "refs/heads/a/b/c"));
  CHECK_FALSE(matches("*", "refs/heads/a/b"));
  CHECK(matches("refs/**", "refs/notes/x"));
  CHECK(matches("*-fix", "refs/heads/a-fix"));
  CHECK(matches("a*b*c", "refs/heads/aXbYbZc"));
}

TEST_CASE("no pattern is slow") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) {
    pattern += "*a";
  }
  CHECK_FALSE(RefPattern::parse(pattern, RefPattern::Kind::branch)->matches(*RefName::branch(std::string(4000, 'a') + "b")));
}

TEST_CASE("patterns that no ref can match are refused") {
  for (const char* text : {"", "/a", "a/", "a b", "a~", "a^", "a:", "a[b", "a\\b", "a\nb"}) {
    INFO(text);
    CHECK_FALSE(RefPattern::parse(text, RefPattern::Kind::branch));
  }
}
