#include <catch2/catch.hpp>

#include <map>

#include "app/arm.hpp"

using namespace gate;
using Waits = PlannedPublication::WaitsForRemote;

namespace {

using Strings = std::vector<std::string>;

const RefName k_staging = *RefName::branch("feature/x");
const Oid k_commit = *Oid::parse("0123456789abcdef0123456789abcdef01234567");
const Oid k_tree = *Oid::parse(std::string(40, 'e'));

TagFacts facts(const std::string& version = "v1") { return {k_staging, k_commit, k_tree, std::chrono::system_clock::from_time_t(0), version}; }

PublishRule rule(const std::string& name, std::vector<PublishedImage> images) {
  ImageDestination image;
  image.suite = "api";
  image.images = std::move(images);
  image.commit_tags = {"{commit}", "{short_commit}"};
  image.branch_tags = {"{branch}", "{version}"};
  return {name, {"gate.toml", 3, 1}, k_staging, image};
}

ImageDestination& image_of(PublishRule& rule) { return std::get<ImageDestination>(rule.what); }

Result<std::vector<OutboxEntry>> armed(const std::vector<PublishRule>& rules, const std::map<std::string, std::string>& variables = {}, const TagFacts& of = facts(),
                                       Waits waits = Waits::branch_tags) {
  const PublishPlan plan{{{rules.front(), waits}}, ""};
  return entries_for(plan, rules, of, "origin", "https://git.example/x", [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string(name));
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("an entry says all that the rule says, with the commit's own tags") {
  PublishRule whole = rule("api", {{"", {"{env:R}/app"}}});
  image_of(whole).platforms = {"linux/arm64"};
  image_of(whole).create = true;
  whole.git_tag = "{branch}-{date}";
  whole.webhook = "HOOK";
  whole.finish = PublishRule::Finish::manual;
  const auto entries = armed({whole}, {{"R", "r.example"}}).value();
  REQUIRE(entries.size() == 1);
  const auto& entry = entries.front();
  CHECK(entry.rule == "api");
  CHECK(entry.destination == "r.example/app");
  CHECK(entry.suite == "api");
  CHECK(entry.service.empty());
  CHECK(entry.commit == k_commit);
  CHECK(entry.tree == k_tree);
  CHECK(entry.commit_tags == Strings{k_commit.hex(), "0123456789ab"});
  CHECK(entry.branch_tags == Strings{"feature-x", "v1"});
  CHECK(entry.platforms == Strings{"linux/arm64"});
  CHECK(entry.may_create);
  CHECK(entry.git_tag == "feature/x-1970-01-01");
  CHECK(entry.webhook == "HOOK");
  CHECK(entry.promoted_from.empty());
  CHECK_FALSE(entry.branch_tags_at_once);
  CHECK_FALSE(entry.finishes_itself);
  CHECK(entry.remote == "origin");
  CHECK(entry.source == "https://git.example/x");
}

TEST_CASE("there is an entry for each image and each of its destinations") {
  const auto entries = armed({rule("api", {{"api", {"r.example/api", "ghcr.io/api"}}, {"nginx", {"r.example/nginx"}}})}).value();
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].destination == "r.example/api");
  CHECK(entries[1].destination == "ghcr.io/api");
  CHECK(entries[1].service == "api");
  CHECK(entries[2].destination == "r.example/nginx");
  CHECK(entries[2].service == "nginx");
  CHECK(entries[2].commit_tags == entries[0].commit_tags);
}

TEST_CASE("variables that say the same make one entry, but never of two services") {
  const std::map<std::string, std::string> same{{"A", "r.example"}, {"B", "r.example"}};
  CHECK(armed({rule("api", {{"", {"{env:A}/x", "{env:B}/x"}}})}, same).value().size() == 1);
  const auto two = armed({rule("api", {{"a", {"{env:A}/x"}}, {"b", {"{env:B}/x"}}})}, same);
  REQUIRE_FALSE(two);
  CHECK(two.error().kind == ErrorKind::usage);
  CHECK(has(two.error().message, "[publish.api] (gate.toml:3:1) would publish the images of two services, \"a\" and \"b\", to r.example/x"));
}

TEST_CASE("a promotion names the place of the same service and position") {
  PublishRule live = rule("live", {{"api", {"r.example/live", "ghcr.io/live"}}, {"nginx", {"r.example/n", "ghcr.io/n"}}});
  image_of(live).from = "staging";
  const PublishRule staging = rule("staging", {{"api", {"{env:R}/api", "ghcr.io/api"}}, {"nginx", {"app"}}});
  const auto entries = armed({live, staging}, {{"R", "r.example"}}).value();
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].promoted_from == "r.example/api");
  CHECK(entries[1].promoted_from == "ghcr.io/api");
  CHECK(entries[2].promoted_from == "docker.io/library/app");
  CHECK(entries[3].promoted_from == "docker.io/library/app");
  const auto unset = armed({live, staging});
  REQUIRE_FALSE(unset);
  CHECK(has(unset.error().message, "[publish.staging]"));
}

TEST_CASE("a tag that can't be made is an error that names the rule") {
  const auto made = armed({rule("api", {{"", {"r.example/app"}}})}, {}, facts(""));
  REQUIRE_FALSE(made);
  CHECK(has(made.error().message, "[publish.api] (gate.toml:3:1): \"{version}\" needs a version"));
  CHECK_FALSE(made.error().remedy.empty());
  PublishRule tagged = rule("api", {{"", {"r.example/app"}}});
  tagged.git_tag = "{version}.lock";
  CHECK(has(armed({tagged}).error().message, "[publish.api] (gate.toml:3:1): \"v1.lock\" can't be the name of a tag in git"));
}

