#include <catch2/catch.hpp>

#include "support/publish_world.hpp"

using namespace gate;
using namespace gate::test;
using Standing = PublicationReport::Standing;
using State = PublicationState;

TEST_CASE("what is not known to be tested is not pushed") {
  auto world = world_with_entry();
  CHECK(world.advance().standing == Standing::needs_tests);
  CHECK(world.pushes == 0);
}

TEST_CASE("a tested image goes out under its commit's tag; the branch tag waits for the remote") {
  auto world = world_with_entry();
  world.remote_tip = oid("one");
  const auto report = world.advance(&k_tested);
  CHECK(report.standing == Standing::waits);
  CHECK_FALSE(report.problem);
  CHECK(world.entry().state == State::pushed);
  CHECK(world.entry().digest == manifest_of(k_image).digest.str());
  CHECK(world.shown(oid("two").hex()) == k_image);
  CHECK(world.shown("staging") == "none");
  CHECK(world.names.size() == 1);
}

TEST_CASE("once the remote has the commit the branch tag moves, and the image is let go") {
  auto world = world_with_entry();
  world.advance(&k_tested);
  world.remote_tip = oid("two");
  CHECK(world.advance().standing == Standing::over);
  CHECK(world.entry().state == State::done);
  CHECK(world.shown("staging") == k_image);
  CHECK(world.pushes == 1);
  CHECK(world.names.empty());
}

TEST_CASE("right after a merge the remote is not asked, unless the branch tag moves at once")  {
  auto world = world_with_entry();
  world.asks_remote = false;
  world.remote_tip = oid("two");
  CHECK(world.advance(&k_tested).standing == Standing::waits);
  CHECK(world.shown("staging") == "none");
  auto at_once = world_with_entry();
  at_once.asks_remote = false;
  at_once.entry().branch_tags_at_once = true;
  at_once.advance(&k_tested);
  CHECK(at_once.shown("staging") == k_image);
  auto trigger = world_with_trigger();
  trigger.asks_remote = false;
  trigger.remote_tip = oid("two");
  CHECK(trigger.advance(&k_tested).standing == Standing::waits);
  CHECK(trigger.fired == 0);
}

TEST_CASE("branch_tag = merge does not wait") {
  auto world = world_with_entry();
  world.entry().branch_tags_at_once = true;
  world.advance(&k_tested);
  CHECK(world.entry().state == State::done);
  CHECK(world.shown("staging") == k_image);
}

TEST_CASE("what is published already is neither tested nor pushed again") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.tags().emplace(oid("two").hex(), manifest_of("sha256:from elsewhere"));
  CHECK(world.advance().standing == Standing::over);
  CHECK(world.entry().state == State::done);
  CHECK(world.pushes == 0);
  CHECK(world.shown("staging") == "sha256:from elsewhere");
}

TEST_CASE("further commit tags are added, and never moved") {
  auto world = world_with_entry();
  world.entry().commit_tags.push_back("v-" + oid("two").hex());
  world.advance(&k_tested);
  CHECK(world.shown("v-" + oid("two").hex()) == k_image);
  auto other = world_with_entry();
  other.entry().commit_tags.push_back("v-" + oid("two").hex());
  other.tags().emplace("v-" + oid("two").hex(), manifest_of("sha256:another"));
  const auto report = other.advance(&k_tested);
  REQUIRE(report.problem);
  CHECK(report.problem->kind == ErrorKind::could_not_run);
  CHECK(other.shown("v-" + oid("two").hex()) == "sha256:another");
}

TEST_CASE("an image that the Engine no longer has is tested again") {
  auto world = world_with_entry();
  world.entry().image_id = k_image;
  world.entry().kept_name = "gate-publish/id:1";
  world.images.clear();
  CHECK(world.advance().standing == Standing::needs_tests);
}

TEST_CASE("what a push that was killed has left in the Engine is cleared, and nothing else") {
  auto world = world_with_entry();
  world.advance(&k_tested);
  CHECK(world.cleared.empty());
  for (const bool had_arrived : {true, false}) {
    auto killed = world_with_entry();
    killed.entry().image_id = k_image;
    killed.entry().kept_name = "gate-publish/id:1";
    if (had_arrived) {
      killed.tags().emplace(oid("two").hex(), manifest_of(k_image));
    }
    killed.advance();
    CHECK(killed.entry().state == State::pushed);
    CHECK(killed.pushes == (had_arrived ? 0 : 1));
    CHECK(killed.cleared == k_image + " registry.example/app:" + oid("two").hex());
  }
}

