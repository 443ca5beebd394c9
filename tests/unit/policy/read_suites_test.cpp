// [suite.NAME] and [run]: every key, and both sides of its line.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "policy/lint_suite.hpp"
#include "policy/parse.hpp"
#include "policy/suite_text.hpp"

using namespace gate;

namespace {

using Strings = std::vector<std::string>;

const std::string k_composed = "compose = \"c.yml\"\nservice = \"api\"\nrun = [\"t\"]\n";
const std::string k_built = "build = \"web\"\nrun = [\"t\"]\n";
const std::string k_named = "image = \"python:3.12\"\nrun = [\"t\"]\n";

Policy policy_with(const std::string& text) {
  auto parsed = parse_policy("schema = 1\n" + text, "gate.toml", "0.1.0");
  if (!parsed) {
    FAIL(parsed.error().list.front().place.str() + ": " + parsed.error().list.front().message);
  }
  return *parsed;
}

Suite suite(const std::string& lines) { return policy_with("[suite.one]\n" + lines).suites.at("one"); }

// Every problem as "line:column message"; the suite's own lines begin with line 3.
Strings wrong(const std::string& lines, const std::string& head = "[suite.one]\n") {
  const auto parsed = parse_policy("schema = 1\n" + head + lines, "gate.toml", "0.1.0");
  REQUIRE_FALSE(parsed);
  Strings all;
  for (const auto& problem : parsed.error().list) {
    all.push_back(std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column) + " " + problem.message);
  }
  return all;
}

} // namespace

TEST_CASE("a suite that says nothing more is whole by its defaults") {
  const Suite one = suite(k_composed);
  CHECK(std::get<ComposeSource>(one.source).files == Strings{"c.yml"});
  CHECK(one.env.empty());
  CHECK(one.needs.empty());
  CHECK(one.seen_paths().empty());
  CHECK(one.shards == 1);
  CHECK(one.retries == 0);
  CHECK(one.timeout == std::chrono::minutes(30));
  CHECK(one.network == SuiteNetwork::own);
  CHECK(one.limits.pids == 4096);
  CHECK(one.limits.log == 64 << 20);
  CHECK_FALSE(one.limits.cpus);
  CHECK_FALSE(one.limits.memory);
  CHECK(one.reusable);
  CHECK_FALSE(one.max_age);
  CHECK(terms_of(one).empty());
}

TEST_CASE("compose files are merged in the order that is named") {
  CHECK(std::get<ComposeSource>(suite("compose = [\"a.yml\", \"./sub//b.yml\"]\nservice = \"api\"\nrun = [\"t\"]\n").source).files == Strings{"a.yml", "sub/b.yml"});
  CHECK(wrong("compose = []\nservice = \"api\"\nrun = [\"t\"]\n") == Strings{"3:11 \"compose\" names no file"});
  CHECK(wrong("compose = [\"a.yml\", \"../b.yml\"]\nservice = \"api\"\nrun = [\"t\"]\n") == Strings{"3:21 \"compose\" must name files inside the repository, without \"..\""});
}

TEST_CASE("a build has a Dockerfile, a stage and arguments") {
  const auto build = std::get<BuildSource>(suite(k_built + "dockerfile = \"docker/Dockerfile.test\"\ntarget = \"test\"\nargs = { PYTHON = \"3.12\" }\n").source);
  CHECK(build.context == "web");
  CHECK(build.dockerfile == "docker/Dockerfile.test");
  CHECK(build.target == "test");
  CHECK(build.args == std::map<std::string, std::string>{{"PYTHON", "3.12"}});
  CHECK(wrong(k_built + "args = { \"A B\" = \"1\" }\n").size() == 1);
  CHECK(wrong(k_built + "args = { A = 1 }\n") == Strings{"5:14 \"A\" in \"args\" must be a text"});
}

TEST_CASE("an image has a folder for the tree") {
  CHECK(std::get<ImageSource>(suite(k_named).source).workdir == "/src");
  const auto image = std::get<ImageSource>(suite(k_named + "workdir = \"/opt/app\"\n").source);
  CHECK(image.image == "python:3.12");
  CHECK(image.workdir == "/opt/app");
  for (const auto* const bad : {"src", "/", "/a/../b", "/a/", "/a//b"}) {
    CHECK(wrong(k_named + "workdir = \"" + bad + "\"\n") == Strings{"5:11 \"workdir\" must be an absolute path in the container, below its top"});
  }
  CHECK(wrong("image = \"-v\"\nrun = [\"t\"]\n") == Strings{"3:9 \"-v\" can't be an image's name"});
  CHECK(wrong("image = \"a b\"\nrun = [\"t\"]\n") == Strings{"3:9 \"a b\" can't be an image's name"});
}

