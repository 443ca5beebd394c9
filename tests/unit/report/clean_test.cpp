#include <catch2/catch.hpp>

#include "report/clean.hpp"

using gate::clean_line;

TEST_CASE("ordinary text stays as it is") {
  CHECK(clean_line("Fix größe 漢字 🎉") == "Fix größe 漢字 🎉");
  CHECK(clean_line("a\tb") == "a b");
}

TEST_CASE("nothing that moves a cursor, colours or reorders comes through") {
  CHECK(clean_line("\x1b[31mred\x1b[0m") == "\\x1b[31mred\\x1b[0m");
  CHECK(clean_line("a\rb\nc\bd\x7f") == "a\\x0db\\x0ac\\x08d\\x7f");
  CHECK(clean_line("\xc2\x9b"
                   "31m") == "\\u{9b}31m");
  CHECK(clean_line("\xe2\x80\xae"
                   "abc") == "\\u{202e}abc");
  CHECK(clean_line("\xe2\x81\xa6") == "\\u{2066}");
  CHECK(clean_line(std::string("a\0b", 3)) == "a\\x00b");
  CHECK(clean_line("\xe2\x80\xa8") == "\\u{2028}");
}

TEST_CASE("broken UTF-8 is shown byte by byte") {
  CHECK(clean_line("\xff\xfe") == "\\xff\\xfe");
  CHECK(clean_line("\xc0\x9b") == "\\xc0\\x9b");
  CHECK(clean_line("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(clean_line("\xe2\x80") == "\\xe2\\x80");
  CHECK(clean_line("\xf5\x80\x80\x80") == "\\xf5\\x80\\x80\\x80");
}
