// What follows once the image is out: the tag in git, the webhook, and every point at which gate may be killed.
#include <catch2/catch.hpp>

#include "support/publish_world.hpp"

using namespace gate;
using namespace gate::test;
using Standing = PublicationReport::Standing;
using State = PublicationState;

namespace {

PublishWorld world_with_webhook() {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.entry().webhook = "HOOK";
  return world;
}

// 0: an image, 1: for several platforms, 2: promoted.
PublishWorld world_to_be_cut(int kind) {
  auto world = world_with_webhook();
  world.entry().git_tag = "staging-1";
  if (kind == 1) {
    world.entry().platforms = {"linux/amd64", "linux/arm64"};
  }
  if (kind == 2) {
    world.entry().promoted_from = "registry.example/staging";
    world.tags("registry.example/staging").emplace(oid("two").hex(), manifest_of(k_image));
  }
  return world;
}

// As `gate publish` does it, again and again.
void go_on(PublishWorld& world) {
  for (int again = 0; again < 4 && !world.entry().is_over(); ++again) {
    world.now += std::chrono::minutes(20);
    if (world.advance().standing == Standing::needs_tests) {
      world.advance(&k_tested);
    }
  }
}

} // namespace

TEST_CASE("the commit is tagged in git with the digest, once the remote's branch has it") {
  auto world = world_with_entry();
  world.entry().branch_tags.clear();
  world.entry().git_tag = "staging-1";
  world.remote_tip = oid("one");
  CHECK(world.advance(&k_tested).standing == Standing::waits);
  CHECK(world.entry().state == State::tagged);
  CHECK(world.git_tags.empty());
  world.remote_tip = oid("two");
  world.advance();
  CHECK(world.entry().state == State::done);
  REQUIRE(world.git_tags.size() == 1);
  CHECK(world.git_tags[0] == "origin staging-1 " + oid("two").hex() + "\napi published\n\nregistry.example/app@" + world.entry().digest + "\n");
  CHECK(world.names.empty());
}

TEST_CASE("a tag that git does not take holds the publication up") {
  auto world = world_with_webhook();
  world.entry().git_tag = "staging-1";
  world.git_tag_error = "the tag is there for another commit";
  CHECK(has(world.advance(&k_tested).problem->message, "another commit"));
  CHECK(world.entry().state == State::tagged);
  CHECK(world.called.empty());
  world.git_tag_error.reset();
  world.advance();
  CHECK(world.entry().state == State::done);
  CHECK(world.entry().reason.empty());
  CHECK(world.called.size() == 1);
}

TEST_CASE("a webhook is called once, with what was published") {
  auto world = world_with_webhook();
  world.entry().created = world.now - std::chrono::seconds(73 * 60 + 20);
  const auto report = world.advance(&k_tested);
  CHECK(world.entry().state == State::done);
  CHECK_FALSE(report.problem);
  REQUIRE(world.called.size() == 1);
  const std::string two = oid("two").hex();
  CHECK(world.called[0].json == R"({"schema":1,"publication":"api","image":"registry.example/app","digest":")" + world.entry().digest + R"(","tags":[")" + two +
                                    R"(","staging"],"branch":"refs/heads/staging","commit":")" + two + R"(","tree":")" + oid("tree two").hex() +
                                    R"(","published":"2023-11-14T21:00:00Z"})"); // when it was decided: the same in each try
  CHECK(world.called[0].key.size() == 32);
  CHECK(world.claimed_by.empty());
  world.advance();
  CHECK(world.called.size() == 1);
}

TEST_CASE("while the webhook is called nobody else moves the tag") {
  auto world = world_with_webhook();
  world.advance(&k_tested);
  CHECK(world.claims == 1);
  CHECK(world.let_go == 1);
}

TEST_CASE("a webhook that certainly did not arrive is called again, and one of which nobody knows is not") {
  auto world = world_with_webhook();
  world.answer = {TriggerAnswer::Outcome::refused, "HTTP 503"};
  CHECK(world.advance(&k_tested).problem->message == "HTTP 503");
  CHECK(world.entry().state == State::tagged);
  world.answer = {TriggerAnswer::Outcome::unknown, "the connection was cut"};
  const auto report = world.advance();
  CHECK(has(report.problem->remedy, "gate publish --again 1"));
  CHECK(has(report.problem->remedy, "gate publish --drop 1"));
  CHECK(world.entry().state == State::unknown);
  CHECK(world.advance().problem);
  CHECK(world.called.size() == 2);
  CHECK(world.called[0].key == world.called[1].key);
  // A person decides.
  world.answer = {TriggerAnswer::Outcome::accepted, ""};
  world.entry().state = GENERATE(State::tagged, State::armed);
  world.advance();
  CHECK(world.entry().state == State::done);
  CHECK(world.called.size() == 3);
}