TEST_CASE("a registry that shows another image than the tested one is found out") {
  auto world = world_with_entry();
  world.engine_lies = true;
  const auto report = world.advance(&k_tested);
  REQUIRE(report.problem);
  CHECK(world.entry().state == State::armed);
  CHECK_FALSE(world.entry().reason.empty());
}

TEST_CASE("a branch tag never moves back to an older commit") {
  auto world = world_with_entry();
  world.remote_tip = oid("three");
  world.tags().emplace(oid("three").hex(), manifest_of("sha256:three"));
  world.tags().emplace("staging", manifest_of("sha256:three"));
  const auto report = world.advance(&k_tested);
  CHECK(report.entry.state == State::done);
  CHECK(world.shown("staging") == "sha256:three");
  CHECK(report.entry.reason.find("newer") != std::string::npos);
}

TEST_CASE("a late publication moves a tag that shows something older") {
  auto world = world_with_entry();
  world.remote_tip = oid("three");
  world.tags().emplace(oid("one").hex(), manifest_of("sha256:one"));
  world.tags().emplace("staging", manifest_of("sha256:one"));
  world.advance(&k_tested);
  CHECK(world.shown("staging") == k_image);
}

TEST_CASE("a tag moves away from a commit that never reached the remote's branch") {
  auto world = world_with_entry();
  world.remote_tip = oid("three");
  world.tags().emplace(oid("stray").hex(), manifest_of("sha256:stray"));
  world.tags().emplace("staging", manifest_of("sha256:stray"));
  world.advance(&k_tested);
  CHECK(world.shown("staging") == k_image);
}

TEST_CASE("a tag that shows a commit unknown here stays, and so does the publication") {
  auto world = world_with_entry();
  world.remote_tip = oid("three");
  world.tags().emplace(oid("somebody's").hex(), manifest_of("sha256:theirs"));
  world.tags().emplace("staging", manifest_of("sha256:theirs"));
  const auto report = world.advance(&k_tested);
  REQUIRE(report.problem);
  CHECK(report.problem->remedy.find("git fetch") != std::string::npos);
  CHECK(world.entry().state == State::pushed);
  CHECK(world.shown("staging") == "sha256:theirs");
}

TEST_CASE("a remote tip that is not here is fetched; if it can't be, nothing is said of it") {
  auto world = world_with_entry();
  world.remote_tip = oid("four");
  world.repository.track("staging", "two"); // what was there once may be gone by now
  const auto report = world.advance(&k_tested);
  REQUIRE(report.problem);
  CHECK(report.problem->remedy.find("git fetch origin") != std::string::npos);
  CHECK(world.shown("staging") == "none");
  world.brings = "four";
  world.advance();
  CHECK(world.shown("staging") == k_image);
}

TEST_CASE("a late publication does not move a tag of which no commit's tag tells what it shows") {
  auto world = world_with_entry();
  world.remote_tip = oid("three");
  world.tags().emplace("staging", manifest_of("sha256:whose"));
  world.tags().emplace("v1", manifest_of("sha256:whose"));
  const auto report = world.advance(&k_tested);
  REQUIRE(report.problem);
  CHECK(world.shown("staging") == "sha256:whose");
  CHECK(world.entry().state == State::pushed);
}

TEST_CASE("a newer commit is known by its tag, whatever stands around the commit's name") {
  auto world = world_with_entry();
  world.remote_tip = oid("three");
  world.tags().emplace("api-" + oid("three").hex() + "-x", manifest_of("sha256:three"));
  world.tags().emplace("staging", manifest_of("sha256:three"));
  world.advance(&k_tested);
  CHECK(world.shown("staging") == "sha256:three");
  CHECK(world.entry().state == State::done);
}

