// The way of a landing from the test on.
#include <algorithm>
#include <chrono>
#include <thread>

#include "base/shell_word.hpp"
#include "cli/git_push.hpp"
#include "cli/landing.hpp"
#include "cli/publish.hpp"
#include "cli/sharing.hpp"
#include "report/clean.hpp"

namespace gate {

// As gate push does: rules, verdicts, suites; then what is to be known elsewhere before git's own push.
Result<ExitCode> Landing::judge(const Candidate& candidate, Session& session) {
  const Push push = push_of_it(candidate);
  auto conclusion = session.check(push, terms(), m_invocation, std::nullopt, m_err, Session::Verdicts::fetched_first);
  if (!conclusion) {
    return tl::unexpected(conclusion.error());
  }
  note_unused_bypass(conclusion->judgement, std::string(k_skip_variable));
  m_err.print(render(*conclusion, m_err.style("land")));
  if (!conclusion->allowed()) {
    return exit_code_of(*conclusion);
  }
  if (auto written = record_bypasses(conclusion->judgement, push, session); !written) {
    return tl::unexpected(written.error());
  }
  const auto sent = send_verdicts({{*std::move(conclusion), push.remote}}, session, m_invocation, m_err);
  return sent ? Result<ExitCode>(ExitCode::allowed) : tl::unexpected(sent.error());
}

// The remote takes it only if its branch is where it was, so what was tested is what arrives: without the lease also one that was rewound meanwhile, or
// deleted, would. A lease forces, too: hence nothing is pushed that takes commits away.
Result<CommandEnd> Landing::push(const Candidate& candidate, Session& session) const {
  const auto is_forward = has_commit(candidate.commit, candidate.old_tip, session.repository());
  if (!is_forward) {
    return tl::unexpected(is_forward.error());
  }
  if (!*is_forward) {
    return could_not_run(candidate.commit.brief() + " does not descend from " + candidate.old_tip.brief() + ", where " + m_target->brief() + " of " + m_request.remote +
                             " is: it is not pushed",
                         "git fetch " + shell_word(m_request.remote) + ", then again");
  }
  const std::string lease = "--force-with-lease=" + m_target->full() + ":" + candidate.old_tip.hex();
  const std::string refs = candidate.commit.hex() + ":" + m_target->full();
  return run_attached(git_push({"--no-force", "--no-follow-tags", lease, "--", m_request.remote, refs}, m_invocation.env, session.repository().common_dir()));
}

// git has ended badly, and said why in its own words: only the remote knows what has become of it. Who met somebody else's push at the lock of the
// branch may be here before that one has moved it.
Result<Landing::Arrival> Landing::look_after(const Candidate& candidate, Session& session) {
  constexpr int k_looks = 4;
  constexpr std::chrono::milliseconds k_between{300};
  const Interrupt interrupt;
  LandSteps steps(m_err);
  steps.begin("looking where " + where() + " is now");
  const LandGit git(environment(session), interrupt, [&steps] { steps.tick(); });
  for (int look = 1;; ++look) {
    if (auto fetched = fetch_target(git); !fetched) {
      return tl::unexpected(fetched.error());
    }
    const auto tip = tip_there(session.repository());
    const auto has = tip ? has_commit(*tip, candidate.commit, session.repository()) : tl::unexpected(tip.error());
    if (!has) {
      return tl::unexpected(has.error());
    }
    if (*has || *tip != candidate.old_tip || look == k_looks) {
      return *has ? Arrival::arrived : *tip != candidate.old_tip ? Arrival::moved : Arrival::refused;
    }
    std::this_thread::sleep_for(k_between);
  }
}

// The local branch of that name, where nobody works on it.
Result<void> Landing::follow(const Candidate& candidate, Session& session) const {
  auto& repository = session.repository();
  const auto local = repository.rev_parse(m_target->full());
  if (!local || !*local || **local == candidate.commit) {
    return local ? Result<void>() : tl::unexpected(local.error());
  }
  const auto is_behind = has_commit(candidate.commit, **local, repository);
  if (!is_behind || !*is_behind) {
    return is_behind ? Result<void>() : tl::unexpected(is_behind.error());
  }
  const Interrupt interrupt;
  const LandGit git(environment(session), interrupt, {});
  const auto at = git.work_tree_of(*m_target);
  if (!at) {
    return tl::unexpected(at.error());
  }
  if (at->empty()) {
    return git.move(*m_target, **local, candidate.commit, "gate land: " + m_source->name);
  }
  m_out.print("gate: " + clean_line(m_target->brief()) + " is checked out in " + clean_line(*at) + ", and still at " + (*local)->brief() + ": git pull --ff-only\n");
  return {};
}

// What a merge in a work tree would set going (post-merge). Written down once it has arrived: until then the branch may move, and another commit lands.
Result<void> Landing::arm(const Candidate& candidate, Session& session) const {
  MergeFacts facts;
  facts.event = MergeFacts::Event::merge;
  facts.branch = m_target;
  facts.parents = candidate.commit == m_source->commit ? 1 : 2;
  const PublishTarget target{facts, candidate.commit, m_request.remote, push_of_it(candidate)};
  const auto proposal = propose(target, session);
  if (!proposal || proposal->plan.publications.empty()) {
    return proposal ? Result<void>() : tl::unexpected(proposal.error());
  }
  const Interrupt interrupt;
  const auto publishing = Publishing::open(session, m_invocation, interrupt, m_err);
  if (!publishing) {
    return tl::unexpected(publishing.error());
  }
  const auto armed = proposal->judgement.denied() ? (*publishing)->hold_back(*proposal, target) : (*publishing)->arm(*proposal, target);
  return armed ? Result<void>() : tl::unexpected(armed.error());
}

// It has landed, whatever becomes of this.
void Landing::publish(const Candidate& candidate, Session& session) const {
  const auto complain = [&](const Error& error) {
    m_err.print(render(error, m_err.style("publication")) + "gate: it has landed; to publish it: git switch " + clean_line(shell_word(m_target->brief())) +
                " && git pull --ff-only && gate publish\n");
  };
  if (const auto armed = arm(candidate, session); !armed) {
    return complain(armed.error());
  }
  const auto entries = outbox_entries(session, m_invocation);
  if (!entries) {
    return complain(entries.error());
  }
  const bool waits = std::any_of(entries->begin(), entries->end(), [&](const OutboxEntry& entry) {
    return !entry.is_over() && entry.state != PublicationState::unknown && entry.branch == *m_target;
  });
  if (waits) {
    publish_after_push({*m_target}, Publishing::Tests::may_run, session, m_invocation, m_err);
  }
}

Result<ExitCode> Landing::landed(const Candidate& candidate, Session& session) {
  m_out.print("gate: landed: " + where() + " has " + candidate.commit.brief() + "\n");
  if (const auto followed = follow(candidate, session); !followed) {
    m_err.print("gate: note: the local " + clean_line(m_target->brief()) + " stays where it is: " + clean_line(followed.error().message) + "\n");
  }
  publish(candidate, session);
  return ExitCode::allowed;
}

Result<ExitCode> Landing::run() {
  for (unsigned turn = 1;; ++turn) {
    auto session = Session::open(m_invocation);
    const auto prepared = session ? prepare(*session) : tl::unexpected(session.error());
    if (!prepared) {
      return tl::unexpected(prepared.error());
    }
    if (!prepared->candidate) {
      return prepared->code;
    }
    const Candidate& candidate = *prepared->candidate;
    if (auto judged = judge(candidate, *session); !judged || *judged != ExitCode::allowed) {
      return judged;
    }
    const auto end = push(candidate, *session);
    if (!end) {
      return tl::unexpected(end.error());
    }
    const auto arrival = end->ok() ? Result<Arrival>(Arrival::arrived) : look_after(candidate, *session);
    if (!arrival) {
      return tl::unexpected(arrival.error());
    }
    if (*arrival == Arrival::arrived) {
      return landed(candidate, *session);
    }
    if (*arrival == Arrival::refused) {
      m_err.print("gate: land refused: " + clean_line(m_request.remote) + " has not moved, and did not take the push: git says why above\n");
      return ExitCode::refused;
    }
    if (turn >= m_request.tries) {
      return could_not_run(m_target->brief() + " of " + m_request.remote + " moved each time while the merge was tested, " + std::to_string(turn) + " in a row",
                           "gate land " + shell_word(m_request.branch) + " --tries N, or when fewer land");
    }
    m_err.print("gate: " + where() + " moved meanwhile: once more, try " + std::to_string(turn + 1) + " of " + std::to_string(m_request.tries) + "\n");
  }
}

} // namespace gate
