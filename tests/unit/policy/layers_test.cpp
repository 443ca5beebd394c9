#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "policy/parse.hpp"

using namespace gate;

namespace {

Policy layer(const std::string& name, unsigned rank, const std::string& text) {
  auto parsed = parse_policy("schema = 1\n" + text, name, "0.1.0", PolicyRole::layer);
  if (!parsed) {
    FAIL(parsed.error().list.front().place.str() + ": " + parsed.error().list.front().message);
  }
  parsed->layers.front().rank = rank;
  return *parsed;
}

std::string suite(const std::string& name) { return "[suite." + name + "]\nbuild = \".\"\nrun = [\"t\"]\n"; }
std::string block(const std::string& rules) { return "[[branch]]\nmatch = [\"m\"]\n" + rules + "\n"; }
std::string publication(const std::string& name) {
  return "[publish." + name + "]\nbranch = \"m\"\ntrigger = { env = \"DEPLOY\" }\nby = \"ci\"\n";
}

RefRules rules(const std::vector<Policy>& files) {
  // The rules point into the policy: only values are asked for.
  const Policy joined = join_layers(files).value();
  return rules_for(joined, *RefName::branch("m"), "origin").value();
}

std::vector<std::string> wrong(std::vector<Policy> files) {
  const auto joined = join_layers(std::move(files));
  REQUIRE_FALSE(joined);
  std::vector<std::string> all;
  for (const auto& problem : joined.error()) {
    all.push_back(problem.place.str() + " " + problem.message + " (" + problem.hint + ")");
  }
  return all;
}

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("layers are joined by rank and name, in whatever order they come") {
  const Policy high = layer("system", 0, "serial = 1\npolicy_branch = \"a\"\n" + block("linear = true") + suite("s"));
  const Policy team = layer("team", 8, "serial = 2\n" + block("first_parent = true") + suite("t") + "[policy]\nowners = [\"x\"]\nallowed_signers = \"f\"\n");
  const Policy other = layer("other", 8, block("require = [\"s\", \"t\"]") + "[policy]\nowners = [\"y\"]\nallowed_signers = \"g\"\n");
  for (const auto& files : {std::vector<Policy>{high, team, other}, std::vector<Policy>{other, team, high}, std::vector<Policy>{team, high, other}}) {
    const auto joined = join_layers(files);
    REQUIRE(joined);
    REQUIRE(joined->layers.size() == 3);
    CHECK(joined->layers[0].name == "system");
    CHECK(joined->layers[1].name == "other");
    CHECK(joined->layers[2].name == "team");
    REQUIRE(joined->blocks.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(joined->blocks[i].layer == i);
      CHECK(joined->blocks[i].place.file == joined->layers[i].name);
    }
    CHECK(joined->suites.size() == 2);
    CHECK(joined->owners.size() == 2);
    CHECK(joined->allowed_signers.size() == 2);
    // The lowest that says something.
    CHECK(joined->serial->value == 2);
    CHECK(joined->policy_branch->value.brief() == "a");
  }
}

TEST_CASE("one name in two layers is a problem that names both places") {
  CHECK(wrong({layer("a", 1, suite("s")), layer("b", 2, suite("s"))}) ==
        Strings{"b:2:1 [suite.s] is at a:2:1 already (give one of them another name)"});
  CHECK(wrong({layer("b", 2, publication("p")), layer("a", 1, publication("p"))}) ==
        Strings{"b:2:1 [publish.p] is at a:2:1 already (give one of them another name)"});
  CHECK(join_layers({layer("a", 1, publication("q")), layer("b", 2, publication("p"))})->publications.front().name == "p");
}

TEST_CASE("a file that comes in twice is one") {
  const Policy team = layer("team", 1, block("linear = true") + suite("s") + publication("p") + "[policy]\nowners = [\"x\"]\nallowed_signers = \"f\"\n");
  const auto joined = join_layers({team, layer("own", 2, block("require = [\"s\"]")), team});
  REQUIRE(joined);
  CHECK(joined->layers.size() == 2);
  CHECK(joined->blocks.size() == 2);
  CHECK(joined->owners.size() == 1);
  CHECK(joined->allowed_signers.size() == 1);
  CHECK(joined->publications.size() == 1);
  // The same place with another content is not the same file.
  Policy forged = team;
  forged.suites.at("s").run = {"true"};
  CHECK_FALSE(join_layers({team, forged}));
}

TEST_CASE("a required suite may be in any layer, but must be in one") {
  CHECK(join_layers({layer("a", 1, block("require = [\"api\"]")), layer("b", 2, suite("api"))}));
  CHECK(wrong({layer("a", 1, block("require = [\"aip\"]")), layer("b", 2, suite("api"))}) ==
        Strings{"a:4:11 no layer of the policy has a suite \"aip\" (did you mean \"api\"?)"});
  CHECK(wrong({layer("a", 1, block("require = [\"x\"]"))}) == Strings{"a:4:11 no layer of the policy has a suite \"x\" (define it: [suite.x])"});
}

TEST_CASE("a suite of another layer that makes no image can't be published") {
  const std::string named = "[suite.s]\nimage = \"python:3.12\"\nrun = [\"t\"]\n";
  const std::string image = "[publish.p]\nbranch = \"m\"\nsuite = \"s\"\nto = \"r.example/app\"\n";
  const Strings said{"a:2:1 suite \"s\" runs in an image that it names: it makes none that could be published (publish the image of a suite with \"build\" or \"compose\")"};
  CHECK(wrong({layer("a", 1, image), layer("b", 2, named)}) == said);
  CHECK(wrong({layer("b", 1, named), layer("a", 2, image)}) == said);
  CHECK(join_layers({layer("a", 1, image), layer("b", 2, suite("s"))}));
}

TEST_CASE("what a publication needs of a suite of another layer is looked at when they are joined") {
  const std::string publish = "[publish.p]\nbranch = \"m\"\nsuite = \"s\"\n";
  const std::string composed = "[suite.s]\ncompose = \"c.yml\"\nservice = \"web\"\nrun = [\"t\"]\n";
  const auto services = publish + "images = { nginx = \"r.example/nginx\" }\n";
  const auto platforms = publish + "to = \"r.example/app\"\nplatforms = [\"linux/arm64\"]\n";
  CHECK(join_layers({layer("a", 1, services), layer("b", 2, composed)}));
  CHECK(wrong({layer("a", 1, services), layer("b", 2, suite("s"))}).at(0).find("a:2:1 \"images\" names services of a compose file") == 0);
  CHECK(join_layers({layer("a", 1, platforms), layer("b", 2, suite("s"))}));
  CHECK(wrong({layer("a", 1, platforms), layer("b", 2, composed)}).at(0).find("a:2:1 \"platforms\" takes a suite with \"build\"") == 0);
}

TEST_CASE("what is promoted may be published by another layer, but must be by one") {
  const auto image = [](const std::string& name, const std::string& branch, const std::string& more) {
    return "[publish." + name + "]\nbranch = \"" + branch + "\"\nsuite = \"s\"\nto = \"r.example/" + branch + "\"\n" + more;
  };
  const Policy staging = layer("a", 1, image("staging", "s", "git_tag = \"x-{commit}\"\n") + suite("s"));
  CHECK(join_layers({staging, layer("b", 2, image("live", "m", "from = \"staging\"\n"))}));
  CHECK(wrong({staging, layer("b", 2, image("live", "m", "from = \"stagin\"\n"))}) ==
        Strings{"b:6:8 [publish.live] takes \"from\" \"stagin\", and there is no [publish.stagin] (did you mean \"staging\"?)"});
  CHECK(wrong({staging, layer("b", 2, image("two", "s", "tags = [\"two-{commit}\"]\ngit_tag = \"x-{commit}\"\n"))}).at(0).find("b:2:1 [publish.two] and [publish.staging] (a:2:1) would both tag") == 0);
}

TEST_CASE("how many suites run at once is the least that a layer says") {
  const auto parallel = [](const std::string& high, const std::string& low) {
    return join_layers({layer("a", 1, high), layer("b", 2, low)})->run.parallel;
  };
  CHECK(parallel("[run]\nparallel = 2\n", "[run]\nparallel = 8\n") == 2U);
  CHECK(parallel("[run]\nparallel = 8\n", "[run]\nparallel = 2\n") == 2U);
  CHECK(parallel("[run]\nparallel = 3\n", "") == 3U);
  CHECK(parallel("", "[run]\nparallel = 3\n") == 3U);
  CHECK_FALSE(parallel("", ""));
}

TEST_CASE("a lower layer loosens only what the higher one lets it") {
  const std::string strict = block("commits.subject_max = 50\nallow = [\"merge\"]\nmerge_content = \"clean\"");
  const std::string loose = block("commits.subject_max = 72\nallow = [\"merge\", \"commit\"]\nmerge_content = \"any\"");
  const std::string lets = "allow_override = [\"commits.subject_max\", \"merge_content\"]\n";
  const auto kept = rules({layer("a", 1, strict), layer("b", 2, loose)}).active();
  CHECK(kept.subject_max->value == 50);
  CHECK(kept.merge_content->value == MergeContent::clean);
  for (const auto& files : {std::vector<Policy>{layer("a", 1, lets + strict), layer("b", 2, loose)}, std::vector<Policy>{layer("b", 2, loose), layer("a", 1, lets + strict)}}) {
    const auto loosened = rules(files).active();
    CHECK(loosened.subject_max->value == 72);
    CHECK(loosened.merge_content->value == MergeContent::any);
    CHECK(loosened.allow->value.str() == "merge");
  }
  // Not the other way round, not among equals, and not by saying nothing.
  CHECK(rules({layer("a", 1, strict), layer("b", 2, lets + loose)}).active().subject_max->value == 50);
  CHECK(rules({layer("a", 1, lets + strict), layer("b", 1, loose)}).active().subject_max->value == 50);
  CHECK(rules({layer("a", 1, lets + strict), layer("b", 2, block(""))}).active().subject_max->value == 50);
  // A layer that lets nothing keeps its word, whatever another lets.
  CHECK(rules({layer("a", 0, strict), layer("b", 1, lets + strict), layer("c", 2, loose)}).active().subject_max->value == 50);
}

TEST_CASE("require can be loosened, to nothing as well") {
  const Policy high = layer("a", 1, "allow_override = [\"require\"]\n" + block("require = [\"s\"]") + suite("s"));
  CHECK(rules({high, layer("b", 2, block("require = []"))}).require->value.empty());
  CHECK(rules({high, layer("b", 2, block(""))}).require->value == Strings{"s"});
}

TEST_CASE("a block that does not speak of the ref, or is enforced less strictly, loosens nothing") {
  const Policy high = layer("a", 1, "allow_override = [\"commits.subject_max\"]\n" + block("commits.subject_max = 50"));
  const auto limit = [&](const std::string& low) { return rules({high, layer("b", 2, low)}).active().subject_max->value; };
  CHECK(limit("[[branch]]\nmatch = [\"other\"]\ncommits.subject_max = 72\n") == 50);
  CHECK(limit("[[branch]]\nmatch = [\"m\"]\nremotes = [\"fork\"]\ncommits.subject_max = 72\n") == 50);
  CHECK(limit(block("commits.subject_max = 72\nenforcement = \"off\"")) == 50);
  CHECK(limit(block("commits.subject_max = 72\nenforcement = \"evaluate\"")) == 50);
  CHECK(limit(block("commits.subject_max = 72")) == 72);
  const Policy told = layer("a", 1, "allow_override = [\"commits.subject_max\"]\n" + block("commits.subject_max = 50\nenforcement = \"evaluate\""));
  const auto found = rules({told, layer("b", 2, block("commits.subject_max = 72"))});
  CHECK_FALSE(found.groups.at(0).rules.subject_max);
}

TEST_CASE("what is overridden contradicts nothing") {
  const Policy high = layer("a", 1, "allow_override = [\"allow\"]\n" + block("allow = [\"merge\"]"));
  CHECK(rules({high, layer("b", 2, block("allow = [\"commit\"]"))}).active().allow->value.str() == "commit");
}
