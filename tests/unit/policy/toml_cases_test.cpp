// TOML 1.0 as policy files are read: what the specification admits and what it forbids, in the manner of toml-test. And the inputs that
// make toml++ 3.3 fall over.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "policy/decode.hpp"
#include "policy/parse.hpp"
#include "policy/vet.hpp"

using namespace gate;

namespace {

// As parse_policy does it.
bool is_toml(const std::string& text) { return !vet_policy_text(text, "gate.toml") && toml::parse(text, std::string_view("gate.toml")).succeeded(); }

const std::vector<std::string> k_valid = {
    "",
    "\n",
    "# only a comment",
    "a = 1",
    "a = 1 # comment",
    "a = 1\r\nb = 2\r\n",
    "\ta\t=\t1\t",
    "a-b_1 = 1",
    "1234 = 1",
    "\"a b\" = 1",
    "'a.b' = 1",
    "\"\" = 1",
    "a.b.c = 1\na.b.d = 2",
    "a . b = 1",
    "3.14 = 1",
    "a.\"b.c\".d = 1",
    "fruit.apple.smooth = true\nfruit.orange = 2",
    "a = true\nb = false",
    "a = +99\nb = -17\nc = 0\nd = -0\ne = 1_000",
    "a = 0xDEADBEEF\nb = 0o755\nc = 0b1101",
    "a = 9223372036854775807\nb = -9223372036854775808",
    "a = +1.0\nb = -0.01\nc = 5e+22\nd = 1e06\ne = 6.626e-34\nf = 9_224.5",
    "a = inf\nb = -inf\nc = nan\nd = +nan",
    "a = 1979-05-27T07:32:00Z",
    "a = 1979-05-27T00:32:00.999999-07:00",
    "a = 1979-05-27 07:32:00Z",
    "a = 1979-05-27t07:32:00z",
    "a = 1979-05-27T07:32:00",
    "a = 1979-05-27",
    "a = 07:32:00.5",
    "a = 2000-02-29",
    "a = \"\"",
    "a = \"\\b\\t\\n\\f\\r\\\"\\\\\\u00e9\\U0001F600\"",
    "a = 'C:\\no\\escape'",
    "a = \"\"\"\nfirst\nsecond\"\"\"",
    "a = \"\"\"one \\\n   two\"\"\"",
    "a = \"\"\"He said \"\"hi\"\".\"\"\"",
    "a = \"\"\"\"quoted\"\"\"\"",
    "a = '''\nraw \\ 'text''''",
    "a = \"tab\there\"",
    "a = \"# no comment\"",
    "a = \"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\" # \xc3\xa9",
    "a = []",
    "a = [1, 2, 3,]",
    "a = [\n1, # one\n\n2\n]",
    "a = [[1, 2], [\"x\", 'y']]",
    "a = [1, \"x\", { b = 1 }]",
    "a = {}",
    "a = { b = 1, c.d = 2 }",
    "[a]\nb = 1",
    "[ a . b ]\nc = 1",
    "[a.b]\nc = 1\n[a]\nd = 2",
    "[\"a.b\".'c']\nd = 1",
    "[[a]]\nb = 1\n[[a]]\nb = 2",
    "[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 2",
    "[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\nc = 2",
    "[a]\n[a.b]\n[c]",
    "[a]\nb.c = 1\n[a.d]\ne = 1",
};

const std::vector<std::string> k_invalid = {
    "a",
    "a =",
    "= 1",
    "a = 1 b = 2",
    "a b = 1",
    "a\n= 1",
    "a = 1\na = 2",
    "a = 1\n\"a\" = 2",
    "a.b = 1\na.b = 2",
    "a = 1\na.b = 2",
    "a.b = 1\na = 2",
    "a. = 1",
    ".a = 1",
    "a..b = 1",
    "\"\"\"a\"\"\" = 1",
    "\xc3\xa9 = 1",
    "a = True",
    "a = yes",
    "a = 01",
    "a = +0x10",
    "a = 0xg",
    "a = 0b2",
    "a = 0o8",
    "a = 1__0",
    "a = _1",
    "a = 1_",
    "a = 9223372036854775808",
    "a = .5",
    "a = 5.",
    "a = 1.e5",
    "a = 1e",
    "a = Inf",
    "a = 2021-02-29",
    "a = 1979-13-01",
    "a = 1979-00-01",
    "a = 1979-05-32",
    "a = 1979-5-27",
    "a = 1979-05-27T24:00:00Z",
    "a = 1979-05-27T07:60:00Z",
    "a = 1979-05-27T07:32",
    "a = 1979-05-27T07:32:00+25:00",
    "a = 1979-05-27T",
    "a = 7:32:00",
    "a = \"\n\"",
    "a = \"open",
    "a = 'open",
    "a = \"\"\"open",
    "a = '''open",
    "a = \"\\x41\"",
    "a = \"\\q\"",
    "a = \"\\u12\"",
    "a = \"\\ud800\"",
    "a = \"\\U00110000\"",
    "a = \"a\x01\"",
    "a = 'a\x7f'",
    "a = \"a\" \"b\"",
    "# bad \x02",
    std::string("a = \"\0\"", 7),
    "a = \"\xff\"",
    "a = \"\xc0\x80\"",
    "a = \"\xed\xa0\x80\"",
    "a = [1 2]",
    "a = [1,,2]",
    "a = [",
    "a = [1",
    "a = { b = 1, }",
    "a = { b = 1\n}",
    "a = { b = 1, b = 2 }",
    "a = { b = 1 }\na.c = 2",
    "a = { b = 1 }\n[a]",
    "a = {",
    "[a]\n[a]",
    "[a]\nb = 1\n[a.b]",
    "[]",
    "[a",
    "[a]]",
    "[a] b = 1",
    "[a.]",
    "[[a]",
    "[[]]",
    "a = []\n[[a]]",
    "[a]\n[[a]]",
    "[[a]]\n[a]",
    "[[a]]\n[[a.b]]\n[a.b]",
    "a.b = 1\n[a]",
    "[a]\nb.c = 1\n[a.b]",
    "a = 1\n[a.b]",
    "a = 1\r",
};

} // namespace

