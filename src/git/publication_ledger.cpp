#include "git/publication_ledger.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <thread>
#include <utility>

#include "git/live_remotes.hpp"
#include "git/publication_record.hpp"
#include "git/publisher_id.hpp"
#include "git/remote_git.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

using Clock = std::chrono::system_clock;

constexpr std::chrono::minutes k_claim_length{15};
constexpr std::chrono::minutes k_worth_renewing{5};
constexpr std::chrono::seconds k_race_patience{5};
constexpr std::size_t k_most_commits = 200;
constexpr std::size_t k_most_destinations = 500;

// Messages with NUL between them, the newest first.
std::vector<LedgerEntry> entries_in(std::string_view log) {
  std::vector<LedgerEntry> entries;
  while (!log.empty()) {
    const auto message = log.substr(0, log.find('\0'));
    log.remove_prefix(std::min(message.size() + 1, log.size()));
    entries.push_back(ledger_entry_in(message));
  }
  return entries;
}

bool is_same(const PublishedRecord& a, const PublishedRecord& b) {
  return a.commit == b.commit && a.digest == b.digest && a.tags == b.tags && a.rule == b.rule && a.branch == b.branch;
}

class GitLedger final : public PublicationLedger {
public:
  GitLedger(Environment environment, const Interrupt& interrupt, std::function<void()> tick)
      : m_git(std::move(environment), interrupt, tick), m_tick(std::move(tick)) {}

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

  Result<Seen> look(const std::string& remote, const std::string& destination);
  Result<void> fetch(const std::string& remote, const std::vector<std::string>& refs);
  Result<std::vector<LedgerEntry>> read(const Oid& tip, const std::string& ref) const;
  Result<Written> write(const std::string& remote, const std::string& destination, const Chooser& choose);
  Result<PushAnswer> push_on(const std::string& remote, const std::string& destination, const std::optional<Oid>& tip, const LedgerEntry& entry);
  Result<Oid> commit(const std::optional<Oid>& parent, const std::string& message);
  Result<void> pause(std::chrono::steady_clock::time_point end);
  bool is_ours(const LedgerClaim& claim) const;
  Result<void> know_ourselves();

  RemoteGit m_git;
  std::function<void()> m_tick;
  std::map<Key, std::string> m_held; ///< ids of claims
  std::map<Key, Oid> m_known;        ///< tips whose objects are here, with all that is behind them
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
  auto folder = m_git.here({"rev-parse", "--git-common-dir"}, "cannot find the repository");
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  folder->erase(folder->find_last_not_of('\n') + 1);
  auto publisher = publisher_in(*folder);
  if (!publisher) {
    return tl::unexpected(publisher.error());
  }
  m_by = *std::move(by);
  m_publisher = *std::move(publisher);
  return {};
}

// One gate at a time publishes in a clone: a claim of the same clone was left by a gate that is no more.
bool GitLedger::is_ours(const LedgerClaim& claim) const { return claim.publisher == m_publisher; }

