#include <catch2/catch.hpp>

#include "policy/surface.hpp"

using namespace gate;

namespace {

using Lines = std::vector<SurfaceLine>;

PublishRule image_rule() {
  PublishRule rule{"api", {}, *RefName::parse("refs/heads/staging"), ImageDestination{}, {}, {}};
  rule.what = ImageDestination{"tests", "{env:REGISTRY}/app", {"{commit}"}, {"{branch}"}, {}};
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
  suite.source = ComposeSource{"docker-compose.yml", "web", {}};
  suite.run = {"make", "test"};
  CHECK(definition_lines(suite) == std::vector<SurfaceLine>{{"suite api", "runs make test in service web of docker-compose.yml"}});
  suite.source = BuildSource{"."};
  CHECK(definition_lines(suite) == std::vector<SurfaceLine>{{"suite api", "runs make test"}});
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
