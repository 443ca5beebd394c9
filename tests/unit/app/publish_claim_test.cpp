// Several publishers of one destination: claims, the ledger, and tags that only go forward.
#include <catch2/catch.hpp>

#include "support/publish_world.hpp"

using namespace gate;
using namespace gate::test;
using Standing = PublicationReport::Standing;
using State = PublicationState;

namespace {

const std::string k_newer_image = "sha256:" + Digest::of("newer image").hex();

PublishedRecord record_of(const std::string& commit, const std::string& image, std::vector<std::string> tags) {
  return {k_home, "api", k_staging, oid(commit), oid("tree " + commit), manifest_of(image).digest.str(), std::move(tags), "somebody", {}};
}

// "three" is published, too.
PublishWorld world_of_two() {
  auto world = world_with_entry();
  world.images.insert(k_newer_image);
  OutboxEntry newer(k_staging, oid("three"));
  const OutboxEntry& older = world.entry();
  newer.id = 2;
  newer.rule = older.rule;
  newer.destination = older.destination;
  newer.remote = older.remote;
  newer.suite = older.suite;
  newer.commit_tags = {oid("three").hex()};
  newer.branch_tags = older.branch_tags;
  world.written.emplace(2, newer);
  return world;
}

void publish_all(PublishWorld& world) {
  const TestedImage newer{k_newer_image};
  for (int again = 0; again < 4; ++again) {
    world.now += std::chrono::minutes(20);
    for (const std::int64_t id : {1, 2}) {
      if (world.advance(nullptr, id).standing == Standing::needs_tests) {
        world.advance(id == 1 ? &k_tested : &newer, id);
      }
    }
  }
}

} // namespace

TEST_CASE("before anything goes out the destination is claimed, and what is published is written down once") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.advance(&k_tested);
  CHECK(world.claims == 1);
  REQUIRE(world.records.size() == 1);
  const auto& record = world.records.front();
  CHECK(record.destination == k_home);
  CHECK(record.rule == "api");
  CHECK(record.commit == oid("two"));
  CHECK(record.tree == oid("tree two"));
  CHECK(record.digest == manifest_of(k_image).digest.str());
  CHECK(record.tags == std::vector<std::string>{oid("two").hex(), "staging"});
  CHECK(world.claimed_by.empty());
}

TEST_CASE("while a branch tag waits for the remote, the commit's tags are in the ledger and the claim is given back") {
  auto world = world_with_entry();
  world.remote_tip = oid("one");
  CHECK(world.advance(&k_tested).standing == Standing::waits);
  REQUIRE(world.records.size() == 1);
  CHECK(world.records[0].tags == world.entry().commit_tags);
  CHECK(world.claimed_by.empty());
  CHECK(world.advance().standing == Standing::waits);
  CHECK(world.claims == 1);
}

TEST_CASE("what somebody else has published and moved needs no claim") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.tags().emplace(oid("two").hex(), manifest_of("sha256:theirs"));
  world.tags().emplace("staging", manifest_of("sha256:theirs"));
  world.advance();
  CHECK(world.entry().state == State::done);
  CHECK(world.claims == 0);
  CHECK(world.records.empty());
}

TEST_CASE("while somebody else publishes there it waits, and says for whom and until when") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.claimed_by = "Alice <alice@example.com>";
  world.claimed_until = world.now + std::chrono::minutes(15);
  const auto report = world.advance(&k_tested);
  REQUIRE(report.problem);
  CHECK(report.standing == Standing::held_up);
  CHECK(report.problem->message == "Alice <alice@example.com> publishes to registry.example/app until 2023-11-14T22:28:20Z");
  CHECK(report.problem->remedy == "gate publish tries again");
  CHECK(world.pushes == 0);
  CHECK(world.claimed_by == "Alice <alice@example.com>");
  CHECK(world.entry().image_id.empty()); // nothing was sent
  world.now += std::chrono::minutes(16);
  world.advance(&k_tested);
  CHECK(world.entry().state == State::done);
}

TEST_CASE("whoever is patient waits for somebody else's claim, and goes on then") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.claimed_by = "Alice";
  world.claimed_until = world.now + std::chrono::minutes(5);
  SECTION("until it has run out") {
    world.patience = std::chrono::minutes(20);
    const auto report = world.advance(&k_tested);
    CHECK_FALSE(report.problem);
    CHECK(world.entry().state == State::done);
    CHECK(world.waited_for.size() == 5);
    CHECK(world.waited_for[0] == "Alice publishes to registry.example/app until 2023-11-14T22:18:20Z");
  }
  SECTION("no longer than that") {
    world.patience = std::chrono::minutes(2);
    CHECK(has(world.advance(&k_tested).problem->message, "Alice publishes"));
    CHECK(world.waited_for.size() == 2);
  }
  SECTION("or until Ctrl-C") {
    world.patience = std::chrono::minutes(20);
    world.wait_ends = Error{ErrorKind::interrupted, "interrupted", ""};
    CHECK(world.advance(&k_tested).problem->kind == ErrorKind::interrupted);
    CHECK(world.pushes == 0);
  }
}