Result<void> GitLedger::fetch(const std::string& remote, const std::vector<std::string>& refs) {
  // No depth: it would make this repository a shallow one. What is here of it need not come again.
  std::vector<std::string> arguments{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--refmap="};
  const auto without_tips = arguments.size();
  for (const auto& [key, tip] : m_known) {
    if (key.first == remote) {
      arguments.push_back("--negotiation-tip=" + tip.hex());
    }
  }
  if (arguments.size() == without_tips) { // branches have nothing in common with it
    arguments.insert(arguments.begin(), {"-c", "fetch.negotiationAlgorithm=noop"});
  }
  arguments.insert(arguments.end(), {"--", remote});
  arguments.insert(arguments.end(), refs.begin(), refs.end());
  const auto fetched = m_git.ask(std::move(arguments), remote);
  return fetched ? Result<void>() : tl::unexpected(fetched.error());
}

Result<std::vector<LedgerEntry>> GitLedger::read(const Oid& tip, const std::string& ref) const {
  const auto log = m_git.here({"log", "--no-show-signature", "--no-color", "--encoding=UTF-8", "--first-parent", "-z", "--format=%B",
                               "--max-count=" + std::to_string(k_most_commits), tip.hex(), "--"},
                              "cannot read " + ref);
  return log ? Result<std::vector<LedgerEntry>>(entries_in(*log)) : tl::unexpected(log.error());
}

Result<GitLedger::Seen> GitLedger::look(const std::string& remote, const std::string& destination) {
  const auto ref = ledger_ref_of(destination);
  const Key key{remote, destination};
  const auto tip = m_git.find(remote, ref);
  if (!tip) {
    return tl::unexpected(tip.error());
  }
  if (!*tip) {
    return Seen{};
  }
  const auto known = m_known.find(key);
  if (known == m_known.end() || known->second != **tip) {
    if (auto fetched = fetch(remote, {ref}); !fetched) {
      return tl::unexpected(fetched.error());
    }
    m_known.insert_or_assign(key, **tip);
  }
  const auto entries = read(**tip, ref);
  return entries ? Result<Seen>(Seen{**tip, ledger_state_of(*entries, destination)}) : tl::unexpected(entries.error());
}

Result<Oid> GitLedger::commit(const std::optional<Oid>& parent, const std::string& message) {
  auto tree = m_git.here({"hash-object", "-t", "tree", "-w", "--stdin"}, "cannot write into this repository");
  if (!tree) {
    return tl::unexpected(tree.error());
  }
  tree->erase(tree->find_last_not_of('\n') + 1);
  std::vector<std::string> arguments{"-c", "i18n.commitEncoding=UTF-8", "commit-tree", *tree, "-m", message};
  if (parent) {
    arguments.insert(arguments.end(), {"-p", parent->hex()});
  }
  const auto made = m_git.here(std::move(arguments), "cannot write into this repository", {}, RemoteGit::as_writer(m_by));
  if (!made) {
    return tl::unexpected(made.error());
  }
  const auto oid = Oid::parse(std::string_view(*made).substr(0, made->find('\n')));
  return oid ? Result<Oid>(*oid) : could_not_run("git commit-tree said something that is no object name");
}

Result<PushAnswer> GitLedger::push_on(const std::string& remote, const std::string& destination, const std::optional<Oid>& tip, const LedgerEntry& entry) {
  const auto made = commit(tip, ledger_message(entry, destination));
  if (!made) {
    return tl::unexpected(made.error());
  }
  const auto ref = ledger_ref_of(destination);
  auto answer = m_git.push(remote, made->hex(), ref, {"--force-with-lease=" + ref + ":" + (tip ? tip->hex() : "")});
  if (answer && answer->outcome == PushAnswer::Outcome::done) {
    m_known.insert_or_assign(Key{remote, destination}, *made);
  }
  return answer;
}

Result<void> GitLedger::pause(std::chrono::steady_clock::time_point end) {
  constexpr int k_shortest_ms = 50;
  constexpr int k_longest_ms = 600;
  constexpr std::chrono::milliseconds k_step{50};
  std::random_device random;
  const auto length = std::chrono::milliseconds(std::uniform_int_distribution<int>(k_shortest_ms, k_longest_ms)(random));
  const auto until = std::min(end, std::chrono::steady_clock::now() + length);
  while (std::chrono::steady_clock::now() < until) {
    if (m_git.interrupt().raised()) {
      return interrupted();
    }
    if (m_tick) {
      m_tick();
    }
    std::this_thread::sleep_for(k_step);
  }
  return {};
}

// A push whose answer is lost may have arrived: so it is looked again, and `choose` finds what it wanted to write there already.
Result<GitLedger::Written> GitLedger::write(const std::string& remote, const std::string& destination, const Chooser& choose) {
  using Outcome = PushAnswer::Outcome;
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
    auto answer = push_on(remote, destination, seen->tip, *entry);
    if (!answer) {
      return tl::unexpected(answer.error());
    }
    // The remote could be read a moment before: what fails twice is a login that may not write.
    failures += answer->outcome == Outcome::failed ? 1 : 0;
    first_tip = first_tip.value_or(seen->tip);
    const bool is_settled = answer->outcome == Outcome::done || answer->outcome == Outcome::refused || failures > 1;
    if (is_settled || std::chrono::steady_clock::now() >= end) {
      if (answer->outcome == Outcome::raced && *first_tip == seen->tip) { // nobody has moved it: a lock that somebody left behind
        answer->outcome = Outcome::refused;
      }
      return Written{*std::move(answer), *std::move(seen)};
    }
    if (auto paused = pause(end); !paused) {
      return tl::unexpected(paused.error());
    }
  }
}

