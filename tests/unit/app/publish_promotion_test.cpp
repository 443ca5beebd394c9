// Promotion, platforms, logins and what is found out beforehand.
#include <catch2/catch.hpp>

#include "support/publish_world.hpp"

using namespace gate;
using namespace gate::test;
using Standing = PublicationReport::Standing;
using State = PublicationState;

namespace {

const std::string k_source = "registry.example/staging";

PublishWorld world_with_source() {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.entry().promoted_from = k_source;
  world.tags(k_source).emplace(oid("two").hex(), manifest_of("sha256:staged"));
  return world;
}

PublishedRecord staged(const std::string& commit, const std::string& tag) {
  return {k_source, "staging", k_staging, oid(commit), oid("tree two"), manifest_of("sha256:staged").digest.str(), {tag}, "somebody", {}};
}

} // namespace

TEST_CASE("what another publication has of the commit is promoted: neither tested nor pushed") {
  auto world = world_with_source();
  const auto report = world.advance();
  CHECK(world.entry().state == State::done);
  CHECK(world.pushes == 0);
  CHECK(world.shown(oid("two").hex()) == "sha256:staged");
  CHECK(world.shown("staging") == "sha256:staged");
  CHECK(was_noted(report, "promoted sha256:"));
  REQUIRE(world.records.size() == 1);
  CHECK(world.records[0].destination == k_home);
}

TEST_CASE("an index is promoted, too") {
  auto world = world_with_source();
  world.tags(k_source).insert_or_assign(oid("two").hex(), index_of("two platforms"));
  world.advance();
  CHECK(world.entry().state == State::done);
  CHECK(world.digest_of("staging") == index_of("two platforms").digest.str());
}

TEST_CASE("what the ledger knows of the commit, or of its tree, is promoted where a tag still shows it") {
  auto world = world_with_source();
  world.tags(k_source).clear();
  world.tags(k_source).emplace("s-1", manifest_of("sha256:staged"));
  SECTION("by the commit") {
    world.records = {staged("two", "s-1")};
    world.advance();
    CHECK(world.shown("staging") == "sha256:staged");
  }
  SECTION("by the tree") {
    world.records = {staged("stray", "s-1")};
    world.advance();
    CHECK(world.shown("staging") == "sha256:staged");
  }
  SECTION("not what an older gate has armed, whose tree is not known") {
    world.records = {staged("stray", "s-1")};
    world.entry().tree.reset();
    CHECK(world.advance().standing == Standing::needs_tests);
  }
  SECTION("a tag that shows something else by now") {
    world.records = {staged("two", "s-1")};
    world.tags(k_source).insert_or_assign("s-1", manifest_of("sha256:other"));
    CHECK(world.advance().standing == Standing::needs_tests);
  }
  SECTION("another tree") {
    world.records = {staged("stray", "s-1")};
    world.records[0].tree = oid("tree stray");
    CHECK(world.advance().standing == Standing::needs_tests);
  }
  SECTION("another destination") {
    world.records = {staged("two", "s-1")};
    world.records[0].destination = "registry.example/else";
    CHECK(world.advance().standing == Standing::needs_tests);
  }
}

TEST_CASE("from another registry, and where the registry takes nothing over, it goes the usual way") {
  auto world = world_with_source();
  SECTION("another registry") {
    world.entry().promoted_from = "other.example/staging";
    world.tags("other.example/staging").emplace(oid("two").hex(), manifest_of("sha256:staged"));
  }
  SECTION("nothing is taken over") {
    world.takes_over = false;
  }
  CHECK(world.advance().standing == Standing::needs_tests);
  world.advance(&k_tested);
  CHECK(world.entry().state == State::done);
  CHECK(world.shown("staging") == k_image);
  CHECK(world.pushes == 1);
}

TEST_CASE("a build for several platforms is known by its digest alone") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  world.entry().platforms = {"linux/amd64", "linux/arm64"};
  CHECK(world.advance().standing == Standing::needs_tests);
  const auto report = world.advance(&k_tested);
  CHECK(world.entry().state == State::done);
  CHECK(world.digest_of("staging") == index_of("linux/amd64").digest.str());
  CHECK(was_noted(report, "the build for linux/amd64, linux/arm64"));
}

TEST_CASE("a login that has expired is renewed once") {
  auto world = world_with_entry();
  world.remote_tip = oid("two");
  SECTION("that does it") {
    world.logins_expired = 1;
    world.advance(&k_tested);
    CHECK(world.entry().state == State::done);
  }
  SECTION("and no more than once") {
    world.logins_expired = 2;
    const auto report = world.advance(&k_tested);
    CHECK(has(report.problem->message, "has expired"));
    CHECK(world.entry().state == State::armed);
  }
  SECTION("and where there is no newer one, that is said") {
    world.logins_expired = 1;
    world.can_renew = false;
    CHECK(world.advance(&k_tested).problem->remedy == "aws sso login");
  }
  CHECK(world.logins_renewed == 1);
}

TEST_CASE("a repository may be made where the policy says so, and is told which tags will move") {
  auto world = world_with_entry();
  world.entry().may_create = true;
  world.look_ahead();
  world.advance(&k_tested);
  REQUIRE(world.opened.size() == 2);
  for (const auto& [name, terms] : world.opened) {
    CHECK(name == k_home);
    CHECK(terms.may_create);
    CHECK(terms.moving_tags == std::vector<std::string>{"staging"});
  }
}

TEST_CASE("what will stand in the way is seen beforehand, and nothing is changed") {
  auto world = world_with_entry();
  world.entry().commit_tags.push_back("short");
  CHECK_FALSE(world.look_ahead());
  world.fixed_tag = "staging";
  CHECK_FALSE(world.look_ahead()); // it is not there yet
  world.tags().emplace("staging", manifest_of("sha256:one"));
  REQUIRE(world.look_ahead());
  CHECK(world.look_ahead()->message == "staging is fixed");
  world.fixed_tag.reset();
  CHECK_FALSE(world.look_ahead());
  world.tags().emplace("short", manifest_of("sha256:one"));
  REQUIRE(world.look_ahead());
  CHECK(has(world.look_ahead()->message, "registry.example/app:short shows another image"));
  world.entry().state = State::pushed;
  CHECK_FALSE(world.look_ahead());
  world.entry().state = State::armed;
  world.tags().emplace(oid("two").hex(), manifest_of("sha256:one"));
  CHECK_FALSE(world.look_ahead()); // published already
  CHECK_FALSE(world_with_trigger().look_ahead());
  CHECK(world.acts == 0);
  CHECK(world.updates.empty());
}