TEST_CASE("templates that come to one tag give one") {
  PublishRule twice = rule("api", {{"", {"r.example/app"}}});
  image_of(twice).branch_tags = {"{branch}", "feature-x"};
  CHECK(armed({twice}).value().front().branch_tags == Strings{"feature-x"});
}

namespace {

Strings moving(Strings commit_tags, Strings branch_tags, const std::vector<PublishRule>& others = {}) {
  PublishRule first = rule("api", {{"", {"r.example/app"}}});
  image_of(first).commit_tags = std::move(commit_tags);
  image_of(first).branch_tags = std::move(branch_tags);
  std::vector<PublishRule> rules{first};
  rules.insert(rules.end(), others.begin(), others.end());
  return armed(rules, {{"R", "r.example"}}).value().front().moving_tags;
}

} // namespace

TEST_CASE("the moving tags of a destination are those of every commit") {
  CHECK(moving({"{commit}"}, {"{branch}", "latest", "day-{date}"}) == Strings{"feature-x", "latest", "day-*"});
  CHECK(moving({"{commit}"}, {"{branch}-{date}-of-{version}-x", "v{version}"}) == Strings{"feature-x-*-x", "v*"});
  CHECK(moving({"{commit}"}, {}).empty());
  const std::string longer(140, 'a');
  CHECK(moving({"{commit}"}, {longer}).front().size() == 128);
  CHECK(moving({"{commit}"}, {"x" + longer + "{date}"}) == Strings{"x" + std::string(59, 'a') + "*"});
}

TEST_CASE("the moving tags are those of all publications to the destination, on their own branches") {
  PublishRule live = rule("live", {{"", {"ghcr.io/app", "{env:R}/app"}}});
  live.branch = *RefName::branch("master");
  image_of(live).branch_tags = {"{branch}", "latest"};
  PublishRule elsewhere = rule("elsewhere", {{"", {"r.example/other"}}});
  PublishRule unset = rule("unset", {{"", {"{env:UNSET}/app"}}});
  image_of(unset).branch_tags = image_of(elsewhere).branch_tags = {"nowhere"};
  CHECK(moving({"{commit}"}, {"{branch}"}, {live, elsewhere, unset, {"hub", {}, k_staging, BuildTrigger{"DEPLOY"}}}) == Strings{"feature-x", "master", "latest"});
}

TEST_CASE("where a moving tag can look like a commit's, any may move") {
  CHECK(moving({"{commit}"}, {"{branch}", "{date}"}) == Strings{"feature-x", "*"});
  CHECK(moving({"{commit}"}, {"{tree}", "{version}"}) == Strings{"*"});
  CHECK(moving({"{commit}"}, {"beta{version}"}) == Strings{"beta*"});
  CHECK(moving({"{commit}"}, {"be{version}"}) == Strings{"*"});
  CHECK(moving({"c-{commit}"}, {"be{version}"}) == Strings{"be*"});
  CHECK(moving({"{version}-{short_commit}"}, {"v{version}"}) == Strings{"*"});
  CHECK(moving({"{commit}-api"}, {"{version}-web"}) == Strings{"*-web"});
  CHECK(moving({"{commit}", "{commit}-web"}, {"{version}-web"}) == Strings{"*"});
}

TEST_CASE("variables that come to the same never give one tag to two images") {
  const std::map<std::string, std::string> same{{"A", "r.example/app"}, {"B", "r.example/app"}};
  const auto both = [&](const PublishRule& first, const PublishRule& second) {
    const PublishPlan plan{{{first, Waits::branch_tags}, {second, Waits::branch_tags}}, ""};
    return entries_for(plan, {first, second}, facts(), "origin", "", [&](std::string_view name) { return std::optional(same.at(std::string(name))); });
  };
  const PublishRule api = rule("api", {{"", {"{env:A}"}}});
  PublishRule web = rule("web", {{"", {"{env:B}"}}});
  CHECK(both(api, web).value().size() == 2); // the same image
  SECTION("of two suites") {
    image_of(web).suite = "web";
    const auto made = both(api, web);
    REQUIRE_FALSE(made);
    CHECK(made.error().kind == ErrorKind::usage);
    CHECK(made.error().message == "[publish.web] (gate.toml:3:1) and [publish.api] would give the tag \"" + k_commit.hex() +
                                      "\" of r.example/app to the images of two suites, \"api\" and \"web\"");
    image_of(web).commit_tags = {"web-{commit}"};
    CHECK(has(both(api, web).error().message, "the tag \"feature-x\""));
    image_of(web).branch_tags = {"web-{branch}"};
    CHECK(both(api, web));
  }
  SECTION("of two services") {
    image_of(web).images.front().service = "nginx";
    CHECK(has(both(api, web).error().message, "the images of two services, \"\" and \"nginx\""));
  }
  SECTION("for other platforms") {
    image_of(web).platforms = {"linux/arm64"};
    CHECK(has(both(api, web).error().message, "images for different platforms"));
  }
}

TEST_CASE("a trigger's entry has nothing of an image's") {
  const PublishRule hub{"hub", {}, k_staging, BuildTrigger{"DEPLOY"}};
  const auto entries = armed({hub}, {}, facts(""), Waits::everything).value();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].destination == std::string(k_trigger_prefix) + "DEPLOY");
  CHECK(entries[0].commit_tags.empty());
  CHECK(entries[0].suite.empty());
  CHECK(entries[0].tree == k_tree);
  CHECK_FALSE(entries[0].branch_tags_at_once);
}

TEST_CASE("tags that wait for nothing move at once") {
  CHECK(armed({rule("api", {{"", {"r.example/app"}}})}, {}, facts(), Waits::nothing).value().front().branch_tags_at_once);
}
