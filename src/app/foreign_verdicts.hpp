// Verdicts that came from elsewhere: which hold for what a judgement needs, and why the others do not. Asked by pre-push, post-merge, gate check
// and pre-receive alike.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/judge.hpp"
#include "ports.hpp"

namespace gate {

struct ForeignPorts {
  VerdictNotes& notes;
  const Envelopes& envelopes;
  VerdictStore& verdicts; ///< where one that was found good is kept, so that it is verified once
};

/// One that is there and does not count.
struct DoubtedVerdict {
  std::string who; ///< principal or fingerprint, as far as known; hostile
  std::string why; ///< a clause: "its key was valid until 2026-01-31"
};

struct ForeignSearch {
  std::optional<VouchedVerdict> found; ///< the newest of those that hold; one by `ci` before one by `dev`
  std::vector<VouchedVerdict> others;  ///< that hold as well
  std::vector<DoubtedVerdict> doubts;
};

/// Looks for several needs: each tree's notes are read, and each envelope is opened, once. The ports must outlive it.
class ForeignLookup {
public:
  ForeignLookup(const ForeignPorts& ports, std::chrono::system_clock::time_point now);
  ~ForeignLookup();

  /// As search_foreign.
  ForeignSearch search(const Need& need, Asker asker);

private:
  class Notes;
  std::unique_ptr<Notes> m_notes;
  std::chrono::system_clock::time_point m_now;
};

/// Looks through the notes on what the suite sees. A verdict holds when its signature is good, its key vouches for it by every trust of the need
/// (in a role that `asker` accepts), it is a pass, by a run, of exactly one of `vouched_keys` on exactly `seen`, neither from the future nor older than
/// the trusts and the suite let it be, and the need's `lost_image` and published services are satisfied. Nothing is looked up for a need that
/// no verdict from elsewhere may satisfy (may_be_vouched_for).
ForeignSearch search_foreign(const Need& need, Asker asker, const ForeignPorts& ports, std::chrono::system_clock::time_point now);

/// Fills in `verdict` and `voucher` of each need that has no verdict and finds one; keeps what it found. Gives what was doubted, per suite.
struct DoubtsOf {
  std::string suite;
  std::vector<DoubtedVerdict> doubts;
};
std::vector<DoubtsOf> fill_in_foreign(Judgement& judgement, Asker asker, const ForeignPorts& ports, std::chrono::system_clock::time_point now);

/// For a judge that runs nothing (JudgeTerms::Suites::elsewhere): each need must have a verdict from elsewhere that holds. Adds a violation (rule
/// "verdict") for each ref whose need has none, with what was doubted, and the command that mends it; takes away the needs that hold. `remote` is what people call
/// this side in commands ("origin").
void demand_verdicts(Judgement& judgement, const ForeignPorts& ports, std::chrono::system_clock::time_point now, const std::string& remote);

} // namespace gate
