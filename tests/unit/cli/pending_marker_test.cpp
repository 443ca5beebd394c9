#include <catch2/catch.hpp>

#include <unistd.h>

#include "cli/pending_marker.hpp"
#include "os/files.hpp"

using namespace gate;

namespace {

const Oid k_some = *Oid::parse("1111111111111111111111111111111111111111");

OutboxEntry entry(const std::string& branch, PublicationState state = PublicationState::pushed) {
  OutboxEntry made(*RefName::branch(branch), k_some);
  made.state = state;
  return made;
}

RefUpdate update(const std::string& ref, const Oid& new_oid = k_some) { return {"HEAD", new_oid, *RefName::parse(ref), Oid()}; }

struct Folder {
  TemporaryFolder folder = *TemporaryFolder::make("/tmp", "gate-marker-");
  std::filesystem::path marker = folder.path() / "pending";
};

} // namespace

TEST_CASE("the marker names the branches that something waits for, and goes with the last of them") {
  const Folder at;
  REQUIRE(mark_pending(at.marker, {entry("staging"), entry("master", PublicationState::done)}));
  CHECK(pending_branches(at.marker, {update("refs/heads/staging"), update("refs/heads/master")}) == std::vector<RefName>{*RefName::branch("staging")});
  REQUIRE(mark_pending(at.marker, {entry("staging", PublicationState::done)}));
  CHECK_FALSE(std::filesystem::exists(at.marker));
  REQUIRE(mark_pending(at.marker, {}));
}

TEST_CASE("without a marker nothing is pending") {
  const Folder at;
  CHECK(pending_branches(at.marker, {update("refs/heads/staging")}).empty());
}

TEST_CASE("a deletion, a tag or a longer name is not what is waited for") {
  const Folder at;
  REQUIRE(mark_pending(at.marker, {entry("staging")}));
  CHECK(pending_branches(at.marker, {update("refs/heads/staging", Oid())}).empty());
  CHECK(pending_branches(at.marker, {update("refs/tags/staging"), update("refs/heads/staging2"), update("refs/heads/x/staging")}).empty());
}

TEST_CASE("what a person must look at, and what is finished by hand, starts no finisher") {
  const Folder at;
  auto by_hand = entry("staging");
  by_hand.finishes_itself = false;
  REQUIRE(mark_pending(at.marker, {by_hand, entry("master", PublicationState::unknown), entry("old", PublicationState::failed)}));
  CHECK_FALSE(std::filesystem::exists(at.marker));
}