Result<PublicationLedger::Claim> GitLedger::claim(const std::string& remote, const std::string& destination) {
  if (auto known = know_ourselves(); !known) {
    return tl::unexpected(known.error());
  }
  Claim result;
  LedgerClaim wanted{random_id(), m_publisher, m_by, {}};
  const auto written = write(remote, destination, [&](const Seen& seen) -> std::optional<LedgerEntry> {
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
  bool is_lost = false;
  const auto written = write(remote, record.destination, [&](const Seen& seen) -> std::optional<LedgerEntry> {
    const auto& claim = seen.state.claim;
    const bool held_by_us = claim && is_ours(*claim);
    is_lost = claim && !held_by_us && (is_in_force(*claim, Clock::now()) || m_held.count({remote, record.destination}) != 0);
    if (is_lost) {
      return std::nullopt;
    }
    const auto& records = seen.state.records;
    const auto newest = std::find_if(records.begin(), records.end(), [&](const PublishedRecord& other) { return other.commit == wanted.commit; });
    LedgerEntry entry;
    if (newest == records.end() || !is_same(*newest, wanted)) {
      entry.record = wanted;
    }
    if (then == Then::end && held_by_us) {
      entry.end = claim->id;
    }
    return entry.record || entry.end ? std::optional(std::move(entry)) : std::nullopt;
  });
  if (!written) {
    return tl::unexpected(written.error());
  }
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
  const auto written = write(remote, destination, [&](const Seen& seen) -> std::optional<LedgerEntry> {
    return seen.state.claim && seen.state.claim->id == id ? std::optional(LedgerEntry{{}, id, {}}) : std::nullopt;
  });
  if (!written) {
    return tl::unexpected(written.error());
  }
  if (written->answer.outcome != PushAnswer::Outcome::done) {
    return could_not_run("the claim on " + destination + " could not be ended: " + written->answer.reason, "nothing need be done: it runs out by itself");
  }
  return {};
}

Result<std::vector<PublishedRecord>> GitLedger::records(const std::string& remote, std::size_t most) {
  auto refs = m_git.list(remote, {std::string(k_ledger_refs) + "*"});
  if (!refs) {
    return tl::unexpected(refs.error());
  }
  const auto is_other = [](const RemoteRef& ref) { return ref.name.rfind(k_ledger_refs, 0) != 0 || !RefName::parse(ref.name); };
  refs->erase(std::remove_if(refs->begin(), refs->end(), is_other), refs->end());
  refs->resize(std::min(refs->size(), k_most_destinations), RemoteRef{});
  std::vector<PublishedRecord> records;
  if (refs->empty()) {
    return records;
  }
  std::vector<std::string> names;
  std::transform(refs->begin(), refs->end(), std::back_inserter(names), [](const RemoteRef& ref) { return ref.name; });
  if (auto fetched = fetch(remote, names); !fetched) {
    return tl::unexpected(fetched.error());
  }
  for (const auto& ref : *refs) {
    auto entries = read(ref.oid, ref.name);
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
