#include "policy/outbox_entry.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>

using namespace gate;

TEST_CASE("each state of a publication has a name of its own, and is found by it") {
  std::set<std::string> names;
  for (const PublicationState state :
       {PublicationState::armed, PublicationState::pushed, PublicationState::tagged, PublicationState::done,
        PublicationState::failed, PublicationState::unknown}) {
    const std::string name(name_of(state));
    CHECK(names.insert(name).second);
    CHECK(publication_state_named(name) == state);
  }
}

TEST_CASE("no other word is a state") {
  for (const char* const word : {"", "Armed", "armed ", "published", "0"}) {
    CHECK_FALSE(publication_state_named(word));
  }
}
