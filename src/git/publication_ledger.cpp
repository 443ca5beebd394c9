#include "git/publication_ledger.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "git/ledger_refs.hpp"
#include "git/live_remotes.hpp"
#include "git/publication_record.hpp"
#include "git/publisher_id.hpp"
#include "git/remote_git.hpp"
#include "git/remote_tries.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

using Clock = std::chrono::system_clock;

constexpr std::chrono::minutes k_claim_length{15};
constexpr std::chrono::minutes k_worth_renewing{5};
constexpr std::chrono::seconds k_race_patience{5};
constexpr std::chrono::seconds k_last_words{5};
constexpr std::size_t k_most_destinations = 500;

bool is_same_publication(const PublishedRecord& a, const PublishedRecord& b) {
  return a.commit == b.commit && a.digest == b.digest && a.rule == b.rule && a.branch == b.branch;
}

// A record without tags takes back that somebody was about to tell of it. An older record of the same is none any more once a newer one
// shows something else under one of its tags.
bool stands(const std::vector<PublishedRecord>& newest_first, const PublishedRecord& wanted) {
  const auto told = std::find_if(newest_first.begin(), newest_first.end(), [&](const PublishedRecord& known) {
    return is_same_publication(known, wanted) && (known.telling || known.tags.empty());
  });
  const bool was_told = told != newest_first.end() && told->telling;
  if (wanted.tags.empty() || wanted.telling) {
    const bool is_so = wanted.telling ? was_told && told->is_own : !was_told;
    if (!is_so) {
      return false;
    }
  }
  return std::all_of(wanted.tags.begin(), wanted.tags.end(), [&](const std::string& tag) {
    const auto newest = std::find_if(newest_first.begin(), newest_first.end(),
                                     [&](const PublishedRecord& r) { return std::find(r.tags.begin(), r.tags.end(), tag) != r.tags.end(); });
    return newest != newest_first.end() && is_same_publication(*newest, wanted);
  });
}

class GitLedger final : public PublicationLedger {
public:
  GitLedger(Environment environment, const Interrupt& interrupt, std::function<void()> tick)
      : m_environment(environment), m_git(std::move(environment), interrupt, tick), m_tick(std::move(tick)) {}

  Result<Claim> claim(const std::string& remote, const std::string& destination) override;
  Result<bool> record(const std::string& remote, const PublishedRecord& record, Then then) override;
  Result<void> let_go(const std::string& remote, const std::string& destination) override;
  Result<std::vector<PublishedRecord>> records(const std::string& remote, std::size_t most) override;

private:
  struct Seen {
    std::optional<Oid> tip;
    LedgerState state;
  };
  /// What to write on top of what is seen; nothing: there is no need.
  using Chooser = std::function<std::optional<LedgerEntry>(const Seen&)>;
  struct Written {
    PushAnswer answer; ///< done also where there was no need
    Seen seen;         ///< before it was written
  };
  using Key = std::pair<std::string, std::string>; ///< remote, destination

  Result<Claim> take(const std::string& remote, const std::string& destination, LedgerClaim& wanted);
  Result<Seen> look(const std::string& remote, const std::string& destination);
  Result<std::optional<Written>> write_unseen(const std::string& remote, const std::string& destination, const Chooser& choose);
  Result<Written> write(const std::string& remote, const std::string& destination, const Chooser& choose);
  bool is_ours(const LedgerClaim& claim) const;
  Result<void> know_ourselves();

  Environment m_environment;
  RemoteGit m_git;
  LedgerRefs m_refs{m_git};
  std::function<void()> m_tick;
  std::map<Key, std::string> m_held; ///< ids of claims
  std::string m_by;
  std::string m_publisher;
};

Result<void> GitLedger::know_ourselves() {
  if (!m_publisher.empty()) {
    return {};
  }
  auto by = m_git.identity();
  if (!by) {
    return tl::unexpected(by.error());
  }
  auto objects = LedgerObjects::open(m_environment);
  auto folder = objects != nullptr ? Result<std::string>(objects->common_dir().string())
                                   : m_git.here({"rev-parse", "--git-common-dir"}, "cannot find the repository");
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  folder->erase(folder->find_last_not_of('\n') + 1);
  auto publisher = publisher_in(*folder);
  if (!publisher) {
    return tl::unexpected(publisher.error());
  }
  m_refs.be_in(*folder, std::move(objects));
  m_by = *std::move(by);
  m_publisher = *std::move(publisher);
  return {};
}

// One gate at a time publishes in a clone: a claim of the same clone was left by a gate that is no more.
bool GitLedger::is_ours(const LedgerClaim& claim) const { return claim.publisher == m_publisher; }

Result<GitLedger::Seen> GitLedger::look(const std::string& remote, const std::string& destination) {
  const auto ref = ledger_ref_of(destination);
  const auto tip = m_git.find(remote, ref);
  if (!tip) {
    return tl::unexpected(tip.error());
  }
  if (!*tip) {
    return Seen{};
  }
  if (auto fetched = m_refs.fetch(remote, {{ref, **tip}}); !fetched) {
    return tl::unexpected(fetched.error());
  }
  const auto entries = m_refs.read(remote, {ref, **tip}, m_publisher);
  return entries ? Result<Seen>(Seen{**tip, ledger_state_of(*entries, destination)}) : tl::unexpected(entries.error());
}