TEST_CASE("keys of another source are refused by name") {
  CHECK(wrong(k_built + "needs = [{ service = \"db\", port = 1 }]\n") == Strings{"5:9 \"needs\" goes with \"compose\", and [suite.one] has \"build\""});
  CHECK(wrong(k_composed + "args = {}\n") == Strings{"6:8 \"args\" goes with \"build\", and [suite.one] has \"compose\""});
  CHECK(wrong(k_built + "workdir = \"/src\"\n") == Strings{"5:11 \"workdir\" goes with \"image\", and [suite.one] has \"build\""});
  CHECK(wrong("build = \"web\"\nimage = \"x\"\nrun = [\"t\"]\n") == Strings{"2:1 [suite.one] needs one of \"compose\", \"build\" and \"image\""});
}

TEST_CASE("a command is an argv, or said to be for a shell") {
  CHECK(suite("build = \"web\"\nshell = \"a && b\"\n").run == Strings{"sh", "-c", "a && b"});
  CHECK(wrong("build = \"web\"\nrun = [\"t\"]\nshell = \"t\"\n") == Strings{"5:9 \"run\" and \"shell\" contradict each other"});
  CHECK(wrong("build = \"web\"\nshell = [\"t\"]\n") == Strings{"4:9 \"shell\" must be a text, not a list"});
  CHECK(wrong("build = \"web\"\n") == Strings{"2:1 [suite.one] needs \"run\": the command inside the container"});
}

TEST_CASE("only named variables, and of the machine only those that are asked for") {
  const Suite one = suite(k_built + "env = { CI = \"1\", URL = \"x{env:DB_URL}y\" }\n");
  CHECK(one.env == std::map<std::string, std::string>{{"CI", "1"}, {"URL", "x{env:DB_URL}y"}});
  CHECK(terms_of(one) == Strings{"with CI=1", "sees this machine's variables in URL=x{env:DB_URL}y"});
  CHECK(wrong(k_built + "env = { GATE_SHARD = \"1\" }\n") == Strings{"5:22 \"GATE_SHARD\": names that begin with GATE_ are gate's own"});
  CHECK(suite(k_built + "env = { A = '{\"debug\": true}', B = \"${HOME} {branch} }{\" }\n").env ==
        std::map<std::string, std::string>{{"A", "{\"debug\": true}"}, {"B", "${HOME} {branch} }{"}});
  for (const auto* const bad : {"{env:HOME", "{env:}", "{env:A B}", "{env:1}", "{env:{env:A}}", "{env:A}{env:"}) {
    CHECK(wrong(k_built + "env = { A = \"" + bad + "\" }\n") == Strings{"5:13 \"A\" in \"env\" has a \"{env:\" without a variable's name and \"}\" after it"});
  }
  CHECK(wrong(k_built + "env = [\"A\"]\n") == Strings{"5:7 \"env\" is a table of texts"});
}

TEST_CASE("in a value of env nothing but {env:NAME} is special") {
  const auto filled = [](std::string_view text) { return filled_env_value(text, [](std::string_view name) { return "<" + std::string(name) + "{env:X}>"; }); };
  CHECK(filled("") == "");
  CHECK(filled("{env:A}") == "<A{env:X}>");
  CHECK(filled("{\"u\": \"{env:A}\", \"v\": {env:B}}") == "{\"u\": \"<A{env:X}>\", \"v\": <B{env:X}>}");
  CHECK(filled("${HOME} {{env:A}} {env A}") == "${HOME} {<A{env:X}>} {env A}");
  CHECK_FALSE(filled("a{env:B"));
  CHECK_FALSE(filled("{env:A-B}"));
}