TEST_CASE("another image than the pushed one stays a reason to stop, as often as one asks") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.engine_lies = true;
  CHECK(world.advance(&k_tested).problem);
  for (int again = 0; again < 3; ++again) {
    const auto report = world.advance();
    REQUIRE(report.problem);
    CHECK(report.problem->remedy.find("gate publish --again 1") != std::string::npos);
  }
  CHECK(world.entry().state == State::armed);
  CHECK(world.shown("staging") == "none");
  // Once the tag is gone, the kept image goes out.
  world.tags().clear();
  world.engine_lies = false;
  world.advance();
  CHECK(world.shown("staging") == k_image);
}

TEST_CASE("a commit tag that was overwritten after the push is not taken up by --again") {
  auto world = world_with_entry();
  world.advance(&k_tested);
  REQUIRE(world.entry().state == State::pushed);
  world.tags().insert_or_assign(oid("two").hex(), manifest_of("sha256:foreign"));
  world.remote_tip = oid("two");
  CHECK(world.advance().problem);
  world.entry().state = State::armed;
  CHECK(world.advance().problem);
  CHECK(world.shown("staging") == "none");
}

TEST_CASE("cut off at any act, before or after its effect: nothing is lost and nothing doubled") {
  for (const bool too_late : {false, true}) {
    for (int at = 0; at < 40; ++at) {
      auto world = world_with_entry();
      world.remote_tip = oid("two");
      world.fails_at = at;
      world.too_late = too_late;
      world.advance(&k_tested);
      const bool was_cut = world.acts > at;
      for (int again = 0; again < 3 && !world.entry().is_over(); ++again) {
        const auto report = world.advance();
        if (report.standing == Standing::needs_tests) {
          world.advance(&k_tested);
        }
      }
      CAPTURE(at, too_late);
      CHECK(world.entry().state == State::done);
      CHECK(world.shown("staging") == k_image);
      CHECK(world.shown(oid("two").hex()) == k_image);
      CHECK(world.pushes == 1);
      CHECK(world.puts == 1);
      if (!was_cut) {
        REQUIRE(at > 4); // there was something to cut
        break;
      }
    }
  }
}

TEST_CASE("a trigger waits until the remote has the commit, and for its tests") {
  auto world = world_with_trigger();
  world.remote_tip = oid("one");
  CHECK(world.advance(&k_tested).standing == Standing::waits);
  world.remote_tip = oid("two");
  CHECK(world.advance().standing == Standing::needs_tests);
  CHECK(world.fired == 0);
}

TEST_CASE("a trigger is fired once and reported as accepted") {
  auto world = world_with_trigger();
  world.remote_tip = oid("two");
  const TestedImage tested;
  const auto report = world.advance(&tested);
  CHECK(world.entry().state == State::done);
  CHECK(report.notes.front().find("accepted") != std::string::npos);
  world.advance(&tested);
  CHECK(world.fired == 1);
}

TEST_CASE("a trigger whose end is not known is never fired again by itself") {
  auto world = world_with_trigger();
  world.remote_tip = oid("two");
  world.answer = {TriggerAnswer::Outcome::unknown, "the connection was cut"};
  const TestedImage tested;
  CHECK(world.advance(&tested).problem);
  CHECK(world.entry().state == State::unknown);
  const auto again = world.advance(&tested);
  REQUIRE(again.problem);
  CHECK(again.problem->remedy.find("gate publish --again 1") != std::string::npos);
  CHECK(world.fired == 1);
}

TEST_CASE("a refused trigger is tried again") {
  auto world = world_with_trigger();
  world.remote_tip = oid("two");
  world.answer = {TriggerAnswer::Outcome::refused, "it said no"};
  const TestedImage tested;
  CHECK(world.advance(&tested).problem);
  CHECK(world.entry().state == State::armed);
  world.answer = {TriggerAnswer::Outcome::accepted, ""};
  world.advance(&tested);
  CHECK(world.entry().state == State::done);
}

TEST_CASE("a trigger without its variable says which is missing") {
  auto world = world_with_trigger();
  world.remote_tip = oid("two");
  world.entry().destination = "trigger:OTHER";
  const TestedImage tested;
  const auto report = world.advance(&tested);
  REQUIRE(report.problem);
  CHECK(report.problem->message.find("OTHER") != std::string::npos);
  CHECK(world.fired == 0);
}