TEST_CASE("a webhook without a usable URL says which variable is meant") {
  auto world = world_with_webhook();
  world.variables.erase("HOOK");
  CHECK(has(world.advance(&k_tested).problem->message, "the variable HOOK, which holds the webhook's URL, is not set"));
  world.variables["HOOK"] = "http://elsewhere";
  CHECK(has(world.advance().problem->message, "https, or http to this machine"));
  CHECK(world.entry().state == State::tagged);
  CHECK(world.called.empty());
}

TEST_CASE("where a newer image is out, the webhook is not called, and that is said") {
  auto world = world_with_webhook();
  world.remote_tip = oid("three");
  world.tags().emplace(oid("three").hex(), manifest_of("sha256:three"));
  world.tags().emplace("staging", manifest_of("sha256:three"));
  const auto report = world.advance(&k_tested);
  CHECK(world.entry().state == State::done);
  CHECK(world.called.empty());
  CHECK(was_noted(report, "the webhook was not called: the tag staging shows another image"));
  CHECK(has(world.entry().reason, "which is newer"));
  CHECK(has(world.entry().reason, "the webhook was not called"));
}

TEST_CASE("whoever finds it published and told calls no webhook, and whoever finds it untold does") {
  auto world = world_with_webhook();
  world.tags().emplace(oid("two").hex(), manifest_of("sha256:theirs"));
  PublishedRecord record{k_home, "api", k_staging, oid("two"), std::nullopt, manifest_of("sha256:theirs").digest.str(), {oid("two").hex(), "staging"}, "Ann", {}};
  record.telling = true;
  SECTION("told") {
    world.records = {record};
    CHECK(was_noted(world.advance(), "the webhook was called by Ann"));
    CHECK(world.called.empty());
  }
  SECTION("told, and then not after all") {
    auto taken_back = record;
    taken_back.telling = false;
    taken_back.tags.clear();
    world.records = {taken_back, record};
    world.advance();
    CHECK(world.called.size() == 1);
  }
  SECTION("told of something else") {
    auto other = record;
    other.commit = oid("one");
    auto rule = record;
    rule.rule = "other";
    auto digest = record;
    digest.digest = manifest_of("sha256:before").digest.str();
    auto untold = record;
    untold.telling = false;
    world.records = {untold, other, rule, digest};
    world.advance();
    CHECK(world.called.size() == 1);
    CHECK(world.records.front().telling);
  }
  CHECK(world.entry().state == State::done);
  CHECK(world.claimed_by.empty());
}

TEST_CASE("that the webhook is told stands in the ledger before it is called, and is taken back where nothing arrived") {
  auto world = world_with_webhook();
  world.answer = {TriggerAnswer::Outcome::refused, "HTTP 503"};
  world.advance(&k_tested);
  REQUIRE(world.records.size() == 3);
  CHECK(world.records[0].tags.empty());
  CHECK(world.records[1].telling);
  CHECK(world.records[1].tags == std::vector<std::string>{oid("two").hex(), "staging"});
  // Another clone, of the same commit.
  OutboxEntry other = world.entry();
  other.id = 2;
  other.state = State::armed;
  other.image_id.clear();
  other.digest.clear();
  world.written.emplace(2, other);
  world.answer = {TriggerAnswer::Outcome::accepted, ""};
  world.advance(nullptr, 2);
  CHECK(world.entry(2).state == State::done);
  CHECK(world.called.size() == 2);
  world.advance();
  CHECK(world.entry().state == State::done);
  CHECK(world.called.size() == 2);
}

TEST_CASE("where the ledger takes nothing, nobody is told twice: nobody is told, and that is said") {
  auto world = world_with_webhook();
  SECTION("it could not be written") {
    world.no_records = "the remote is away";
    CHECK(has(world.advance(&k_tested).problem->message, "the webhook was not called: the remote is away"));
    CHECK(world.entry().state == State::tagged);
    CHECK(world.called.empty());
    world.no_records.reset();
    world.advance();
  }
  SECTION("no claim is taken") {
    world.refuses = "declined";
    world.entry().branch_tags.clear();
    CHECK(was_noted(world.advance(&k_tested), "origin takes no claim of ours, without which it might be called twice (declined); once it does: gate publish --again 1"));
    CHECK(world.called.empty());
    CHECK(was_left_without_claim(world.entry()));
    world.refuses.reset();
    world.entry().state = State::pushed;
    world.entry().reason.clear();
    world.advance();
  }
  CHECK(world.called.size() == 1);
  CHECK(world.entry().state == State::done);
}

