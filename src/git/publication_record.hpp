// The commits of the publication ledger, as text. Format: docs/publishing.md. Internal to src/git.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports.hpp"

namespace gate {

/// Somebody is about to publish.
struct LedgerClaim {
  std::string id;        ///< random, of this claim
  std::string publisher; ///< of the clone that made it; see PublisherId
  std::string by;        ///< "NAME <EMAIL>"
  std::chrono::system_clock::time_point until;
};

/// What one commit says: any of the three, or nothing that this gate understands.
struct LedgerEntry {
  std::optional<LedgerClaim> claim;
  std::optional<std::string> end; ///< the id of the claim that it ends
  std::optional<PublishedRecord> record; ///< `is_own` is left to whoever knows which clone this is
  std::string publisher = {};            ///< of the clone that wrote the record; empty: an older gate did not say
};

/// The whole message: a line for people, a blank line, a line of JSON. `destination` is for people, and what the record must be of.
std::string ledger_message(const LedgerEntry& entry, const std::string& destination);

/// Whatever it is. Over 64 KiB it is nothing; a member that makes no sense is nothing; a member that is not known is not looked at.
LedgerEntry ledger_entry_in(std::string_view message);

/// What a destination's commits, the newest first, come to.
struct LedgerState {
  std::optional<LedgerClaim> claim; ///< the newest, unless it was ended; it may have run out
  std::string newest_claim;         ///< its id, ended or not; empty: there is none
  std::vector<PublishedRecord> records;
};
/// Records of other destinations are left out.
LedgerState ledger_state_of(const std::vector<LedgerEntry>& newest_first, const std::string& destination);

/// Does the claim keep others away? Not once it ran out a minute ago (clocks differ), and never when it says that it runs out more than an
/// hour from now: nobody claims for so long.
bool is_in_force(const LedgerClaim& claim, std::chrono::system_clock::time_point now);

/// refs/gate/published/<the first 32 hex digits of the destination's SHA-256>
std::string ledger_ref_of(const std::string& destination);
inline constexpr std::string_view k_ledger_refs = "refs/gate/published/";
bool is_ledger_ref(std::string_view name);

} // namespace gate
