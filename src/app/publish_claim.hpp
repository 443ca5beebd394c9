// A destination on the ledger of the git remote, while a publication writes to it.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ports.hpp"

namespace gate {

class DestinationClaim {
public:
  using Clock = std::chrono::system_clock;

  /// Keeps the references. Asks nobody yet.
  DestinationClaim(PublicationLedger& ledger, const std::function<Clock::time_point()>& now, std::string remote, std::string destination)
      : m_ledger(ledger), m_now(now), m_remote(std::move(remote)), m_destination(std::move(destination)) {}

  /// Sees to it that nobody else is at it for a minute at least. An error: somebody else is, or the remote can't be asked. That the remote
  /// takes no claims is none: see is_refused().
  /// Somebody else's claim is waited for, if they are patient: `wait` says for whom, and pauses.
  Result<void> ensure() { return is_refused() || lasts(std::chrono::minutes(1)) ? Result<void>() : take_patiently(); }
  /// How long to wait for others. Else it does not.
  void be_patient(std::chrono::seconds patience, std::function<Result<void>(const std::string& why)> wait) {
    m_patience = patience;
    m_wait = std::move(wait);
  }
  /// The same for this long; what is not granted now is not asked for again before a minute is over.
  void lengthen(std::chrono::minutes least);

  bool is_held() const { return m_state == State::ours; }
  bool is_refused() const { return m_state == State::refused; }
  /// The remote's own words.
  const std::string& why_refused() const { return m_reason; }
  bool lasts(std::chrono::seconds time) const { return is_held() && m_now() + time < m_until; }
  /// How often it was taken: what was known of the remote before may have changed meanwhile.
  unsigned times_taken() const { return m_times_taken; }
  /// What was published there, the newest first, as of when it was taken last.
  const std::vector<PublishedRecord>& records() const { return m_records; }

  enum class Recorded { yes, lost };
  /// Only where it is held; `lost`: it is somebody else's by now. What stands there already is not written again.
  Result<Recorded> record(const PublishedRecord& record, PublicationLedger::Then then);
  /// Gives it back, if it is held. A remote that can't be asked forgets it by itself.
  void end();

private:
  enum class State { none, ours, refused };
  Result<void> take();
  Result<void> take_patiently();
  bool has(const PublishedRecord& record) const;

  PublicationLedger& m_ledger;
  const std::function<Clock::time_point()>& m_now;
  std::string m_remote;
  std::string m_destination;
  State m_state = State::none;
  std::string m_reason;
  bool m_is_others = false; ///< when it was asked for last
  std::chrono::seconds m_patience{0};
  std::function<Result<void>(const std::string&)> m_wait;
  Clock::time_point m_until;
  Clock::time_point m_next_try;
  unsigned m_times_taken = 0;
  std::vector<PublishedRecord> m_records;
};

/// The newest record that says of this publication (rule, branch, commit, digest) that its webhook is told, or by a record without tags that it
/// was not after all; null: none does.
const PublishedRecord* newest_telling(const PublishedRecord& of, const std::vector<PublishedRecord>& records);

/// Keeps a claim while something takes long that tells its progress.
class ClaimKeeper final : public Progress {
public:
  ClaimKeeper(Progress& progress, DestinationClaim& claim) : m_progress(progress), m_claim(claim) {}

  void step(std::string_view suite, std::string_view what) override { m_progress.step(suite, what); }
  void tick() override {
    m_claim.lengthen(std::chrono::minutes(5));
    m_progress.tick();
  }
  void usual(std::string_view suite, std::chrono::milliseconds time) override { m_progress.usual(suite, time); }
  void ended(std::string_view suite, std::string_view how) override { m_progress.ended(suite, how); }
  void sent(std::string_view layer, std::int64_t bytes, std::int64_t total) override { m_progress.sent(layer, bytes, total); }

private:
  Progress& m_progress;
  DestinationClaim& m_claim;
};

/// RFC 3339, UTC, whole seconds.
std::string time_text(std::chrono::system_clock::time_point time);

} // namespace gate
