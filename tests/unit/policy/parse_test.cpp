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
  CHECK(staging.rules.allow->value.contains(Shape::merge));
  CHECK(staging.rules.allow->value.contains(Shape::fast_forward));
  CHECK_FALSE(staging.rules.allow->value.contains(Shape::commit));
  CHECK(staging.rules.allow->place.line == 7);
  CHECK(staging.rules.from->value.front().full() == "refs/heads/development");
  CHECK(policy.blocks[1].match.value[0].full() == "refs/tags/v*");
  CHECK(policy.policy_branch->value.full() == "refs/heads/master");
  const auto& api = policy.suites.at("api");
  CHECK(std::get<ComposeSource>(api.source).files == Strings{"docker-compose.yml"});
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
                "5:1 [suite.api] needs one of \"compose\", \"build\" and \"image\" (compose = \"docker-compose.yml\" with a service, build = \"FOLDER\", or image = \"NAME:TAG\")",
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

TEST_CASE("a policy is its own layer, of the highest rank until somebody says otherwise") {
  const Policy policy = right(k_head + "allow_override = [\"require\", \"commits.message\"]\n[[branch]]\nmatch = [\"a\"]\n");
  REQUIRE(policy.layers.size() == 1);
  CHECK(policy.layers[0].name == "gate.toml");
  CHECK(policy.layers[0].rank == 0);
  CHECK(policy.layers[0].allow_override == Strings{"require", "commits.message"});
  CHECK(policy.blocks[0].layer == 0);
}

TEST_CASE("only keys of rules can be overridden") {
  CHECK(wrong(k_head + "allow_override = [\"require\", \"comits.message\", \"bypass\"]\n") ==
        Strings{"2:30 there is no rule \"comits.message\" to override (did you mean \"commits.message\"?)",
                "2:48 there is no rule \"bypass\" to override (write keys of rules, e.g. \"require\" or \"commits.message\")"});
  CHECK(wrong(k_head + "allow_override = \"require\"\n").size() == 1);
  right(k_head + "allow_override = []\n");
}

TEST_CASE("serial is a number from zero on") {
  CHECK(right(k_head + "serial = 7\n").serial->value == 7);
  CHECK(right(k_head + "serial = 0\n").serial->value == 0);
  CHECK_FALSE(right(k_head).serial);
  CHECK(wrong(k_head + "serial = -1\n") == Strings{"2:10 \"serial\" must not be below zero (begin with: serial = 1)"});
  CHECK(wrong(k_head + "serial = \"7\"\n").size() == 1);
  CHECK(wrong(k_head + "serial = 9223372036854775808\n").size() == 1);
}

TEST_CASE("[policy] names owners and signers") {
  const Policy policy = right(k_head + "[policy]\nowners = [\"a@x\", \"b@x\"]\nallowed_signers = \".gate/allowed_signers\"\n");
  REQUIRE(policy.owners.size() == 1);
  CHECK(policy.owners[0].by == Strings{"a@x", "b@x"});
  CHECK(policy.owners[0].place.line == 3);
  REQUIRE(policy.allowed_signers.size() == 1);
  CHECK(policy.allowed_signers[0].value == ".gate/allowed_signers");
  CHECK(wrong(k_head + "[policy]\nowner = [\"a\"]\n") == Strings{"3:1 unknown key \"owner\" in [policy] (did you mean \"owners\"?)"});
  CHECK(wrong(k_head + "[policy]\nowners = []\n").size() == 1);
  CHECK(wrong(k_head + "[policy]\nowners = [\"\"]\n").size() == 1);
  CHECK(wrong(k_head + "[policy]\nallowed_signers = \"/etc/x\"\n").size() == 1);
  CHECK(wrong(k_head + "[policy]\nallowed_signers = \"../x\"\n").size() == 1);
  CHECK(wrong(k_head + "[policy]\nallowed_signers = \".\"\n").size() == 1);
  CHECK(wrong(k_head + "policy = 1\n").size() == 1);
}

TEST_CASE("a machine's policy names the machine's files and extends nothing") {
  const auto read = [](const std::string& text) { return parse_policy("schema = 1\n" + text, "/etc/gate/policy.toml", "0.1.0", PolicyRole::system); };
  CHECK(read("[policy]\nallowed_signers = \"/etc/gate/signers\"\n")->allowed_signers[0].value == "/etc/gate/signers");
  CHECK_FALSE(read("[policy]\nallowed_signers = \"signers\"\n"));
  CHECK(read("[[branch]]\nmatch = [\"a\"]\nallowed_signers = \"/etc/gate/signers\"\n"));
  CHECK_FALSE(read("[[branch]]\nmatch = [\"a\"]\nallowed_signers = \"signers\"\n"));
  CHECK_FALSE(read("extends = [\"gate:trunk\"]\n"));
  CHECK(read("extends = []\n"));
  CHECK(read("[[branch]]\nmatch = [\"a\"]\nrequire = [\"elsewhere\"]\n"));
}