// Mostly nobody has written since: a push on top of what is known already succeeds only then, and is the only question to the remote. Nothing:
// it has to be looked at.
Result<std::optional<GitLedger::Written>> GitLedger::write_unseen(const std::string& remote, const std::string& destination, const Chooser& choose) {
  const auto ref = ledger_ref_of(destination);
  const auto known = m_refs.known(ref, m_publisher);
  if (!known) {
    return std::nullopt;
  }
  Seen seen{known->tip, ledger_state_of(known->entries, destination)};
  const auto entry = choose(seen);
  if (!entry) {
    return std::nullopt; // what keeps it from being written may be over
  }
  auto answer = m_refs.put(remote, {ref, seen.tip}, ledger_message(*entry, destination), m_by);
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  return answer->outcome == PushAnswer::Outcome::done ? std::optional(Written{*std::move(answer), std::move(seen)}) : std::nullopt;
}

// A push whose answer is lost may have arrived: so it is looked again, and `choose` finds what it wanted to write there already.
Result<GitLedger::Written> GitLedger::write(const std::string& remote, const std::string& destination, const Chooser& choose) {
  using Outcome = PushAnswer::Outcome;
  if (auto written = write_unseen(remote, destination, choose); !written || *written) {
    return written ? Result<Written>(**std::move(written)) : tl::unexpected(written.error());
  }
  const auto end = std::chrono::steady_clock::now() + k_race_patience;
  int failures = 0;
  std::optional<std::optional<Oid>> first_tip;
  for (;;) {
    auto seen = look(remote, destination);
    if (!seen) {
      return tl::unexpected(seen.error());
    }
    const auto entry = choose(*seen);
    if (!entry) {
      return Written{{Outcome::done, {}}, *std::move(seen)};
    }
    auto answer = m_refs.put(remote, {ledger_ref_of(destination), seen->tip}, ledger_message(*entry, destination), m_by);
    if (!answer) {
      return tl::unexpected(answer.error());
    }
    failures += answer->outcome == Outcome::failed ? 1 : 0;
    first_tip = first_tip.value_or(seen->tip);
    const bool is_settled = answer->outcome == Outcome::done || answer->outcome == Outcome::refused || failures > 1;
    if (is_settled || std::chrono::steady_clock::now() >= end) {
      if (answer->outcome == Outcome::raced && *first_tip == seen->tip) { // nobody has moved it: a lock that somebody left behind
        answer->outcome = Outcome::refused;
      }
      if (answer->outcome == Outcome::failed) {
        return could_not_run("the remote " + without_secrets(remote) + " could not be written to: " + answer->reason, "gate publish tries again");
      }
      return Written{*std::move(answer), *std::move(seen)};
    }
    if (auto paused = pause_between_tries(m_git, m_tick, end); !paused) {
      return tl::unexpected(paused.error());
    }
  }
}

Result<PublicationLedger::Claim> GitLedger::claim(const std::string& remote, const std::string& destination) {
  if (auto known = know_ourselves(); !known) {
    return tl::unexpected(known.error());
  }
  LedgerClaim wanted{random_id(), m_publisher, m_by, {}};
  auto result = take(remote, destination, wanted);
  if (!result && m_git.is_interrupted()) {
    // Its push may have arrived.
    const auto before = std::exchange(m_held[{remote, destination}], wanted.id);
    static_cast<void>(let_go(remote, destination));
    if (!before.empty()) {
      m_held.insert_or_assign(Key{remote, destination}, before);
    }
  }
  m_refs.remember();
  return result;
}

Result<PublicationLedger::Claim> GitLedger::take(const std::string& remote, const std::string& destination, LedgerClaim& wanted) {
  Claim result;
  const LedgerClaim fresh = wanted;
  const auto written = write(remote, destination, [&](const Seen& seen) -> std::optional<LedgerEntry> {
    wanted = fresh;
    const auto now = Clock::now();
    const auto& theirs = seen.state.claim;
    const bool counts = theirs && is_in_force(*theirs, now);
    result.claimed = counts && !is_ours(*theirs) ? Claimed::others : Claimed::ours;
    if (result.claimed == Claimed::others || (counts && theirs->until - now >= k_worth_renewing)) {
      wanted = *theirs;
      return std::nullopt;
    }
    wanted.until = now + k_claim_length;
    return LedgerEntry{wanted, {}, {}};
  });
  if (!written) {
    return tl::unexpected(written.error());
  }
  result.records = written->seen.state.records;
  if (written->answer.outcome == PushAnswer::Outcome::raced) {
    // Nobody holds it long enough to be seen, and yet it is never free.
    return Claim{Claimed::others, "other publishers", Clock::now(), written->answer.reason, result.records};
  }
  if (written->answer.outcome != PushAnswer::Outcome::done) {
    return Claim{Claimed::refused, {}, {}, written->answer.reason, result.records};
  }
  result.by = wanted.by;
  result.until = wanted.until;
  if (result.claimed == Claimed::ours) {
    m_held.insert_or_assign(Key{remote, destination}, wanted.id);
  }
  return result;
}