TEST_CASE("needs wait for a port or for health") {
  const auto needs = suite(k_composed + "needs = [{ service = \"db\", healthy = true }, { service = \"redis\", port = 6379 }]\n").needs;
  REQUIRE(needs.size() == 2);
  CHECK(needs[0].service == "db");
  CHECK_FALSE(needs[0].port);
  CHECK(needs[1].port == 6379);
  CHECK(wrong(k_composed + "needs = [{ service = \"db\" }]\n").size() == 1);
  CHECK(wrong(k_composed + "needs = [{ service = \"db\", port = 1, healthy = true }]\n").size() == 1);
  CHECK(wrong(k_composed + "needs = [{ service = \"db\", healthy = false }]\n").size() == 1);
  CHECK(wrong(k_composed + "needs = [{ service = \"db\", port = 0 }]\n") == Strings{"6:35 0 is no port"});
  CHECK(wrong(k_composed + "needs = [{ service = \"db\", port = 65536 }]\n") == Strings{"6:35 65536 is no port"});
  CHECK(wrong(k_composed + "needs = [{ port = 1 }]\n").size() == 1);
}

TEST_CASE("a suite sees its paths and what its source names") {
  CHECK(suite(k_composed + "paths = [\"api\"]\n").seen_paths() == Strings{"api", "c.yml"});
  CHECK(suite(k_built + "dockerfile = \"d/D\"\npaths = [\"lib/x.py\"]\n").seen_paths() == Strings{"d/D", "lib/x.py", "web"});
  CHECK(suite("build = \".\"\nrun = [\"t\"]\npaths = [\"lib\"]\n").seen_paths().empty());
  CHECK(wrong(k_built + "paths = []\n") == Strings{"5:9 \"paths\" names nothing: a suite that sees nothing tests nothing"});
  for (const auto* const bad : {"../x", "/x", "src/*.py"}) {
    CHECK(wrong(k_built + "paths = [\"" + bad + "\"]\n") == Strings{"5:10 \"paths\" names files and folders inside the repository, without \"..\" and patterns"});
  }
}

TEST_CASE("counts have their ranges") {
  CHECK(suite(k_built + "shards = 256\nretries = 10\npids = 1\n").shards == 256);
  CHECK(wrong(k_built + "shards = 0\n") == Strings{"5:10 \"shards\" can't be 0"});
  CHECK(wrong(k_built + "shards = 257\n") == Strings{"5:10 \"shards\" can't be 257"});
  CHECK(suite(k_built + "retries = 0\n").retries == 0);
  CHECK(wrong(k_built + "retries = 11\n") == Strings{"5:11 \"retries\" can't be 11"});
  CHECK(wrong(k_built + "pids = 0\n") == Strings{"5:8 \"pids\" can't be 0"});
}

TEST_CASE("limits have their units and least values") {
  const Suite one = suite(k_built + "cpus = 1.5\nmemory = \"6MiB\"\nmax_log = \"16MiB\"\nnetwork = \"none\"\n");
  CHECK(one.limits.cpus == 1.5);
  CHECK(one.limits.memory == 6 << 20);
  CHECK(one.limits.log == 16 << 20);
  CHECK(one.network == SuiteNetwork::none);
  CHECK(suite(k_built + "cpus = 2\n").limits.cpus == 2.0);
  CHECK(wrong(k_built + "cpus = 0\n").size() == 1);
  CHECK(wrong(k_built + "cpus = nan\n").size() == 1);
  CHECK(wrong(k_built + "cpus = \"2\"\n").size() == 1);
  CHECK(wrong(k_built + "memory = \"5MiB\"\n") == Strings{"5:10 \"memory\" is too small"});
  CHECK(wrong(k_built + "memory = \"many\"\n") == Strings{"5:10 \"many\" is no size"});
  CHECK(wrong(k_built + "max_log = \"1\"\n") == Strings{"5:11 \"max_log\" is too small"});
  CHECK(wrong(k_built + "network = \"host\"\n") == Strings{"5:11 \"network\" can't be \"host\""});
}

TEST_CASE("caches are folders of the container") {
  CHECK(suite(k_built + "caches = [\"/root/.cache/pip\"]\n").caches == Strings{"/root/.cache/pip"});
  CHECK(wrong(k_built + "caches = [\"pip\"]\n").size() == 1);
  CHECK(wrong(k_built + "caches = [\"/\"]\n").size() == 1);
  CHECK(suite(k_built + "caches = [\"/c\", \"/c/d\"]\n").caches == Strings{"/c", "/c/d"});
  CHECK(wrong(k_built + "caches = [\"/c\", \"/d\", \"/c\"]\n") == Strings{"5:23 \"caches\" names /c twice"});
  CHECK(suite(k_named + "caches = [\"/srcs\"]\n").caches == Strings{"/srcs"});
  CHECK(wrong(k_named + "caches = [\"/src/.cache\"]\n") == Strings{"5:11 \"caches\" can't have a folder in the tree at /src, which is read-only"});
}

