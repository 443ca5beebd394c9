#include <catch2/catch.hpp>

#include <string>

#include "policy/parse.hpp"

using namespace gate;

namespace {

const std::string k_head = "schema = 1\n";
const std::string k_suite = "[suite.api]\ncompose = \"c.yml\"\nservice = \"api\"\nrun = [\"t\"]\n";

Policy right(const std::string& text) {
  auto parsed = parse_policy(text, "gate.toml", "0.1.0");
  if (!parsed) {
    FAIL(parsed.error().list.front().place.str() + ": " + parsed.error().list.front().message);
  }
  return *parsed;
}

// Every problem as "line:column message (hint)".
std::vector<std::string> wrong(const std::string& text) {
  const auto parsed = parse_policy(text, "gate.toml", "0.1.0");
  REQUIRE_FALSE(parsed);
  std::vector<std::string> all;
  for (const auto& p : parsed.error().list) {
    all.push_back(std::to_string(p.place.line) + ":" + std::to_string(p.place.column) + " " + p.message + (p.hint.empty() ? "" : " (" + p.hint + ")"));
  }
  return all;
}

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("the baseline policy is read") {
  const Policy policy = right(R"(schema = 1
requires = ">=0.1"
policy_branch = "master"
[[branch]]
match = ["staging", "release/*"]
remotes = ["origin"]
allow = ["merge", "fast-forward"]
from = ["development"]
require = ["api"]
[[tag]]
match = ["v*"]
allow = ["create"]
[suite.api]
compose = "./docker-compose.yml"
service = "api"
run = ["python", "manage.py", "test"]
timeout = "10m"
[suite.web]
build = "web/"
run = ["true"]
)");
  REQUIRE(policy.blocks.size() == 2);
  const Block& staging = policy.blocks[0];
  CHECK(staging.match.value[1].full() == "refs/heads/release/*");
  CHECK(staging.allow->value.contains(Shape::merge));
  CHECK(staging.allow->value.contains(Shape::fast_forward));
  CHECK_FALSE(staging.allow->value.contains(Shape::commit));
  CHECK(staging.allow->place.line == 7);
  CHECK(staging.from->value.front().full() == "refs/heads/development");
  CHECK(policy.blocks[1].match.value[0].full() == "refs/tags/v*");
  CHECK(policy.policy_branch->value.full() == "refs/heads/master");
  const auto& api = policy.suites.at("api");
  CHECK(std::get<ComposeSource>(api.source).file == "docker-compose.yml");
  CHECK(api.run == Strings{"python", "manage.py", "test"});
  CHECK(api.timeout == std::chrono::minutes(10));
  CHECK(std::get<BuildSource>(policy.suites.at("web").source).context == "web");
}

TEST_CASE("an unknown key names its place and what was meant") {
  CHECK(wrong(k_head + "[[branch]]\nmatch = [\"a\"]\nalow = [\"merge\"]\n") == Strings{"4:1 unknown key \"alow\" in [[branch]] (did you mean \"allow\"?)"});
  CHECK(wrong(k_head + "xyzzy = 1\n") == Strings{"2:1 unknown key \"xyzzy\" in the policy"});
}

TEST_CASE("all problems come in one go, in the order of the file") {
  CHECK(wrong(k_head + "[[branch]]\nmatch = \"master\"\nallow = [\"merg\"]\n[suite.api]\nrun = []\ntimeout = \"ten\"\n") ==
        Strings{"3:9 \"match\" must be a list of texts, not a text", "4:9 there is no shape \"merg\" (did you mean \"merge\"?)",
                "5:1 [suite.api] needs either \"compose\" or \"build\" (compose = \"docker-compose.yml\" with a service, or build = \"FOLDER\")",
                "6:7 \"run\" names no program (e.g. run = [\"python\", \"manage.py\", \"test\"])",
                "7:11 \"ten\" is no timeout (write e.g. \"90s\", \"10m\" or \"2h\", at most 24 hours)"});
}

TEST_CASE("an older gate says upgrade and nothing about keys it can't know") {
  CHECK(wrong("schema = 1\nrequires = \">=9.2\"\nfuture_key = 1\n") ==
        Strings{"2:12 this policy needs gate 9.2 or newer; this is gate 0.1.0 (upgrade gate)"});
  CHECK(wrong("schema = 2\nfuture_key = 1\n") == Strings{"1:10 schema 2 is newer than this gate (upgrade gate)"});
  const auto parsed = parse_policy("schema = 2\n", "gate.toml", "0.1.0");
  CHECK(parsed.error().needs_newer_gate);
  CHECK_FALSE(parse_policy("schema = 0\n", "gate.toml", "0.1.0").error().needs_newer_gate);
  right("schema = 1\nrequires = \">=0.1.0\"\n");
}

TEST_CASE("requires and schema are themselves checked") {
  CHECK(wrong("") == Strings{"0:0 \"schema\" is missing (begin the file with: schema = 1)"});
  CHECK(wrong("schema = 1\nrequires = \"0.1\"\n") == Strings{"2:12 \"requires\" must read \">=VERSION\", e.g. \">=0.1\""});
  CHECK(wrong("schema = 1\nrequires = \">=1.2.3.4\"\n").size() == 1);
  CHECK(wrong("schema = \"1\"\n") == Strings{"1:10 \"schema\" must be a whole number, not a text"});
}

TEST_CASE("a suite is either composed or built, and complete") {
  CHECK(wrong(k_head + "[suite.a]\ncompose = \"c.yml\"\nbuild = \".\"\nrun = [\"t\"]\n").size() == 1);
  CHECK(wrong(k_head + "[suite.a]\ncompose = \"c.yml\"\nrun = [\"t\"]\n") == Strings{"2:1 [suite.a] needs \"service\": the one that the tests run in"});
  CHECK(wrong(k_head + "[suite.a]\nbuild = \".\"\nservice = \"x\"\nrun = [\"t\"]\n") == Strings{"4:11 \"service\" goes with \"compose\", and [suite.a] has \"build\""});
  CHECK(wrong(k_head + "[suite.a]\nbuild = \".\"\n").size() == 1);
  CHECK(wrong(k_head + "[suite.a]\ncompose = \"c.yml\"\nservice = \"s\"\nrun = [\"t\"]\nall = true\ndeps = false\n").size() == 1);
  CHECK(std::get<ComposeSource>(right(k_head + k_suite + "all = true\n").suites.at("api").source).scope == ServiceScope::whole_file);
  CHECK(std::get<ComposeSource>(right(k_head + k_suite + "deps = false\n").suites.at("api").source).scope == ServiceScope::alone);
  CHECK(std::get<ComposeSource>(right(k_head + k_suite).suites.at("api").source).scope == ServiceScope::with_dependencies);
}

TEST_CASE("paths stay in the repository") {
  for (const char* path : {"../c.yml", "a/../../c.yml", "/etc/c.yml", ""}) {
    INFO(path);
    CHECK_FALSE(wrong(k_head + "[suite.a]\ncompose = \"" + path + "\"\nservice = \"s\"\nrun = [\"t\"]\n").empty());
  }
}

TEST_CASE("a suite's name is fit for file and image names") {
  for (const char* name : {"\"a/b\"", "\"../x\"", "\"a b\"", "\"\"", "\"-a\"", "\"\\u001b[31m\""}) {
    INFO(name);
    CHECK_FALSE(wrong(k_head + "[suite." + name + "]\nbuild = \".\"\nrun = [\"t\"]\n").empty());
  }
}

TEST_CASE("required suites must exist") {
  CHECK(wrong(k_head + "[[branch]]\nmatch = [\"a\"]\nrequire = [\"aip\"]\n" + k_suite) == Strings{"4:11 there is no suite \"aip\" (did you mean \"api\"?)"});
  right(k_head + "[[branch]]\nmatch = [\"a\"]\nrequire = []\n");
}

TEST_CASE("from names branches, not patterns") {
  CHECK(wrong(k_head + "[[branch]]\nmatch = [\"a\"]\nfrom = [\"release/*\"]\n").size() == 1);
  CHECK(wrong(k_head + "[[branch]]\nmatch = [\"a\"]\nfrom = [\"refs/tags/v1\"]\n").size() == 1);
}

TEST_CASE("a block needs refs to speak of") {
  CHECK(wrong(k_head + "[[branch]]\nallow = [\"merge\"]\n").size() == 1);
  CHECK(wrong(k_head + "[[branch]]\nmatch = []\n").size() == 1);
  CHECK(wrong(k_head + "[[branch]]\nmatch = [\"a b\"]\n").size() == 1);
  CHECK(wrong(k_head + "[branch]\nmatch = [\"a\"]\n").size() == 1);
}

TEST_CASE("text that toml++ 3.3 falls over is refused before it") {
  std::string dots = "a";
  for (int i = 0; i < 200'000; ++i) {
    dots += ".a";
  }
  CHECK(wrong(dots + " = 1\n").size() == 1);
  CHECK(wrong(dots.substr(0, 2 * 40) + "b = 1\n").size() == 1);
  CHECK(wrong("[\x10]\n") == Strings{"1:2 there is a control byte here (remove it)"});
  CHECK(wrong("a =7T0\xef\xbb\xbb\n") == Strings{"1:7 characters beyond ASCII belong in quotes (put the name or value in double quotes)"});
  CHECK(wrong("a = \"\xff\"\n") == Strings{"1:6 this is not UTF-8 (save the file as UTF-8)"});
  CHECK(wrong(std::string(64 * 1024 + 1, '#')).size() == 1);
  CHECK(wrong(std::string("a = \"\0\"\n", 8)).size() == 1);
}

TEST_CASE("strings and comments may hold any character and any number of dots") {
  right(k_head + "# größe " + std::string(100, '.') + "\n[suite.a]\nbuild = \".\"\nrun = [\"ü\", \"a.b.c." + std::string(100, '.') + "\", '''x\n\"''', \"\\\"é\"]\n");
}

TEST_CASE("syntax errors have their place") {
  const auto problems = wrong("schema = 1\n[[branch]\n");
  REQUIRE(problems.size() == 1);
  CHECK(problems.front().rfind("2:", 0) == 0);
}

TEST_CASE("a NUL smuggled in by an escape is refused") {
  CHECK_FALSE(wrong(k_head + "[suite.a]\nbuild = \".\"\nrun = [\"t\\u0000\"]\n").empty());
}
