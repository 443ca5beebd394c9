#include "git/note_lines.hpp"

#include <catch2/catch.hpp>

using namespace gate;

namespace {

using NoteTexts = std::vector<std::string>;

NoteTexts first_of(std::string_view note, NoteTexts lines = {}) {
  read_note_lines(note, lines);
  return lines;
}

std::string numbered_lines(std::size_t from, std::size_t to) {
  std::string text;
  for (; from < to; ++from) {
    text += std::to_string(from) + "\n";
  }
  return text;
}

} // namespace

TEST_CASE("a note is its lines, without those that are blank, twice there or too long") {
  CHECK(first_of("").empty());
  CHECK(first_of("\n \t\r\n\n").empty());
  CHECK(first_of("b\n\na\n\r\nb\nc") == NoteTexts{"b", "a", "c"});
  CHECK(first_of("a\nb", {"b"}) == NoteTexts{"b", "a"});
  const std::string longest(k_longest_note_line, 'x');
  CHECK(first_of(longest + "y\n" + longest + "\n") == NoteTexts{longest});
  CHECK_FALSE(is_note_line("a\nb"));
  CHECK(is_note_line("{}"));
}

TEST_CASE("of many lines the first are read, and the newest are kept") {
  const auto many = numbered_lines(0, 200);
  const auto first = first_of(many);
  REQUIRE(first.size() == k_most_note_lines);
  CHECK(first.front() == "0");
  const auto newest = newest_note_lines({many});
  REQUIRE(newest.size() == k_most_note_lines);
  CHECK(newest.front() == "136");
  CHECK(newest.back() == "199");
}

TEST_CASE("of several notes the last is the newest") {
  CHECK(newest_note_lines({}).empty());
  CHECK(newest_note_lines({"a\nb\n", "\nc\na"}) == NoteTexts{"b", "c", "a"});
  const auto newest = newest_note_lines({"old\n", numbered_lines(0, 63)});
  REQUIRE(newest.size() == k_most_note_lines);
  CHECK(newest.front() == "old");
  CHECK(newest_note_lines({"old\n", numbered_lines(0, 64)}).front() == "0");
}