TEST_CASE("how long a verdict counts") {
  CHECK(suite(k_built + "max_age = \"7d\"\n").max_age == std::chrono::hours(7 * 24));
  CHECK_FALSE(suite(k_built + "reusable = false\n").reusable);
  CHECK(wrong(k_built + "max_age = \"400d\"\n") == Strings{"5:11 \"400d\" is no age"});
  CHECK(wrong(k_built + "max_age = \"7d\"\nreusable = false\n") == Strings{"5:11 \"max_age\" means nothing beside \"reusable = false\""});
  CHECK(wrong(k_built + "timeout = \"7d\"\n") == Strings{"5:11 \"7d\" is no timeout"});
}

TEST_CASE("everything that changes a run changes the definition, and nothing else does") {
  const Digest base = suite(k_composed).definition();
  for (const auto* const line : {"env = { A = \"1\" }", "needs = [{ service = \"db\", port = 1 }]", "paths = [\"api\"]", "shards = 2", "retries = 1", "cpus = 1", "memory = \"1GiB\"", "pids = 100",
                                 "network = \"none\"", "caches = [\"/c\"]", "allow = [\"privileged\"]", "timeout = \"1m\""}) {
    INFO(line);
    CHECK_FALSE(suite(k_composed + line + "\n").definition() == base);
  }
  for (const auto* const line : {"max_log = \"1MiB\"", "reusable = false", "max_age = \"7d\"", "shards = 1", "network = \"own\"", "timeout = \"30m\""}) {
    INFO(line);
    CHECK(suite(k_composed + line + "\n").definition() == base);
  }
  CHECK_FALSE(suite("image = \"a\"\nrun = [\"t\"]\n").definition() == suite("image = \"b\"\nrun = [\"t\"]\n").definition());
}

TEST_CASE("[run] says how many at once, and whether a failure ends the others") {
  const RunSettings settings = policy_with("[run]\nparallel = 3\non_failure = \"stop\"\n").run;
  CHECK(settings.parallel == 3U);
  CHECK(settings.stop_on_failure);
  CHECK_FALSE(policy_with("").run.parallel);
  CHECK_FALSE(policy_with("[run]\non_failure = \"continue\"\n").run.stop_on_failure);
  CHECK(wrong("parallel = 0\n", "[run]\n") == Strings{"3:12 \"parallel\" can't be 0"});
  CHECK(wrong("on_failure = \"halt\"\n", "[run]\n") == Strings{"3:14 \"on_failure\" can't be \"halt\""});
  CHECK(wrong("paralel = 2\n", "[run]\n") == Strings{"3:1 unknown key \"paralel\" in [run]"});
}

TEST_CASE("lint tells what a suite's lines do not do") {
  const auto said = [](const std::string& lines) {
    Strings all;
    for (const auto& finding : lint_suite(suite(lines))) {
      all.push_back(finding.diagnostic.message);
    }
    return all;
  };
  CHECK(said(k_composed + "allow = [\"privileged\"]\npaths = [\"api\"]\n").empty());
  CHECK(said(k_built + "allow = [\"privileged\"]\n") == Strings{"suite one: \"allow\" has no effect: only a compose file can ask for what it lists"});
  CHECK(said("build = \".\"\nrun = [\"t\"]\npaths = [\"api\"]\n") == Strings{"suite one: \"paths\" has no effect: the folder to build is the whole tree"});
  const Strings whole{"suite one: \"paths\" has no effect: it names the whole tree"};
  CHECK(said(k_composed + "paths = [\"api\", \".\"]\n") == whole);
  CHECK(said("image = \"python@sha256:" + std::string(64, 'a') + "\"\nrun = [\"t\"]\npaths = [\".\"]\n") == whole);
  CHECK(said("build = \".\"\nrun = [\"t\"]\npaths = [\".\"]\n") == whole);
  CHECK(said(k_named) == Strings{"suite one: the tag of image python:3.12 may move, and then the same tree is tested in another image"});
  CHECK(said("image = \"python@sha256:" + std::string(64, 'a') + "\"\nrun = [\"t\"]\n").empty());
}
