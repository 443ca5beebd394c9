#include "engine/compose_document.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace gate;

TEST_CASE("scalars have the type that compose gives them") {
  const auto json =
      parse_compose("a: 1\nb: '1'\nc: true\nd: yes\ne: 'yes'\nf: 1.5\ng: ~\nh: 0755\ni: -3\nj: 22:22\nk:\n");
  REQUIRE(json);
  CHECK(
      *json ==
      Json::parse(
          R"({"a":1,"b":"1","c":true,"d":true,"e":"yes","f":1.5,"g":null,"h":"0755","i":-3,"j":"22:22","k":null})"));
}

TEST_CASE("aliases and merge keys are resolved, and what stands there itself wins") {
  const auto json =
      parse_compose("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {<<: [*x, *y], a: 9}\nw:\n  <<: *x\nv: *y\n");
  REQUIRE(json);
  CHECK((*json)["z"] == Json::parse(R"({"a":9,"b":2,"c":4})"));
  CHECK((*json)["w"] == Json::parse(R"({"a":1,"b":2})"));
  CHECK((*json)["v"] == Json::parse(R"({"b":3,"c":4})"));
}

TEST_CASE("what two parsers could read differently is refused") {
  CHECK(parse_compose("a: 1\na: 2\n").error() == "line 2: \"a\" stands twice");
  CHECK(parse_compose("a: {<<: {b: 1}, <<: {c: 1}}").error() == "line 1: \"<<\" stands twice");
  CHECK(parse_compose("a: !!binary aGVsbG8=").error() ==
        "line 1: the tag tag:yaml.org,2002:binary is not supported");
  CHECK(parse_compose("a: !reset null").error() == "line 1: the tag !reset is not supported");
  CHECK(parse_compose("a: 1\n---\na: 2\n").error() == "the file holds more than one document");
  CHECK(parse_compose("").error() == "the file is empty");
  CHECK(parse_compose(std::string("a: \0", 4)).error() == "the file is no UTF-8 text");
  CHECK(parse_compose("\xff\xfe"
                      "a")
            .error() == "the file is no UTF-8 text");
  CHECK_FALSE(parse_compose("[1, 2]: x"));
  CHECK_FALSE(parse_compose("a: ["));
  CHECK_FALSE(parse_compose("a: {<<: 7}"));
}

TEST_CASE("a file that unfolds without end is refused quickly") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) {
      bomb += (j > 0 ? ", " : "") + before;
    }
    bomb += "]\n";
  }
  CHECK(parse_compose(bomb).error() == "the file unfolds to more than a compose file can hold");
  CHECK_FALSE(parse_compose("a: &a [*a]"));
  CHECK_FALSE(parse_compose(std::string(5000, '[')));
}

TEST_CASE("line breaks that only some parsers know are refused") {
  for (const char* const text : {"# a\rservices: {}\n", "# a\xc2\x85services: {}\n", "# a\xe2\x80\xa8services: {}\n",
                                 "# a\xe2\x80\xa9services: {}\n", "a: 1\n\xef\xbb\xbfservices: {}\n"}) {
    CHECK_FALSE(parse_compose(text));
  }
  CHECK(parse_compose("a: 1\r\nb: 2\r\n"));
}