TEST_CASE("what counts for a tag is its newest record") {
  auto world = world_with_entry();
  world.remote_tip = oid("three");
  world.tags().emplace("staging", manifest_of("sha256:one"));
  // It was shown before, and something older took its place.
  world.records = {record_of("one", "sha256:one", {"staging"}), record_of("two", k_image, {oid("two").hex(), "staging"})};
  world.advance(&k_tested);
  CHECK(world.entry().state == State::done);
  REQUIRE(world.records.size() == 3);
  CHECK(world.records[0].commit == oid("two"));
}

TEST_CASE("what somebody else published while it was tested is found under the claim") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.interrupted_at = 1; // after the first look
  world.meanwhile = [&] { world.tags().emplace(oid("two").hex(), manifest_of("sha256:theirs")); };
  world.entry().webhook = "HOOK";
  const auto report = world.advance(&k_tested);
  CHECK(world.pushes == 0);
  CHECK(world.shown("staging") == "sha256:theirs");
  CHECK(world.entry().state == State::done);
  CHECK(world.called.size() == 1); // as nobody else has
  CHECK(was_noted(report, "from elsewhere"));
}

TEST_CASE("a remote that takes no claims gets commit tags only, and that is said") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.refuses = "pre-receive hook declined";
  const auto report = world.advance(&k_tested);
  CHECK_FALSE(report.problem);
  CHECK(world.entry().state == State::done);
  CHECK(world.shown(oid("two").hex()) == k_image);
  CHECK(world.shown("staging") == "none");
  CHECK(was_noted(report, "the tag staging was left where it is: origin takes no claim of ours"));
  CHECK(was_noted(report, "pre-receive hook declined"));
  CHECK(has(world.entry().reason, "the tag staging was left: "));
  CHECK(has(world.entry().reason, "once it does: gate publish --again 1"));
  CHECK(was_left_without_claim(world.entry()));
  CHECK(branch_tags_not_left(world.entry()).empty());
}

TEST_CASE("a record that does not get through is said, and changes nothing") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.no_records = "the remote is away";
  const auto report = world.advance(&k_tested);
  CHECK_FALSE(report.problem);
  CHECK(world.entry().state == State::done);
  CHECK(was_noted(report, "it was not written into the ledger of origin: the remote is away"));
}

TEST_CASE("the newest record of a tag says which commit it shows, and the registry is not asked") {
  auto world = world_with_entry();
  world.remote_tip = oid("three");
  world.tags().emplace("staging", manifest_of("sha256:whose"));
  SECTION("a newer one") {
    world.records = {record_of("three", "sha256:whose", {"staging"})};
    world.advance(&k_tested);
    CHECK(world.entry().state == State::done);
    CHECK(world.shown("staging") == "sha256:whose");
  }
  SECTION("an older one") {
    world.records = {record_of("one", "sha256:whose", {"staging"}), record_of("three", "sha256:whose", {"staging"})};
    world.advance(&k_tested);
    CHECK(world.shown("staging") == k_image);
  }
  SECTION("one that is not known here") {
    world.records = {record_of("unknown", "sha256:whose", {"staging"})};
    CHECK(has(world.advance(&k_tested).problem->remedy, "git fetch"));
  }
  SECTION("a record of another image says nothing") {
    world.records = {record_of("one", "sha256:another", {"staging"})};
    CHECK(has(world.advance(&k_tested).problem->message, "which commit it shows can't be told"));
  }
}

TEST_CASE("where tags move at once, a descendant is newer before the branch has it") {
  auto world = world_with_entry();
  world.remote_tip = oid("one");
  world.entry().branch_tags_at_once = true;
  world.tags().emplace("staging", manifest_of("sha256:three"));
  world.records = {record_of("three", "sha256:three", {"staging"})};
  world.advance(&k_tested);
  CHECK(world.entry().state == State::done);
  CHECK(world.shown("staging") == "sha256:three");
}

TEST_CASE("a tag that the registry never moves is said with what mends it") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.fixed_tag = "staging";
  world.tags().emplace("staging", manifest_of("sha256:one"));
  const auto report = world.advance(&k_tested);
  REQUIRE(report.problem);
  CHECK(report.problem->message == "staging is fixed");
  CHECK(world.shown("staging") == "sha256:one");
}

TEST_CASE("a claim that is short is lengthened before a tag moves, and while a push takes long") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.slow_push = true;
  world.advance(&k_tested);
  CHECK(world.entry().state == State::done);
  CHECK(world.claims > 4);
  auto shortest = world_with_entry();
  shortest.remote_tip = oid("two");
  shortest.claim_time = std::chrono::seconds(30);
  const auto report = shortest.advance(&k_tested);
  REQUIRE(report.problem);
  CHECK(has(report.problem->message, "each claim"));
  CHECK(shortest.shown("staging") == "none");
}