TEST_CASE("without branch tags, a newer commit in the ledger keeps the webhook from being called") {
  auto world = world_with_webhook();
  world.entry().branch_tags.clear();
  world.remote_tip = oid("three");
  const std::string newer = GENERATE("three", "one", "stray", "unknown");
  world.records = {{k_home, "api", k_staging, oid(newer), std::nullopt, manifest_of("sha256:newer").digest.str(), {oid(newer).hex()}, "Ann", {}}};
  const auto report = world.advance(&k_tested);
  CHECK(world.entry().state == State::done);
  CHECK(world.called.size() == (newer == "three" ? 0 : 1));
  CHECK(was_noted(report, "which is newer, is out already") == (newer == "three"));
}

TEST_CASE("without branch tags the webhook waits for the remote, unless all goes out at once") {
  auto world = world_with_webhook();
  world.entry().branch_tags.clear();
  world.remote_tip = oid("one");
  CHECK(world.advance(&k_tested).standing == Standing::waits);
  CHECK(world.called.empty());
  world.entry().branch_tags_at_once = true;
  world.advance();
  CHECK(world.called.size() == 1);
}

TEST_CASE("a branch that no tag can be called after is told as it is in tags") {
  auto world = world_with_entry();
  OutboxEntry entry(*RefName::branch("feature/x"), oid("two"));
  const OutboxEntry& before = world.entry();
  entry.id = 1;
  entry.rule = before.rule;
  entry.destination = before.destination;
  entry.remote = before.remote;
  entry.suite = before.suite;
  entry.commit_tags = before.commit_tags;
  entry.branch_tags = {"feature-x"};
  world.written.insert_or_assign(1, entry);
  world.remote_tip = oid("two");
  CHECK(was_noted(world.advance(&k_tested), "branch feature/x is feature-x in tags"));
}

TEST_CASE("an image of a service goes out as any other") {
  auto world = world_with_webhook();
  world.entry().service = "nginx";
  world.advance(&k_tested);
  CHECK(world.entry().state == State::done);
  CHECK(world.entry().service == "nginx");
}

TEST_CASE("cut off or killed anywhere: the same end, nothing lost and nothing doubled") {
  const auto kind = GENERATE(0, 1, 2);
  const bool kills = GENERATE(false, true);
  for (const bool too_late : {false, true}) {
    for (int at = 0; at < 60; ++at) {
      auto world = world_to_be_cut(kind);
      world.fails_at = at;
      world.too_late = too_late;
      world.kills = kills;
      try {
        world.advance(&k_tested);
      } catch (const Killed&) {
        world.kills = false;
      }
      const bool was_cut = world.acts > at;
      go_on(world);
      CAPTURE(kind, kills, too_late, at);
      if (world.entry().state == State::unknown) {
        // A person asks the server, which has got it once or not at all.
        world.entry().state = world.called.empty() ? State::tagged : State::done;
        go_on(world);
      }
      CHECK(world.entry().state == State::done);
      CHECK(world.called.size() == 1);
      CHECK(std::count_if(world.records.begin(), world.records.end(), [](const PublishedRecord& r) { return r.telling; }) == 1);
      CHECK(world.git_tags.size() == 1);
      CHECK(world.pushes == (kind == 2 ? 0 : 1));
      CHECK(world.digest_of("staging") == (kind == 1 ? index_of("linux/amd64").digest.str() : manifest_of(k_image).digest.str()));
      CHECK(world.digest_of("staging") == world.digest_of(oid("two").hex()));
      CHECK(std::count_if(world.records.begin(), world.records.end(), [](const PublishedRecord& r) { return r.tags.size() == 2 && !r.telling; }) <= 1);
      if (kills) {
        CHECK(world.names.empty());
        REQUIRE_FALSE(world.records.empty());
        CHECK(world.records.front().tags.size() == 2);
      }
      if (!was_cut) {
        REQUIRE(at > 8);
        break;
      }
    }
  }
}
