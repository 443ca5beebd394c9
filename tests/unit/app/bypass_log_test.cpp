#include <catch2/catch.hpp>

#include "app/bypass_log.hpp"
#include "support/fake_repository.hpp"

using namespace gate;
using gate::test::oid;
using State = BypassRecord::State;

namespace {

const auto k_then = std::chrono::system_clock::from_time_t(1'700'000'000);
const BypassRequest k_lead{"lead@example.org", "why"};

BypassRecord record(const std::string& from, const std::string& to, State state, const std::string& reason = "why") {
  return {BypassRecord::Where::server, {}, "lead@example.org", reason, "origin", *RefName::branch("master"), from.empty() ? Oid() : oid(from), to.empty() ? Oid() : oid(to),
          {{"direct-push", ""}}, state};
}

RefUpdate update(const std::string& from, const std::string& to) {
  return {"", to.empty() ? Oid() : oid(to), *RefName::branch("master"), from.empty() ? Oid() : oid(from)};
}

} // namespace

TEST_CASE("what was granted is carried out by its own update") {
  const std::vector<BypassRecord> granted = {record("a", "b", State::granted)};
  const auto done = carried_out(granted, {update("a", "b")}, k_lead, k_then);
  REQUIRE(done.size() == 1);
  CHECK(done[0].state == State::done);
  CHECK(done[0].at == k_then);
  CHECK(done[0].rules == granted[0].rules);
  CHECK(carried_out(granted, {update("a", "c"), update("c", "b"), update("a", "")}, k_lead, k_then).empty());
  CHECK(carried_out(granted, {update("a", "b")}, {"dev@example.org", "why"}, k_then).empty());
  CHECK(carried_out(granted, {update("a", "b")}, {"lead@example.org", "another"}, k_then).empty());
  CHECK(carried_out({}, {update("a", "b")}, k_lead, k_then).empty());
}

TEST_CASE("a deletion is carried out whatever the pusher says that there was") {
  CHECK(carried_out({record("a", "", State::granted)}, {update("b", "")}, k_lead, k_then).size() == 1);
}

TEST_CASE("what was done already is not done again, until it is granted again") {
  std::vector<BypassRecord> records = {record("a", "b", State::granted), record("a", "b", State::done)};
  CHECK(carried_out(records, {update("a", "b")}, k_lead, k_then).empty());
  records.push_back(record("a", "b", State::granted));
  CHECK(carried_out(records, {update("a", "b")}, k_lead, k_then).size() == 1);
}

TEST_CASE("the last word counts for what was granted, and each that was done counts") {
  const auto left = settled({record("a", "b", State::granted), record("a", "b", State::granted, "another"), record("a", "b", State::done), record("a", "b", State::done),
                             record("b", "c", State::granted), record("b", "c", State::granted)});
  REQUIRE(left.size() == 4);
  CHECK(left[0].reason == "another");
  CHECK(left[1].state == State::done);
  CHECK(left[2].state == State::done);
  CHECK(left[3].state == State::granted);
  CHECK(left[3].new_oid == oid("c"));
  CHECK(settled({}).empty());
  CHECK(settled({record("a", "b", State::done), record("a", "b", State::granted)}).size() == 2);
}

TEST_CASE("what was granted and what was done do not say the same") {
  CHECK(says_the_same(record("a", "b", State::done), record("a", "b", State::done)));
  CHECK_FALSE(says_the_same(record("a", "b", State::granted), record("a", "b", State::done)));
}
