// Publishing, from a repository and a terminal to what became of it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "app/publish.hpp"
#include "cli/publish_target.hpp"
#include "cli/session.hpp"
#include "cli/sharing.hpp"
#include "cli/wiring.hpp"
#include "git/publication_ledger.hpp"
#include "os/file_lock.hpp"

namespace gate {

/// What a target publishes by the policy, as far as it can be told without an Engine or a registry.
struct Proposal {
  Judgement judgement; ///< of a push of it; denied: nothing is published
  PublishPlan plan;
  std::vector<PublishRule> rules; ///< all that the policy has which the plan is of
};
Result<Proposal> propose(const PublishTarget& target, Session& session);

/// The judgement of a push of the entry's commit, with the suite whose image is published.
Result<Judgement> judgement_of(const OutboxEntry& entry, Session& session, const Interrupt& interrupt);

/// Where publishing takes place. All but the environment must outlive it.
struct PublishingScene {
  Session& session;
  const Invocation& invocation;
  const Interrupt& interrupt;
  const Terminal& terminal;
  Environment child_env; ///< of the programs that are started
};

/// The outbox of one repository, and all that is needed to go on with what is in it. Several processes may write down what is to be
/// published; one at a time goes on with it. Only after ensure_all_adapters.
class Publishing {
public:
  enum class Tests { may_run, found_only };

  /// `terminal` shows what goes on, and the reports of suites.
  static Result<std::unique_ptr<Publishing>> open(Session& session, const Invocation& invocation, const Interrupt& interrupt,
                                                  const Terminal& terminal);

  /// Waits until no other gate publishes, and keeps others out while this object lives. A hook waits for some seconds only: what it
  /// has written down is not lost. An error says that another gate is at it.
  enum class Wait { as_long_as_it_takes, briefly };
  Result<void> begin(Wait wait);

  /// Writes down what the plan says. What stands there already for this branch and commit stays as it was planned then: a policy
  /// that the commit itself brought does not publish it anew.
  Result<std::vector<OutboxEntry>> arm(const Proposal& proposal, const PublishTarget& target, const std::string& reason = {});
  /// The same for what a push would be refused for: it stays pending, and says so.
  Result<std::vector<OutboxEntry>> hold_back(const Proposal& proposal, const PublishTarget& target);
  Result<std::vector<OutboxEntry>> entries() { return m_outbox->entries(); }
  /// Takes each as far as it gets; a report for each, until an interrupt. Whatever a person must agree to is asked first; while suites run,
  /// what would keep their publications from going out is looked up and said. Only after begin.
  std::vector<PublicationReport> go_on(const std::vector<OutboxEntry>& entries, Tests tests);
  Result<void> update(const OutboxEntry& entry);
  /// Right after a merge: what waits for the remote waits, without asking it.
  void ask_no_remote() { m_ports.ask_remote = false; }
  /// Whoever publishes there is waited for. Their claim lasts a quarter of an hour, unless they renew it.
  void wait_for_others() { m_ports.patience = std::chrono::minutes(20); }
  ImageStore& images() { return *m_adapters.images; }

private:
  /// An entry that may go on, or what keeps it.
  using Prepared = tl::expected<OutboxEntry, PublicationReport>;

  Publishing(const PublishingScene& scene, PublishAdapters adapters, std::unique_ptr<Outbox> outbox);

  Prepared prepare(const OutboxEntry& as_seen);
  PublicationReport go_on_with(OutboxEntry entry, Tests tests);
  PublicationReport hold_up(OutboxEntry entry, const Error& error);
  void follow_up(std::vector<PublicationReport>& reports);
  PublicationReport give_up_gone(OutboxEntry entry, const std::string& reason);
  PublicationReport refuse(const Judgement& judgement, OutboxEntry entry);
  Result<void> agreed_to(const Judgement& judgement, const OutboxEntry& entry);
  std::optional<std::string> is_gone(const OutboxEntry& entry);
  Result<std::optional<TestedImage>> test(OutboxEntry& entry, Tests tests);
  Result<Conclusion> run_suites_looking_ahead(Judgement judgement);
  void share(const Conclusion& conclusion, const std::string& remote);
  Result<void> forget_lost_images(Judgement& judgement, const OutboxEntry& entry);
  Result<std::optional<TestedImage>> judge_conclusion(const Conclusion& conclusion, OutboxEntry& entry);
  Result<std::vector<OutboxEntry>> plan_entries(const Proposal& proposal, const PublishTarget& target);
  Result<std::vector<OutboxEntry>> write_down(std::vector<OutboxEntry> planned);
  Result<void> take_up_again(OutboxEntry& entry);
  Result<FileLock> hold_marker();
  Result<void> mark();
  Result<void> wait_a_while(const std::string& why);
  Result<Sharing*> sharing();
  void attest_by_policy(const OutboxEntry& entry);

  Session& m_session;
  const Invocation& m_invocation;
  const Interrupt& m_interrupt;
  const Terminal& m_terminal;
  const Environment m_child_env;
  std::optional<FileLock> m_lock;
  PublishAdapters m_adapters;
  std::unique_ptr<Outbox> m_outbox;
  TerminalProgress m_progress;
  std::unique_ptr<RemoteBranches> m_remotes;
  std::unique_ptr<PublicationLedger> m_ledger;
  std::unique_ptr<GitTags> m_git_tags;
  PublishPorts m_ports;
  std::unique_ptr<Sharing> m_sharing;  ///< once something is signed
  std::string m_told;                  ///< for whom it waits, as was said last
  std::vector<OutboxEntry> m_unseen;   ///< whose registries are to be looked at while suites run
  std::set<std::int64_t> m_obstructed; ///< for which something was in the way then
};

/// 0 when each is done, waits for the remote or was given up; 1 one failed, or would be refused; 3 one is held up; 130.
ExitCode exit_code_of(const std::vector<PublicationReport>& reports);

} // namespace gate
