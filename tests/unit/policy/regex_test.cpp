#include "policy/regex.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

using namespace gate;

namespace {

Regex::Answer ask(const std::string& pattern, const std::string& text) {
  const auto regex = Regex::compile(pattern);
  INFO(pattern);
  REQUIRE(regex);
  return regex->search(text);
}

bool matches(const std::string& pattern, const std::string& text) {
  const auto answer = ask(pattern, text);
  CHECK(answer != Regex::Answer::too_costly);
  return answer == Regex::Answer::matches;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

} // namespace

TEST_CASE("a pattern is looked for anywhere, unless it is anchored") {
  CHECK(matches("b", "abc"));
  CHECK_FALSE(matches("B", "abc"));
  CHECK(matches("(?i)B", "abc"));
  CHECK(matches("^[A-Z].{9,}", "A subject of some length"));
  CHECK_FALSE(matches("^[A-Z].{9,}", "Too short"));
  CHECK_FALSE(matches("^[A-Z].{9,}", "a subject of some length"));
  CHECK(matches("", "anything"));
  CHECK(matches("^$", ""));
}

TEST_CASE("^ and $ stand for the beginning and the end of the whole text") {
  CHECK(matches("@example\\.org$", "a@example.org"));
  CHECK_FALSE(matches("@example\\.org$", "a@example.org.evil.net"));
  CHECK_FALSE(matches("@example\\.org$", "a@example.org\nx"));
  CHECK_FALSE(matches("^second", "first\nsecond"));
  CHECK_FALSE(matches("first$", "first\nsecond"));
  CHECK(matches("(?m)^second", "first\nsecond"));
  CHECK(matches("(?m)first$", "first\nsecond"));
}

TEST_CASE("a message ends in a newline, and $ holds before it; \\z is the very end") {
  CHECK(matches("^feat: .+$", "feat: a thing\n"));
  CHECK_FALSE(matches("^feat: .+$", "feat: a thing\n\n"));
  CHECK_FALSE(matches("thing\\z", "thing\n"));
  CHECK(matches("thing\\z", "thing"));
}

TEST_CASE("text is UTF-8 where it can be, and any bytes elsewhere") {
  CHECK(matches("^.{5}$", "gr\xc3\xb6\xc3\x9f" "e"));
  CHECK(matches("^\\p{Lu}", "\xc3\x9c" "ber"));
  CHECK(matches("ok", "\xff\xfe ok"));
  // Each byte that is none counts as one character, U+FFFD.
  CHECK(matches("^a.b$", "a\xff" "b"));
  CHECK(matches("\\x{fffd}", "a\xff" "b"));
  CHECK_FALSE(matches("^\\w+$", "a\xff" "b"));
  // What stands before or behind broken bytes is neither beginning nor end.
  CHECK_FALSE(matches("^b", "a\xff" "b"));
  CHECK_FALSE(matches("\\Ab", "a\xff" "b"));
  CHECK_FALSE(matches("@example\\.org$", "x@example.org\xff"));
  CHECK_FALSE(matches("@example\\.org\\z", "x@example.org\xff.evil.net"));
  CHECK(matches("a.b", std::string("a\0b", 3)));
}

TEST_CASE("a pattern of other bytes is compared byte by byte") {
  CHECK(matches("\xff+", "a\xff\xff"));
  CHECK_FALSE(Regex::compile("(*UTF)\xff"));
}

TEST_CASE("what is no pattern is refused in PCRE2's words, with the place") {
  const auto error = Regex::compile("a(b");
  REQUIRE_FALSE(error);
  CHECK(error.error() == "missing closing parenthesis (at byte 3)");
  for (const char* pattern : {"a**+?{", "[z-a]", "(?<n>a)(?<n>b)", "\\", "(?P<", "a\\Cb", "\\p{Nonsense}"}) {
    INFO(pattern);
    CHECK_FALSE(Regex::compile(pattern));
  }
}

TEST_CASE("a pattern has 1024 bytes at most") {
  CHECK(Regex::compile(std::string(1024, 'a')));
  CHECK_FALSE(Regex::compile(std::string(1025, 'a')));
}

TEST_CASE("hostile patterns and texts end soon") {
  const std::vector<std::pair<std::string, std::string>> costly = {
      {"(a+)+$", std::string(100'000, 'a') + "!"},
      {"^(a+)+$", std::string(100'000, 'a') + "!"},
      {"(a|aa)+$", std::string(100'000, 'a') + "!"},
      {"^(([a-z])+.)+[A-Z]([a-z])+$", std::string(100'000, 'a')},
      {"(.*)*x", std::string(100'000, 'a')},
      {"(x+x+)+y", std::string(100'000, 'x')},
      {"a*[bc]", std::string(1'000'000, 'a')},
      {"\\S+\\s\\z", std::string(1'000'000, 'a')},
      {"(.+)b?\\1[cd]", std::string(100'000, 'a') + "!"},
      {"(?i)(.+)-\\1[cd]", repeated("a-", 50'000)},
      {"(a?){30}a{30}[xy]", std::string(100'000, 'a')},
      {"(?:(a)|(?R))*[bc]", std::string(100'000, 'a')},
  };
  for (const auto& [pattern, text] : costly) {
    INFO(pattern);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(ask(pattern, text) != Regex::Answer::matches);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  }
  CHECK(ask("(a+)+$", std::string(100'000, 'a') + "!") == Regex::Answer::too_costly);
  CHECK(ask("a*[bc]", std::string(1'000'000, 'a')) == Regex::Answer::too_costly);
}

TEST_CASE("what people write costs little, also on long texts") {
  const std::string body = "feat: a subject\n\n" + repeated("A line of a long message, as people write them.\n", 20'000) + "Fixes: #12\n";
  CHECK(matches("^(feat|fix|docs)(\\([a-z-]+\\))?!?: .{1,72}", body));
  CHECK(matches("(?m)^Fixes: #\\d+$", body));
  CHECK_FALSE(matches("(?m)^Closes: #\\d+$", body));
  CHECK(matches("(?s)^.+\\n\\n.+$", body));
  CHECK_FALSE(matches("WIP|fixup!", body));
}

TEST_CASE("patterns are equal by their text, and copies share what was compiled") {
  const auto one = Regex::compile("a+").value();
  const Regex copy = one; // NOLINT: the copy is what is tested
  CHECK(copy == Regex::compile("a+").value());
  CHECK_FALSE(copy == Regex::compile("a*").value());
  CHECK(copy.pattern() == "a+");
  CHECK(copy.search("xa") == Regex::Answer::matches);
}
