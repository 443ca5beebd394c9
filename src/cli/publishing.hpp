// Publishing, from a repository and a terminal to what became of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "app/publish.hpp"
#include "cli/publish_target.hpp"
#include "cli/session.hpp"
#include "cli/wiring.hpp"
#include "os/file_lock.hpp"

namespace gate {

/// What a target publishes by the policy, as far as it can be told without an Engine or a registry.
struct Proposal {
  Judgement judgement; ///< of a push of it; denied: nothing is published
  PublishPlan plan;
};
Result<Proposal> propose(const PublishTarget& target, Session& session);

/// The outbox of one repository, and all that is needed to go on with what is in it. While one lives, no other process has one.
/// Only after ensure_all_adapters.
class Publishing {
public:
  enum class Tests { may_run, found_only };

  /// `terminal` shows what goes on, and the reports of suites.
  static Result<std::unique_ptr<Publishing>> open(Session& session, const Invocation& invocation, const Interrupt& interrupt, const Terminal& terminal);

  /// Writes down what the plan says.
  Result<std::vector<OutboxEntry>> arm(const PublishPlan& plan, const PublishTarget& target);
  /// The same for what a push would be refused for: it stays pending, and says so.
  Result<std::vector<OutboxEntry>> hold_back(const PublishPlan& plan, const PublishTarget& target);
  Result<std::vector<OutboxEntry>> entries() { return m_outbox->entries(); }
  /// Takes each as far as it gets; a report for each, until an interrupt.
  std::vector<PublicationReport> go_on(const std::vector<OutboxEntry>& entries, Tests tests);
  Result<void> update(const OutboxEntry& entry);
  /// Right after a merge: what waits for the remote waits, without asking it.
  void ask_no_remote() { m_ports.ask_remote = false; }
  ImageStore& images() { return *m_adapters.images; }

private:
  Publishing(Session& session, const Invocation& invocation, const Interrupt& interrupt, const Terminal& terminal, FileLock lock, PublishAdapters adapters,
             std::unique_ptr<Outbox> outbox);

  PublicationReport go_on_with(OutboxEntry entry, Tests tests);
  std::optional<std::string> is_gone(const OutboxEntry& entry);
  Result<std::optional<TestedImage>> test(OutboxEntry& entry, Tests tests);
  Result<void> forget_lost_images(Judgement& judgement);
  Result<void> mark();

  Session& m_session;
  const Invocation& m_invocation;
  const Interrupt& m_interrupt;
  const Terminal& m_terminal;
  FileLock m_lock;
  PublishAdapters m_adapters;
  std::unique_ptr<Outbox> m_outbox;
  TerminalProgress m_progress;
  std::unique_ptr<RemoteBranches> m_remotes;
  PublishPorts m_ports;
};

/// 0 when each is over, or waits for the remote; 1 one failed for good; 3 one is held up; 130.
ExitCode exit_code_of(const std::vector<PublicationReport>& reports);

} // namespace gate
