#include <catch2/catch.hpp>

#include "policy/surface.hpp"

using namespace gate;

namespace {

using Lines = std::vector<SurfaceLine>;

PublishRule image_rule() {
  PublishRule rule{"api", {}, *RefName::parse("refs/heads/staging"), ImageDestination{}, {}, {}};
  rule.what = ImageDestination{"tests", {{"", {"{env:REGISTRY}/app"}}}, {"{commit}"}, {"{branch}"}, {}};
  return rule;
}

} // namespace

TEST_CASE("a surface is a set: order and repetition change nothing") {
  const Surface one({{"suite b", "runs x"}, {"suite a", "runs y"}, {"suite b", "runs x"}});
  const Surface other({{"suite a", "runs y"}, {"suite b", "runs x"}});
  CHECK(one.text() == "suite a\truns y\nsuite b\truns x\n");
  CHECK(one.digest() == other.digest());
  CHECK(one.contains({"suite a", "runs y"}));
  CHECK_FALSE(one.contains({"suite a", "runs x"}));
}

TEST_CASE("two surfaces never have the same text") {
  const Surface one(Lines{{"a", "b\nc\td"}});
  const Surface two(Lines{{"a", "b"}, {"c", "d"}});
  const Surface three(Lines{{"a", "b\\nc\\td"}});
  CHECK(one.text() != two.text());
  CHECK(one.text() != three.text());
  CHECK(one.text() == "a\tb\\nc\\td\n");
}

TEST_CASE("what was escaped comes back") {
  for (const char* text : {"", "plain", "a\tb", "a\nb", "\\", "\\n", "\\\\t", "a\\\nb"}) {
    CHECK(unescaped(escaped(text)) == text);
    CHECK(escaped(text).find_first_of("\t\n") == std::string::npos);
  }
}

TEST_CASE("the difference is what is new or changed, and nothing that has gone") {
  const Surface known({{"suite api", "runs make test"}, {"suite web", "runs npm test"}});
  const Surface wanted({{"suite api", "runs sh -c evil"}, {"suite web", "runs npm test"}});
  CHECK(new_lines(wanted, known) == std::vector<SurfaceLine>{{"suite api", "runs sh -c evil"}});
  CHECK(new_lines(Surface(), known).empty());
  CHECK(new_lines(wanted, Surface()).size() == 2);
}

TEST_CASE("different words are shown differently") {
  CHECK(shown_words({"python", "manage.py", "test"}) == "python manage.py test");
  CHECK(shown_words({"sh", "-c", "echo it's"}) == "sh -c 'echo it'\\''s'");
  CHECK(shown_words({"a b"}) != shown_words({"a", "b"}));
  CHECK(shown_words({"a", ""}) != shown_words({"a"}));
}

TEST_CASE("a suite's definition names what is run and where") {
  Suite suite;
  suite.name = "api";
  suite.source = ComposeSource{{"docker-compose.yml"}, "web", {}};
  suite.run = {"make", "test"};
  CHECK(definition_lines(suite) == std::vector<SurfaceLine>{{"suite api", "runs make test in service web of docker-compose.yml"}});
  suite.source = BuildSource{"web", {}, {}, {}};
  CHECK(definition_lines(suite) == std::vector<SurfaceLine>{{"suite api", "runs make test in an image built from web"}});
}

namespace {

Suite limited_suite() {
  Suite suite;
  suite.name = "api";
  suite.source = BuildSource{"web", {}, {}, {}};
  suite.run = {"make", "test"};
  suite.network = SuiteNetwork::none;
  suite.limits.pids = 50;
  suite.env = {{"URL", "https://good/{env:HOME}"}};
  return suite;
}

// Is anything asked of somebody who agreed to the one, when the other comes?
bool asks(const Suite& agreed, const Suite& wanted) { return !new_lines(Surface(definition_lines(wanted)), Surface(definition_lines(agreed))).empty(); }

} // namespace

TEST_CASE("a term has its line, and the first line names what else is said") {
  const auto lines = definition_lines(limited_suite());
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].value.rfind("runs make test in an image built from web, with its env, network, pids as a whole sha256:", 0) == 0);
  CHECK(lines[1].value == "sees this machine's variables in URL=https://good/{env:HOME}");
  CHECK(lines[2].value == "network none");
  CHECK(lines[3].value == "at most 50 processes");
  Suite timed = limited_suite();
  timed.timeout = std::chrono::hours(24);
  CHECK(Surface(definition_lines(timed)).contains({"suite api", "takes 1440 min 0 s at most"}));
}

TEST_CASE("a term that is taken away is asked about, and so is the last one") {
  const Suite all = limited_suite();
  Suite fewer = all;
  fewer.limits.pids = SuiteLimits::k_pids;
  CHECK(asks(all, fewer));
  Suite last = fewer;
  last.env.clear();
  CHECK(asks(fewer, last));
  Suite none = last;
  none.network = SuiteNetwork::own;
  CHECK(asks(last, none));
  Suite longer = none;
  longer.timeout = std::chrono::hours(24);
  CHECK(asks(none, longer));
  CHECK(asks(longer, none));
  CHECK_FALSE(asks(all, limited_suite()));
  CHECK_FALSE(asks(none, none));
}

