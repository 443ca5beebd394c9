#include "policy/path_pattern.hpp"

#include <chrono>
#include <string>

#include <catch2/catch.hpp>

using namespace gate;

namespace {

bool matches(const std::string& pattern, const std::string& path) {
  const auto parsed = PathPattern::parse(pattern);
  INFO(pattern);
  REQUIRE(parsed);
  CHECK(parsed->text() == pattern);
  return parsed->matches(path);
}

} // namespace

TEST_CASE("a path pattern without a slash matches the last part at any depth") {
  CHECK(matches("*.pem", "key.pem"));
  CHECK(matches("*.pem", "a/b/key.pem"));
  CHECK_FALSE(matches("*.pem", "key.pem.txt"));
  CHECK_FALSE(matches("*.pem", "a.pemx/b"));
  CHECK(matches(".env", ".env"));
  CHECK(matches(".env", "app/.env"));
  CHECK_FALSE(matches(".env", "app/x.env"));
  CHECK_FALSE(matches(".env", "app/.envrc"));
  CHECK(matches("*", "a/b/c"));
}

TEST_CASE("one with a slash is anchored at the top") {
  CHECK(matches("secrets/**", "secrets/a"));
  CHECK(matches("secrets/**", "secrets/a/b"));
  CHECK_FALSE(matches("secrets/**", "secrets"));
  CHECK_FALSE(matches("secrets/**", "x/secrets/a"));
  CHECK(matches("/Makefile", "Makefile"));
  CHECK_FALSE(matches("/Makefile", "src/Makefile"));
  CHECK(matches("src/*.c", "src/a.c"));
  CHECK_FALSE(matches("src/*.c", "src/a/b.c"));
  CHECK_FALSE(matches("src/*.c", "x/src/a.c"));
}

TEST_CASE("** goes over any number of folders, and over none") {
  CHECK(matches("a/**/b", "a/b"));
  CHECK(matches("a/**/b", "a/x/b"));
  CHECK(matches("a/**/b", "a/x/y/b"));
  CHECK_FALSE(matches("a/**/b", "ab"));
  CHECK_FALSE(matches("a/**/b", "a/xb"));
  CHECK_FALSE(matches("a/**/b", "ax/b"));
  CHECK(matches("**/b", "b"));
  CHECK(matches("**/b", "x/y/b"));
  CHECK_FALSE(matches("**/b", "xb"));
  CHECK(matches("**", "a/b"));
  CHECK(matches("a/**/**/b", "a/b"));
  CHECK(matches("a**z", "a/b/z"));
}

TEST_CASE("? and * stop at a slash") {
  CHECK(matches("a?c", "abc"));
  CHECK_FALSE(matches("x/a?c", "x/a/c"));
  CHECK_FALSE(matches("a?c", "ac"));
  CHECK_FALSE(matches("x/a*c", "x/a/c"));
  CHECK(matches("x/a*c", "x/ac"));
}

TEST_CASE("a folder speaks of everything below it") {
  CHECK(matches("infra", "infra/a/b"));
  CHECK(matches("infra", "x/infra/a"));
  CHECK(matches("infra", "infra"));
  CHECK_FALSE(matches("infra", "infrared/a"));
  CHECK(matches("infra/net", "infra/net/a"));
  CHECK_FALSE(matches("infra/net", "x/infra/net"));
  CHECK(matches("*.d", "conf.d/x"));
}

TEST_CASE("one that ends in a slash names folders only") {
  CHECK(matches("build/", "build/a"));
  CHECK(matches("build/", "x/build/a/b"));
  CHECK_FALSE(matches("build/", "build"));
  CHECK_FALSE(matches("build/", "x/build"));
  CHECK(matches("/build/", "build/a"));
  CHECK_FALSE(matches("/build/", "x/build/a"));
  CHECK(matches("x/build/", "x/build/a"));
  CHECK_FALSE(matches("x/build/", "y/x/build/a"));
}

TEST_CASE("classes and escapes are those of gitignore") {
  CHECK(matches("*.[ch]", "a/b.c"));
  CHECK_FALSE(matches("*.[ch]", "b.d"));
  CHECK(matches("[a-c]x", "bx"));
  CHECK_FALSE(matches("[a-c]x", "dx"));
  CHECK(matches("[!a-c]x", "dx"));
  CHECK_FALSE(matches("[^a-c]x", "bx"));
  CHECK(matches("[]]x", "]x"));
  CHECK(matches("[a-]x", "-x"));
  CHECK_FALSE(matches("y/a[!b]x", "y/a/x"));
  CHECK(matches("app/\\[id]/x", "app/[id]/x"));
  CHECK(matches("\\*", "a/*"));
  CHECK_FALSE(matches("\\*", "a/b"));
  CHECK(matches("\\\\[ab]", "\\a"));
}

TEST_CASE("paths are any bytes, and case counts") {
  CHECK(matches("*.pem", "\xff\n\x01.pem"));
  CHECK(matches("gr\xc3\xb6\xc3\x9f" "e", "a/gr\xc3\xb6\xc3\x9f" "e"));
  CHECK_FALSE(matches("*.pem", "KEY.PEM"));
  CHECK_FALSE(matches("*.pem", ""));
}

TEST_CASE("what can name no file of a tree is no path pattern") {
  for (const std::string& text :
       {std::string(), std::string("/"), std::string("//"), std::string(".."), std::string("../a"), std::string("a/.."), std::string("a/../b"),
        std::string("."), std::string("./a"), std::string("a//b"), std::string("a\nb"), std::string("a\0b", 3), std::string("\x01"),
        std::string("a\x7f"), std::string("[a"), std::string("a\\"), std::string("a[!]"), std::string("//a")}) {
    INFO(text);
    CHECK_FALSE(PathPattern::parse(text));
  }
  CHECK(PathPattern::parse("..a"));
  CHECK(PathPattern::parse("a..b/c"));
}

TEST_CASE("no path pattern is slow") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) {
    pattern += "**/*a";
  }
  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(PathPattern::parse(pattern)->matches(std::string(4000, 'a') + "b"));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
}