TEST_CASE("extends names ready-made policies, files and pinned files") {
  const std::string rev(40, 'a');
  const std::string sum(64, 'b');
  const Policy policy = right(k_head + "extends = [\"gate:trunk\", \"./team.toml\", { git = \"https://example.org/p.git\", rev = \"" + rev +
                              "\", path = \"x/team.toml\", sha256 = \"" + sum + "\" }]\n");
  REQUIRE(policy.extends.size() == 3);
  CHECK(policy.extends[0].str() == "gate:trunk");
  CHECK(std::get<Extension::File>(policy.extends[1].what).path == "team.toml");
  CHECK(policy.extends[2].str() == "https://example.org/p.git at aaaaaaa x/team.toml");
  CHECK(std::get<Extension::Pinned>(policy.extends[2].what).sha256 == sum);
  CHECK(policy.extends[1].place.line == 2);
  for (const char* const entry : {"\"gate:\"", "\"gate:a/b\"", "\"../x.toml\"", "\"/etc/x.toml\"", "\"\"", "\".\"", "\"https://x/y\"", "\"a\\u0000b\"", "1", "[]", "{}"}) {
    INFO(entry);
    CHECK_FALSE(wrong(k_head + "extends = [" + entry + "]\n").empty());
  }
  CHECK(wrong(k_head + "extends = \"gate:trunk\"\n").size() == 1);
}

namespace {

std::size_t problems_of_pin(const std::string& git, const std::string& rev, const std::string& path, const std::string& sum) {
  const auto parsed = parse_policy(k_head + "extends = [{ git = '" + git + "', rev = '" + rev + "', path = '" + path + "', sha256 = '" + sum + "' }]\n",
                                   "gate.toml", "0.1.0");
  return parsed ? 0 : parsed.error().list.size();
}

} // namespace

TEST_CASE("a pin is whole, and its URL holds no login") {
  const std::string rev(40, 'a');
  const std::string sum(64, 'b');
  for (const char* const url : {"https://example.org/p.git", "https://example.org:8443/p", "ssh://git@example.org/p", "ssh://example.org:22/p",
                                "git@example.org:p.git", "file:///srv/p.git", "/srv/p.git"}) {
    INFO(url);
    CHECK(problems_of_pin(url, rev, "t.toml", sum) == 0);
  }
  for (const char* const url : {"http://example.org/p", "git://example.org/p", "ext::sh -c x", "https://me:pw@example.org/p", "https://token@example.org/p",
                                "ssh://git:pw@example.org/p", "ssh://-oProxyCommand=x/p", "ssh://git@-x/p", "-x@example.org:p", "git@-x:p", "git@example.org:",
                                "https://", "https:///p", "https://example.org", "file://host/p", "file:///", "p.git", "../p.git", "https://example.org/a b"}) {
    INFO(url);
    CHECK(problems_of_pin(url, rev, "t.toml", sum) == 1);
  }
  CHECK(problems_of_pin("/p", std::string(64, 'a'), "t.toml", sum) == 0);
  for (const auto& bad : {std::string("main"), std::string(39, 'a'), std::string(40, 'A'), std::string(40, '0')}) {
    CHECK(problems_of_pin("/p", bad, "t.toml", sum) == 1);
  }
  for (const auto& bad : {std::string(63, 'b'), std::string(64, 'B'), "sha256:" + sum}) {
    CHECK(problems_of_pin("/p", rev, "t.toml", bad) == 1);
  }
  CHECK(problems_of_pin("/p", rev, "../t.toml", sum) == 1);
  CHECK(problems_of_pin("/p", rev, "/t.toml", sum) == 1);
  CHECK(wrong(k_head + "extends = [{ git = \"/p\" }]\n").size() == 3);
  CHECK(wrong(k_head + "extends = [{ git = \"/p\", rev = \"" + rev + "\", path = \"t\", sha256 = \"" + sum + "\", ref = \"x\" }]\n").size() == 1);
}

TEST_CASE("a URL with a password is not repeated") {
  for (const auto& problem : wrong(k_head + "extends = [{ git = \"https://me:hunter2@example.org/p\" }]\n")) {
    CHECK(problem.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("what another layer may define is not missed here") {
  const std::string block = "[[branch]]\nmatch = [\"a\"]\nrequire = [\"api\"]\n";
  CHECK(wrong(k_head + block).size() == 1);
  right(k_head + "extends = [\"team.toml\"]\n" + block);
  CHECK(parse_policy(k_head + block, "team.toml", "0.1.0", PolicyRole::layer));
}