TEST_CASE("valid TOML is read") {
  for (const auto& text : k_valid) {
    INFO(text);
    CHECK(is_toml(text));
  }
}

TEST_CASE("invalid TOML is refused") {
  for (const auto& text : k_invalid) {
    INFO(text);
    CHECK_FALSE(is_toml(text));
    CHECK_FALSE(parse_policy("schema = 1\n" + text, "gate.toml", "0.1.0"));
  }
}

TEST_CASE("text that toml++ 3.3 falls over never reaches it") {
  std::string dots = "a";
  for (int i = 1; i < 200'000; ++i) {
    dots += ".a";
  }
  const auto problem_of = [](const std::string& text) {
    const auto parsed = parse_policy(text, "gate.toml", "0.1.0");
    REQUIRE_FALSE(parsed);
    REQUIRE(parsed.error().list.size() == 1);
    const auto& problem = parsed.error().list.front();
    return problem.place.str() + " " + problem.message;
  };
  CHECK(problem_of("[\x10]\n") == "gate.toml:1:2 there is a control byte here");
  CHECK(problem_of("a =7T0\xef\xbb\xbb\n") == "gate.toml:1:7 characters beyond ASCII belong in quotes");
  CHECK(problem_of(dots + " = 1\n").find("64 KiB") != std::string::npos);
  CHECK(problem_of(dots.substr(0, 60'000) + " = 1\n").find("more than 32 dots") != std::string::npos);
  CHECK(problem_of("[" + dots.substr(0, 2 * 34 - 1) + "]\n").find("more than 32 dots") != std::string::npos);
  CHECK(is_toml(dots.substr(0, 2 * 33 - 1) + " = 1\n"));
  CHECK(problem_of("a = \"\xff\"\n") == "gate.toml:1:6 this is not UTF-8");
  CHECK(problem_of(std::string(64 * 1024 + 1, '#')).find("64 KiB") != std::string::npos);
}

TEST_CASE("a quote inside a value hides nothing from the vetting") {
  // toml++ reads on over it, and its table of white space has a hole for what stands behind.
  for (const char* text : {"a =7'''T0\xef\xbb\x8b\n", "a =7'T0\xef\xbb\x8b'\n", "a = \"\"\"x\"\"\"\"\xef\xbb\x8b\n", "a = 'x''\xef\xbb\x8b'\n"}) {
    INFO(text);
    CHECK(vet_policy_text(text, "gate.toml"));
  }
  CHECK_FALSE(vet_policy_text("a = \"\"\"x\"\"\"\"\"   # \xc3\xa9\nb = [\"\xc3\xa9\",'\xc3\xa9']\nc.\"\xc3\xa9\" = '''''x''''\n", "gate.toml"));
}

TEST_CASE("deep nesting ends in an error, not on the stack") {
  for (const char* const opening : {"[", "{a="}) {
    std::string deep = "a = ";
    for (int i = 0; i < 20'000; ++i) {
      deep += opening;
    }
    CHECK_FALSE(is_toml(deep));
  }
}