Result<bool> GitLedger::record(const std::string& remote, const PublishedRecord& record, Then then) {
  if (auto known = know_ourselves(); !known) {
    return tl::unexpected(known.error());
  }
  PublishedRecord wanted = record;
  if (wanted.by.empty()) {
    wanted.by = m_by;
  }
  const auto held = m_held.find({remote, record.destination});
  bool is_lost = false;
  const auto written = write(remote, record.destination, [&](const Seen& seen) -> std::optional<LedgerEntry> {
    const auto& claim = seen.state.claim;
    const bool held_by_us = claim && is_ours(*claim);
    const bool is_there = stands(seen.state.records, wanted);
    // Whoever has claimed after us may be through already, with something newer. Where ours is there all the same, only the answer was lost.
    const bool is_taken = held != m_held.end() ? seen.state.newest_claim != held->second : claim && !held_by_us && is_in_force(*claim, Clock::now());
    is_lost = is_taken && !is_there;
    if (is_taken) {
      return std::nullopt;
    }
    LedgerEntry entry;
    if (!is_there) {
      entry.record = wanted;
      entry.publisher = m_publisher;
    }
    if (then == Then::end && held_by_us) {
      entry.end = claim->id;
    }
    return entry.record || entry.end ? std::optional(std::move(entry)) : std::nullopt;
  });
  if (!written) {
    return tl::unexpected(written.error());
  }
  m_refs.remember();
  if (is_lost || then == Then::end) {
    m_held.erase({remote, record.destination});
  }
  if (written->answer.outcome != PushAnswer::Outcome::done) {
    const std::string name = without_secrets(remote);
    return could_not_run("the remote " + name + " does not take down what was published to " + record.destination + ": " + written->answer.reason,
                         "let those who publish push to " + std::string(k_ledger_refs) + "* of " + name);
  }
  return !is_lost;
}

Result<void> GitLedger::let_go(const std::string& remote, const std::string& destination) {
  const auto held = m_held.find({remote, destination});
  if (held == m_held.end()) {
    return {};
  }
  const std::string id = held->second;
  m_held.erase(held);
  // Also once somebody has pressed Ctrl-C: others wait for it.
  const RemoteGit usual = std::exchange(m_git, m_git.past_interrupts(std::chrono::steady_clock::now() + k_last_words));
  const auto written = write(remote, destination, [&](const Seen& seen) -> std::optional<LedgerEntry> {
    return seen.state.claim && seen.state.claim->id == id ? std::optional(LedgerEntry{{}, id, {}}) : std::nullopt;
  });
  m_git = usual;
  m_refs.remember();
  if (!written) {
    return tl::unexpected(written.error());
  }
  if (written->answer.outcome != PushAnswer::Outcome::done) {
    return could_not_run("the claim on " + destination + " could not be ended: " + written->answer.reason, "nothing need be done: it runs out by itself");
  }
  return {};
}

Result<std::vector<PublishedRecord>> GitLedger::records(const std::string& remote, std::size_t most) {
  static_cast<void>(know_ourselves()); // who can't be told apart has written nothing
  auto refs = m_git.list(remote, {std::string(k_ledger_refs) + "*"});
  if (!refs) {
    return tl::unexpected(refs.error());
  }
  const auto is_other = [](const RemoteRef& ref) { return !is_ledger_ref(ref.name); };
  refs->erase(std::remove_if(refs->begin(), refs->end(), is_other), refs->end());
  refs->resize(std::min(refs->size(), k_most_destinations), RemoteRef{});
  std::vector<PublishedRecord> records;
  if (refs->empty()) {
    return records;
  }
  if (auto fetched = m_refs.fetch(remote, *refs); !fetched) {
    return tl::unexpected(fetched.error());
  }
  m_refs.remember();
  for (const auto& ref : *refs) {
    auto entries = m_refs.read(remote, ref, m_publisher);
    if (!entries) {
      return tl::unexpected(entries.error());
    }
    for (auto& entry : *entries) {
      if (entry.record && ledger_ref_of(entry.record->destination) == ref.name) {
        records.push_back(*std::move(entry.record));
      }
    }
  }
  std::stable_sort(records.begin(), records.end(), [](const PublishedRecord& a, const PublishedRecord& b) { return a.when > b.when; });
  if (records.size() > most) {
    records.erase(records.begin() + static_cast<std::ptrdiff_t>(most), records.end());
  }
  return records;
}

} // namespace

std::unique_ptr<PublicationLedger> git_publication_ledger(Environment environment, const Interrupt& interrupt, std::function<void()> tick) {
  return std::make_unique<GitLedger>(std::move(environment), interrupt, std::move(tick));
}

} // namespace gate
