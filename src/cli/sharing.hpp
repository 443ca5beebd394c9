// Verdicts around a command: fetched before it, looked up, sent after it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/foreign_verdicts.hpp"
#include "app/run_suites.hpp"
#include "app/share_verdicts.hpp"
#include "cli/invocation.hpp"
#include "cli/session.hpp"
#include "cli/shared_verdicts.hpp"
#include "cli/terminal.hpp"
#include "os/interrupt.hpp"

namespace gate {

/// What it takes, for one session.
class Sharing {
public:
  /// Whether verdicts are signed. Who only looks does not touch the key, nor the file descriptor that it may have to be read from once.
  enum class Key { own, none };

  /// Only after ensure_all_adapters. All must outlive it.
  static Result<Sharing> open(Session& session, const Invocation& invocation, const Interrupt& interrupt, const Terminal& progress, Key key = Key::own);
  Sharing(Sharing&& other) noexcept;
  Sharing& operator=(Sharing&& other) noexcept;
  ~Sharing();

  /// Where [verdicts] of the judging policy says `share`, and something has no verdict yet: fetches the notes of those who may vouch. What goes wrong is
  /// said and no error; an interrupt is the caller's to notice.
  void bring(const Judgement& judgement, const std::string& remote);
  /// Fills in what the notes here have (fill_in_foreign); not for a need whose image was lost: that is to be run.
  std::vector<DoubtsOf> look_up(Judgement& judgement, Asker asker);
  /// Where `share` says so: signs and sends what ran here for these suites. Says what it did in a line; what goes wrong is said, with the command that
  /// does it later, and no error.
  void send(const Conclusion& conclusion, const std::string& remote);

  /// The same two, because a person asked for it; an error is an error. On a terminal what takes longer than a second is shown.
  Result<std::size_t> fetch(const std::string& remote, const std::vector<std::string>& ids);
  Result<Shared> share(const std::vector<Verdict>& own, const std::string& remote);

  Envelopes& envelopes() { return *m_envelopes; }
  VerdictNotes& notes() { return *m_notes; }
  VerdictExchange& exchange() { return *m_exchange; }

private:
  class Wait;
  Sharing(Session& session, const Terminal& progress);

  Session* m_session;
  const Terminal* m_progress;
  Passes m_passes = Passes::of_this_process;
  std::unique_ptr<Wait> m_wait;
  std::unique_ptr<Envelopes> m_envelopes;
  std::unique_ptr<VerdictNotes> m_notes;
  std::unique_ptr<VerdictExchange> m_exchange;
};

/// Where GATE_SIGNING_KEY is a file descriptor, no program that is started from now on inherits it.
void keep_key_from_children(const Environment& env);

/// Where it is the end of a pipe, which gives what it gives once: the descriptor becomes one of a file in memory with the same in it, at most 16 KiB, so that
/// the key can be read as often as it takes. Anything else stays what it is; what goes wrong is told by whoever reads the key.
void make_key_rereadable(const Environment& env);

/// For the end of a command: what ran here is sent to where it was judged for, if a policy says `share`. Opens nothing where there is nothing to
/// send. Only after ensure_all_adapters. An error is an interrupt.
struct SharedPush {
  Conclusion conclusion;
  std::string remote;
};
Result<void> send_verdicts(const std::vector<SharedPush>& pushes, Session& session, const Invocation& invocation, const Terminal& terminal);

} // namespace gate
