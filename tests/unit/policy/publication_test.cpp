#include <catch2/catch.hpp>

#include <map>

#include "policy/parse.hpp"

using namespace gate;

namespace {

const std::string k_head = "schema = 1\n[suite.api]\nbuild = \".\"\nrun = [\"t\"]\n";

std::vector<PublishRule> rules_in(const std::string& text) {
  const auto parsed = parse_policy(k_head + text, "gate.toml", "0.1.0");
  if (!parsed) {
    FAIL(parsed.error().list.front().message);
  }
  return parsed->publications;
}

// The problems' messages, one after the other.
std::string wrong(const std::string& text) {
  const auto parsed = parse_policy(k_head + text, "gate.toml", "0.1.0");
  REQUIRE_FALSE(parsed);
  std::string all;
  for (const auto& problem : parsed.error().list) {
    all += std::to_string(problem.place.line) + " " + problem.message + " (" + problem.hint + ")\n";
  }
  return all;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::string k_image = "[publish.api]\nbranch = \"staging\"\nsuite = \"api\"\nto = \"registry.example.com/app\"\n";
const std::string k_hub = "[publish.hub]\nbranch = \"master\"\ntrigger = { env = \"DEPLOY\" }\nby = \"ci\"\n";

const RefName k_staging = *RefName::branch("staging");
const Oid k_commit = *Oid::parse("0123456789abcdef0123456789abcdef01234567");

PublishRule rule_to(const std::string& to) { return rules_in("[publish.api]\nbranch = \"staging\"\nsuite = \"api\"\nto = \"" + to + "\"\n").at(0); }

Result<ImageName> destination(const std::string& to, const std::map<std::string, std::string>& variables) {
  const auto rule = rule_to(to);
  return destination_of(rule, std::get<ImageDestination>(rule.what).images.at(0).to.at(0), [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string(name));
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

} // namespace

TEST_CASE("a publication of an image is read, with its defaults") {
  const auto rule = rules_in(k_image).at(0);
  CHECK(rule.name == "api");
  CHECK(rule.branch == k_staging);
  CHECK(rule.place.line == 5);
  CHECK(rule.by == PublishRule::By::anyone);
  CHECK(rule.finish == PublishRule::Finish::automatic);
  const auto& image = std::get<ImageDestination>(rule.what);
  CHECK(image.suite == "api");
  REQUIRE(image.images.size() == 1);
  CHECK(image.images[0].service.empty());
  CHECK(image.images[0].to == std::vector<std::string>{"registry.example.com/app"});
  CHECK(image.platforms.empty());
  CHECK_FALSE(image.create);
  CHECK(image.commit_tags == std::vector<std::string>{"{commit}"});
  CHECK(image.branch_tags == std::vector<std::string>{"{branch}"});
  CHECK(image.branch_tag == ImageDestination::BranchTag::after_push);
}

TEST_CASE("every key of a publication is read") {
  const auto rule = rules_in(k_image + "tags = [\"latest\", \"v-{commit}\", \"{branch}\"]\nby = \"ci\"\nfinish = \"manual\"\nbranch_tag = \"merge\"\n").at(0);
  CHECK(rule.by == PublishRule::By::ci);
  CHECK(rule.finish == PublishRule::Finish::manual);
  const auto& image = std::get<ImageDestination>(rule.what);
  CHECK(image.commit_tags == std::vector<std::string>{"v-{commit}"});
  CHECK(image.branch_tags == std::vector<std::string>{"latest", "{branch}"});
  CHECK(image.branch_tag == ImageDestination::BranchTag::at_merge);
  CHECK(rules_in(k_image + "by = \"local\"\n").at(0).by == PublishRule::By::local);
}

TEST_CASE("a trigger names a variable") {
  const auto rule = rules_in(k_hub).at(0);
  CHECK(std::get<BuildTrigger>(rule.what).variable == "DEPLOY");
  CHECK(rule.by == PublishRule::By::ci);
}

TEST_CASE("a trigger says who sends it: nobody can see whether somebody else has") {
  const std::string nobody = "[publish.hub]\nbranch = \"master\"\ntrigger = { env = \"DEPLOY\" }\n";
  const auto said = wrong(nobody);
  CHECK(has(said, "5 [publish.hub] needs \"by\""));
  CHECK(has(said, "(by = \"ci\" or by = \"local\")"));
  CHECK_FALSE(has(wrong(nobody + "by = \"me\"\n"), "needs \"by\""));
  CHECK(rules_in(nobody + "by = \"local\"\n").at(0).by == PublishRule::By::local);
}

namespace {

std::string image(const std::string& name, const std::string& branch, const std::string& suite, const std::string& more,
                  const std::string& to = "r.example/app") {
  return "[publish." + name + "]\nbranch = \"" + branch + "\"\nsuite = \"" + suite + "\"\nto = \"" + to + "\"\n" + more;
}

const std::string k_web = "[suite.web]\nbuild = \"web\"\nrun = [\"t\"]\n";

} // namespace

TEST_CASE("two suites' images under one tag are an error that names both rules") {
  const auto said = wrong(k_web + image("a", "staging", "api", "") + image("b", "staging", "web", ""));
  CHECK(has(said, "12 [publish.b] and [publish.a] (gate.toml:8:1) would give the tag \"{commit}\" of \"r.example/app\" to the images of two suites"));
  const std::string tags = "tags = [\"b-{commit}\", \"latest\"]\n";
  CHECK(has(wrong(k_web + image("a", "staging", "api", "tags = [\"{commit}\", \"latest\"]\n") + image("b", "staging", "web", tags)), "\"latest\""));
  CHECK(has(wrong(k_web + image("a", "staging", "api", "", "app") + image("b", "staging", "web", "", "docker.io/library/app")), "two suites"));
  CHECK(has(wrong(k_web + image("a", "staging", "api", "", "app") + image("b", "master", "web", "", "app")), "two suites"));
  CHECK(has(wrong(k_web + image("a", "staging", "api", "", "{env:R}/app") + image("b", "staging", "web", "", "{env:R}/app")), "two suites"));
  // Each its own, or the same image twice.
  CHECK(rules_in(k_web + image("a", "staging", "api", "") + image("b", "staging", "web", "", "r.example/web")).size() == 2);
  CHECK(rules_in(k_web + image("a", "staging", "api", "") + image("b", "staging", "web", tags)).size() == 2);
  CHECK(rules_in(image("a", "staging", "api", "") + image("b", "staging", "api", "by = \"ci\"\n")).size() == 2);
}

TEST_CASE("two branches that would move one tag are an error that names both rules") {
  const std::string latest = "tags = [\"{commit}\", \"latest\"]\n";
  const auto said = wrong(image("a", "staging", "api", latest) + image("b", "master", "api", latest));
  CHECK(has(said, "10 [publish.b] and [publish.a] (gate.toml:5:1) would give the tag \"latest\" of \"r.example/app\" to two branches, staging and master"));
  CHECK(has(wrong(image("a", "release/1", "api", "") + image("b", "release-1", "api", "")), "the tag \"release-1\""));
  CHECK(has(wrong(image("a", "x", "api", "") + image("b", "master", "api", "tags = [\"{commit}\", \"x\"]\n")), "the tag \"x\""));
  // The same commit may come to both.
  CHECK(rules_in(image("a", "staging", "api", "") + image("b", "master", "api", "")).size() == 2);
  CHECK(rules_in(image("a", "staging", "api", latest) + image("b", "master", "api", latest, "r.example/other")).size() == 2);
}

TEST_CASE("a trigger's URL in the file is an error that does not repeat it") {
  const auto said = wrong("[publish.hub]\nbranch = \"master\"\ntrigger = \"https://hub.docker.com/api/build/v1/source/u/trigger/t/call/\"\n");
  CHECK(has(said, "7 \"trigger\" names the variable"));
  CHECK_FALSE(has(said, "hub.docker.com"));
  const auto in_table = wrong("[publish.hub]\nbranch = \"master\"\ntrigger = { env = \"https://hub.docker.com/trigger/t\" }\n");
  CHECK_FALSE(has(in_table, "hub.docker.com"));
}

TEST_CASE("what a publication lacks is named") {
  CHECK(has(wrong("[publish.api]\nsuite = \"api\"\nto = \"r.example/app\"\n"), "5 [publish.api] needs \"branch\""));
  CHECK(has(wrong("[publish.api]\nbranch = \"staging\"\nto = \"r.example/app\"\n"), "needs \"suite\""));
  CHECK(has(wrong("[publish.api]\nbranch = \"staging\"\nsuite = \"api\"\n"), "needs either \"to\" or \"trigger\""));
  CHECK(has(wrong(k_image + "trigger = { env = \"D\" }\n"), "needs either \"to\" or \"trigger\""));
  CHECK(has(wrong("[publish]\napi = 1\n"), "must be a table"));
  CHECK(has(wrong("[publish.\"a b\"]\nbranch = \"x\"\n"), "can't be called"));
}

TEST_CASE("what a publication has wrong is named, with a near miss") {
  CHECK(has(wrong(k_image + "tag = [\"x\"]\n"), "did you mean \"tags\"?"));
  CHECK(has(wrong("[publish.api]\nbranch = \"staging\"\nsuite = \"apo\"\nto = \"r.example/app\"\n"), "did you mean \"api\"?"));
  CHECK(has(wrong(k_image + "by = \"me\"\n"), "\"by\" can't be \"me\" (it is \"local\" or \"ci\")"));
  CHECK(has(wrong(k_image + "branch_tag = 1\n"), "branch_tag"));
  CHECK(has(wrong("[publish.api]\nbranch = \"refs/tags/v1\"\nsuite = \"api\"\nto = \"r.example/app\"\n"), "names one branch"));
  CHECK(has(wrong(k_hub + "tags = [\"x\"]\n"), "\"tags\" goes with \"to\""));
}

TEST_CASE("a suite that runs in an image that it names makes none to publish") {
  const std::string named = "[suite.py]\nimage = \"python:3.12\"\nrun = [\"t\"]\n";
  const auto said = wrong(named + image("a", "staging", "py", ""));
  CHECK(has(said, "10 suite \"py\" runs in an image that it names: it makes none that could be published (publish the image of a suite with"));
  CHECK(rules_in(named + image("a", "staging", "api", "")).size() == 1);
}

TEST_CASE("an image's name has neither scheme nor tag, and knows no placeholder but the environment's") {
  for (const char* const bad : {"https://r.example/app", "r.example/app:latest", "r.example/App", "r.example/{branch}", "{env:}/app", ""}) {
    CAPTURE(bad);
    CHECK_FALSE(wrong("[publish.api]\nbranch = \"staging\"\nsuite = \"api\"\nto = \"" + std::string(bad) + "\"\n").empty());
  }
}

TEST_CASE("tags need one that names the commit") {
  CHECK(has(wrong(k_image + "tags = [\"{branch}\"]\n"), "needs one with {commit}"));
  CHECK(has(wrong(k_image + "tags = []\n"), "names no tag"));
  CHECK(has(wrong(k_image + "tags = [\"{short_commit}\"]\n"), "needs one with {commit}"));
  CHECK(has(wrong(k_image + "tags = [\"{commit}\", \"{host}\"]\n"), "\"{host}\" stands for nothing in a tag (there are {branch}, {commit}, "));
  CHECK(has(wrong(k_image + "tags = [\"{comit}\"]\n"), "did you mean {commit}?"));
  CHECK(has(wrong(k_image + "tags = [\"{commit}\", \"a b\"]\n"), "can't be a tag"));
}

TEST_CASE("the destination takes its variables from the environment") {
  CHECK(destination("{env:REGISTRY}/app", {{"REGISTRY", "r.example:5000"}})->str() == "r.example:5000/app");
  CHECK(destination("r.example/{env:TEAM}/{env:APP}", {{"TEAM", "a"}, {"APP", "b"}})->str() == "r.example/a/b");
}

TEST_CASE("a variable that is not set, or makes no name, is an error that says which rule") {
  const auto unset = destination("{env:REGISTRY}/app", {});
  REQUIRE_FALSE(unset);
  CHECK(has(unset.error().message, "[publish.api] (gate.toml:5:1)"));
  CHECK(has(unset.error().message, "REGISTRY"));
  CHECK(unset.error().kind == ErrorKind::usage);
  CHECK_FALSE(destination("{env:REGISTRY}/app", {{"REGISTRY", ""}}));
  const auto secret = destination("{env:REGISTRY}/app", {{"REGISTRY", "https://canary"}});
  REQUIRE_FALSE(secret);
  CHECK(has(secret.error().message, "would publish to \"{env:REGISTRY}/app\", which, with what REGISTRY holds here, no registry can have as an image's name"));
  CHECK_FALSE(has(secret.error().message, "canary"));
  CHECK_FALSE(destination("{env:REGISTRY}/app", {{"REGISTRY", "r.example/x:latest"}}));
}

namespace {

// The last second of a day in UTC, which is another day nearly everywhere else.
TagFacts facts(const RefName& branch = k_staging, const std::string& version = "v1.2.0") {
  return {branch, k_commit, *Oid::parse(std::string(40, 'e')), std::chrono::system_clock::from_time_t(1'772'323'199), version};
}

std::string tag(const std::string& text, const RefName& branch = k_staging) { return tag_for(text, facts(branch)).value(); }

} // namespace

TEST_CASE("a tag is made for its branch and commit") {
  CHECK(tag("{branch}") == "staging");
  CHECK(tag("v-{commit}") == "v-0123456789abcdef0123456789abcdef01234567");
  CHECK(tag("latest") == "latest");
  CHECK(tag("{branch}", *RefName::branch("release/1.2")) == "release-1.2");
}

TEST_CASE("a tag is made of tree, date and version as well") {
  CHECK(tag("{short_commit}") == "0123456789ab");
  CHECK(tag("{tree}") == std::string(40, 'e'));
  CHECK(tag("{date}") == "2026-02-28");
  CHECK(tag("{version}-{date}") == "v1.2.0-2026-02-28");
  CHECK(tag_for("{version}", facts(k_staging, "releases/v1+2")).value() == "releases-v1-2");
  CHECK(tag_for("{date}", {k_staging, k_commit, k_commit, {}, ""}).value() == "1970-01-01");
}

TEST_CASE("a version that there is none of is an error that says so") {
  for (const auto& made : {tag_for("{version}", facts(k_staging, "")), git_tag_for("x-{version}", facts(k_staging, ""))}) {
    REQUIRE_FALSE(made);
    CHECK(made.error().kind == ErrorKind::usage);
    CHECK(has(made.error().message, "needs a version, and no tag in git leads to commit 01234567"));
    CHECK(has(made.error().remedy, "git tag -a v0.1.0 -m v0.1.0 0123456789abcdef"));
  }
  CHECK(tag_for("{commit}", facts(k_staging, "")));
}

TEST_CASE("which tags name a commit for ever") {
  CHECK(is_commit_tag("v-{commit}"));
  CHECK(is_commit_tag("{version}-{short_commit}"));
  for (const char* const moving : {"{branch}", "{date}", "{version}", "{tree}", "latest", "{commit", "commit}"}) {
    CHECK_FALSE(is_commit_tag(moving));
  }
  CHECK(is_tag_placeholder("short_commit"));
  CHECK_FALSE(is_tag_placeholder("env:HOME"));
}

TEST_CASE("a tag in git keeps what git admits, and nothing else") {
  CHECK(git_tag_for("{branch}/{date}", facts(*RefName::branch("release/1"))).value() == "release/1/2026-02-28");
  CHECK(git_tag_for("v{version}+{short_commit}", facts(k_staging, "1")).value() == "v1+0123456789ab");
  for (const char* const bad : {"-{date}", "a..{date}", "{date}.lock", "a b {date}", "{date}/", "{date}."}) {
    CAPTURE(bad);
    const auto made = git_tag_for(bad, facts());
    REQUIRE_FALSE(made);
    CHECK(has(made.error().message, "can't be the name of a tag in git"));
  }
}

TEST_CASE("two long branches do not share a tag") {
  const std::string common(130, 'x');
  const auto a = tag("{branch}", *RefName::branch(common + "a"));
  const auto b = tag("{branch}", *RefName::branch(common + "b"));
  CHECK(a != b);
  CHECK(is_tag(a));
  CHECK(is_tag(b));
}

TEST_CASE("tags that gate makes in git fit a pattern of their own") {
  PublishRule rule{"api", {}, *RefName::branch("staging"), BuildTrigger{}};
  PublishRule without = rule;
  rule.git_tag = "{branch}-{date}-{short_commit}";
  PublishRule version = rule;
  version.git_tag = "r/{version}-{tree}";
  PublishRule same = rule;
  same.git_tag = "{version}";
  const auto patterns = git_tag_patterns({rule, without, version, same});
  REQUIRE(patterns.size() == 2);
  CHECK(patterns[0].rfind("staging-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-[0-9a-f][0-9a-f]", 0) == 0);
  CHECK(patterns[0].size() == std::string("staging---").size() + 8 * 5 + 12 * 8 + 1);
  CHECK(patterns[1].rfind("r/*-[0-9a-f]", 0) == 0);
}