TEST_CASE("of two publishers the newer one's image stays, wherever one meets the other") {
  const TestedImage newer{k_newer_image};
  for (const bool older_is_slow : {true, false}) {
    for (const auto pause : {std::chrono::minutes(0), std::chrono::minutes(20)}) {
      for (int at = 0; at < 60; ++at) {
        auto world = world_of_two();
        // Both have arrived when the second one begins: for the slow one the remote's branch may have been at "two" still.
        world.remote_tip = older_is_slow ? oid("two") : oid("three");
        world.interrupted_at = at;
        world.meanwhile = [&] {
          world.now += pause;
          world.remote_tip = oid("three");
          const std::int64_t id = older_is_slow ? 2 : 1;
          world.advance(id == 1 ? &k_tested : &newer, id);
        };
        world.advance(older_is_slow ? &k_tested : &newer, older_is_slow ? 1 : 2);
        const bool was_interrupted = world.meanwhile == nullptr;
        world.remote_tip = oid("three");
        const auto moved_before = world.shown_by_staging;
        publish_all(world);
        CAPTURE(older_is_slow, pause.count(), at);
        CHECK(world.entry(1).state == State::done);
        CHECK(world.entry(2).state == State::done);
        CHECK(world.shown("staging") == k_newer_image);
        CHECK(world.shown(oid("two").hex()) == k_image);
        CHECK(world.pushes == 2);
        if (pause.count() == 0) {
          // Never back, not even for a moment.
          auto newest = std::find(world.shown_by_staging.begin(), world.shown_by_staging.end(), k_newer_image);
          CHECK(std::find(newest, world.shown_by_staging.end(), k_image) == world.shown_by_staging.end());
        }
        if (!was_interrupted) {
          REQUIRE(at > 8);
          break;
        }
      }
    }
  }
}

TEST_CASE("of two publishers of the same commit one sends it and tells of it, wherever one meets the other") {
  for (const bool same_image : {true, false}) {
    for (const bool platforms : {false, true}) {
      for (int at = 0; at < 60; ++at) {
        auto world = world_of_two();
        world.remote_tip = oid("two");
        OutboxEntry twin = world.entry(1);
        twin.id = 2;
        world.written.insert_or_assign(2, twin);
        for (const std::int64_t id : {1, 2}) {
          world.entry(id).webhook = "HOOK";
          world.entry(id).platforms = platforms ? std::vector<std::string>{"linux/amd64"} : std::vector<std::string>{};
        }
        const TestedImage other{same_image ? k_image : k_newer_image};
        world.interrupted_at = at;
        world.meanwhile = [&] { world.advance(&other, 2); };
        world.advance(&k_tested, 1);
        const bool was_interrupted = world.meanwhile == nullptr;
        for (int again = 0; again < 3; ++again) {
          for (const std::int64_t id : {1, 2}) {
            if (world.advance(nullptr, id).standing == Standing::needs_tests) {
              world.advance(id == 1 ? &k_tested : &other, id);
            }
          }
        }
        CAPTURE(same_image, platforms, at);
        CHECK(world.entry(1).state == State::done);
        CHECK(world.entry(2).state == State::done);
        CHECK(world.pushes == 1);
        CHECK(world.called.size() == 1);
        CHECK(std::count_if(world.records.begin(), world.records.end(), [](const PublishedRecord& r) { return r.telling; }) == 1);
        CHECK(world.digest_of("staging") == world.digest_of(oid("two").hex()));
        CHECK(world.names.empty());
        if (!was_interrupted) {
          REQUIRE(at > 8);
          break;
        }
      }
    }
  }
}

TEST_CASE("whoever only moves the tag looks again under its claim, wherever a newer one meets it") {
  const TestedImage newer{k_newer_image};
  for (int at = 0; at < 60; ++at) {
    auto world = world_of_two();
    world.remote_tip = oid("two");
    world.tags().emplace(oid("two").hex(), manifest_of("sha256:theirs"));
    world.tags().emplace(oid("one").hex(), manifest_of("sha256:one"));
    world.tags().emplace("staging", manifest_of("sha256:one"));
    world.interrupted_at = at;
    world.meanwhile = [&] {
      world.remote_tip = oid("three");
      world.advance(&newer, 2);
    };
    world.advance(nullptr, 1);
    const bool was_interrupted = world.meanwhile == nullptr;
    world.remote_tip = oid("three");
    publish_all(world);
    CAPTURE(at);
    CHECK(world.shown("staging") == k_newer_image);
    const auto newest = std::find(world.shown_by_staging.begin(), world.shown_by_staging.end(), k_newer_image);
    CHECK(std::find(newest, world.shown_by_staging.end(), "sha256:theirs") == world.shown_by_staging.end());
    CHECK(world.entry(1).state == State::done);
    CHECK(world.entry(2).state == State::done);
    if (!was_interrupted) {
      REQUIRE(at > 4);
      break;
    }
  }
}