TEST_CASE("terms that the definition leaves out are asked about as well") {
  Suite kept = limited_suite();
  kept.reusable = false;
  CHECK(asks(kept, limited_suite()));
  Suite aged = limited_suite();
  aged.max_age = std::chrono::hours(1);
  CHECK(asks(aged, limited_suite()));
  Suite logged = limited_suite();
  logged.limits.log = 4096;
  CHECK(asks(logged, limited_suite()));
}

TEST_CASE("the text around a variable of the machine is asked about") {
  Suite other = limited_suite();
  other.env["URL"] = "https://evil/{env:HOME}";
  CHECK(new_lines(Surface(definition_lines(other)), Surface(definition_lines(limited_suite()))).size() == 2);
}

TEST_CASE("a publication names where it goes, as the policy has it: no variable's value") {
  CHECK(publication_lines(image_rule()) ==
        std::vector<SurfaceLine>{{"publish api", "to {env:REGISTRY}/app tags {commit}, {branch} (suite tests, branch staging)"}});
  PublishRule hub = image_rule();
  hub.name = "hub";
  hub.what = BuildTrigger{"DEPLOY"};
  CHECK(publication_lines(hub) == std::vector<SurfaceLine>{{"publish hub", "trigger from $DEPLOY (branch staging)"}});
}

TEST_CASE("who publishes, when a branch's tag moves and what ends it stand in the line") {
  PublishRule rule = image_rule();
  const auto before = publication_lines(rule);
  std::get<ImageDestination>(rule.what).branch_tag = ImageDestination::BranchTag::at_merge;
  const auto at_merge = publication_lines(rule);
  CHECK(at_merge != before);
  CHECK(at_merge.front().value == before.front().value + ", branch tag at the merge");
  rule.by = PublishRule::By::ci;
  rule.finish = PublishRule::Finish::manual;
  CHECK(publication_lines(rule).front().value == at_merge.front().value + ", by CI only, finished by hand");
  PublishRule hub = rule;
  hub.what = BuildTrigger{"DEPLOY"};
  hub.by = PublishRule::By::local;
  CHECK(publication_lines(hub).front().value == "trigger from $DEPLOY (branch staging), locally only, finished by hand");
}

TEST_CASE("every destination has its line, and so has what follows") {
  PublishRule rule = image_rule();
  auto& image = std::get<ImageDestination>(rule.what);
  image.images.front().to.emplace_back("ghcr.io/team/app");
  CHECK(publication_lines(rule) ==
        Lines{{"publish api", "to {env:REGISTRY}/app tags {commit}, {branch} (suite tests, branch staging)"},
              {"publish api", "to ghcr.io/team/app tags {commit}, {branch} (suite tests, branch staging)"}});
  rule.git_tag = "staging-{date}";
  rule.webhook = "HOOK";
  const auto lines = publication_lines(rule);
  REQUIRE(lines.size() == 4);
  CHECK(lines[2].value == "tags the commit in git as staging-{date}, here and on the remote (branch staging)");
  CHECK(lines[3].value == "calls the URL in $HOOK once it is published (branch staging)");
  image.images = {{"api", {"r.example/api"}}, {"nginx", {"r.example/nginx"}}};
  CHECK(publication_lines(rule).at(1).value == "to r.example/nginx tags {commit}, {branch} (suite tests, service nginx, branch staging)");
}

TEST_CASE("what decides which image leaves is asked about when it comes and when it goes") {
  PublishRule rule = image_rule();
  const auto plain = publication_lines(rule).front();
  auto& image = std::get<ImageDestination>(rule.what);
  image.platforms = {"linux/amd64", "linux/arm64"};
  image.from = "testing";
  image.create = true;
  const auto lines = publication_lines(rule);
  REQUIRE(lines.size() == 1);
  CHECK(lines.front().value == plain.value + ", built for linux/amd64, linux/arm64, from what testing has published, in a repository that is made where there is none");
  CHECK_FALSE(new_lines(Surface({plain}), Surface(lines)).empty());
}

TEST_CASE("a run that is granted less than the suite asks for is within what was agreed to") {
  Suite asked;
  asked.name = "api";
  asked.source = ImageSource{"python", "/src"};
  asked.run = {"t"};
  asked.shards = 2;
  Suite plain = asked;
  asked.allow = {"privileged", "cap_add NET_ADMIN"};
  const Surface agreed(definition_lines(asked));
  CHECK(new_lines(Surface(definition_lines(plain)), agreed).empty());
  CHECK(new_lines(agreed, Surface(definition_lines(plain))).size() == 2);
}
