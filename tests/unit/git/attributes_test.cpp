#include "git/attributes.hpp"

#include <random>
#include <sstream>

#include <catch2/catch.hpp>

#include "support/scratch_repository.hpp"

using namespace gate;
using gate::test::ScratchRepository;

namespace {

std::string filter(std::string_view attributes, std::string_view path) {
  const AttributeFile file = AttributeFile::parse(attributes);
  return filter_of(path, {{"", &file}});
}

} // namespace

TEST_CASE("the filter of a path is what the last fitting line says") {
  CHECK(filter("*.bin filter=lfs diff=lfs merge=lfs -text\n", "a/b.bin") == "lfs");
  CHECK(filter("*.bin filter=lfs\n", "a/b.txt").empty());
  CHECK(filter("*.bin filter=lfs\nkeep.bin -filter\n", "a/keep.bin").empty());
  CHECK(filter("*.bin filter=lfs\nkeep.bin !filter\n", "keep.bin").empty());
  CHECK(filter("*.bin filter=lfs filter=other\n", "x.bin") == "other");
  CHECK(filter("*.bin filter\n", "x.bin").empty());
  CHECK(filter("# *.bin filter=lfs\n", "x.bin").empty());
  CHECK(filter("\xef\xbb\xbf*.bin filter=lfs\r\n", "x.bin") == "lfs");
  CHECK(filter("\"a b.bin\" filter=lfs", "a b.bin") == "lfs");
  CHECK(filter("\"\\303\\244\" filter=lfs", "\xc3\xa4") == "lfs");
  CHECK(filter("!*.bin filter=lfs", "x.bin").empty());
  CHECK(filter("*.bin filter=lfs b@d\n", "x.bin").empty());
  CHECK(filter("*.bin filter=lfs" + std::string(2048, ' ') + "\n", "x.bin").empty());
}

TEST_CASE("macros of the top folder are expanded") {
  const std::string top = "[attr]large filter=lfs -text\n*.bin large\nno.bin -large\n";
  CHECK(filter(top, "x.bin") == "lfs");
  CHECK(filter(top, "no.bin").empty());
}

TEST_CASE("a deeper file wins, and its patterns are its folder's") {
  const AttributeFile top = AttributeFile::parse("*.bin filter=lfs\n[attr]m filter=lfs\n");
  const AttributeFile below = AttributeFile::parse("/x.bin -filter\n[attr]n filter=lfs\ny m\nz n\n");
  const std::vector<PlacedAttributes> files = {{"", &top}, {"a/", &below}};
  CHECK(filter_of("a/x.bin", files).empty());
  CHECK(filter_of("a/b/x.bin", files) == "lfs");
  CHECK(filter_of("a/y", files) == "lfs");
  CHECK(filter_of("a/z", files).empty());
}

TEST_CASE("a hostile pattern takes no longer than a kind one") {
  std::string pattern;
  for (int i = 0; i < 500; ++i) {
    pattern += "*a";
  }
  CHECK_FALSE(attribute_pattern_fits(pattern + "b", std::string(4000, 'a')));
  std::string folders;
  for (int i = 0; i < 300; ++i) {
    folders += "**/a/";
  }
  std::string path;
  for (int i = 0; i < 1000; ++i) {
    path += "a/";
  }
  CHECK_FALSE(attribute_pattern_fits(folders + "b", path + "a"));
}

TEST_CASE("patterns fit what git says they fit") {
  const std::vector<std::string> patterns = {
      "*",        "*.bin",   "/*.bin",       "a/*",      "a/**",   "**/b",  "a/**/b",
      "**",       "/a",      "a/",           "?.bin",    "[ab]/x", "[!a]*", "[^a]*",
      "[a-c]x",   "[]x]",    "[[:digit:]]*", "\\*.bin",  "a\\b",   "a/b",   "b",
      "**/a/**",  "a**b",    "**.bin",       "x/**/y/*", "*/b/*",  "[a",    "[[:alpha:]].bin",
      "a*/**/b*", "**/**/b", "a/**/**/b",    "[\\]]",    "[a-]"};
  const std::vector<std::string> paths = {"a",       "b",     "x.bin",   "a/x.bin", "a/b",   "a/b/c", "a/c/b",
                                          "a/c/d/b", "x/y/z", "x/a/y/z", "*.bin",   "1x",    "bx",    "]",
                                          "-",       "ab",    "a/ab",    "c/a/b",   "x/b/y", "a/b/b"};
  ScratchRepository scratch;
  std::string all;
  for (const std::string& path : paths) {
    all += path + std::string(1, '\0');
  }
  for (const std::string& pattern : patterns) {
    REQUIRE(write_file(scratch.path() / ".gitattributes", pattern + " filter=lfs\n", 0644));
    const std::string answer = scratch.git_with_input(all, {"check-attr", "-z", "--stdin", "filter"});
    std::istringstream stream(answer);
    for (const std::string& path : paths) {
      std::string told_path;
      std::string attribute;
      std::string value;
      std::getline(stream, told_path, '\0');
      std::getline(stream, attribute, '\0');
      std::getline(stream, value, '\0');
      REQUIRE(told_path == path);
      CAPTURE(pattern, path);
      CHECK(attribute_pattern_fits(pattern, path) == (value == "lfs"));
    }
  }
}
