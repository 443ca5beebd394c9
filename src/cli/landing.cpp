#include "cli/landing.hpp"

#include <algorithm>

#include "base/shell_word.hpp"
#include "cli/publish_target.hpp"
#include "cli/secret_variables.hpp"
#include "report/clean.hpp"

namespace gate {

void LandSteps::begin(std::string what) {
  m_progress.clear();
  m_what = std::move(what);
  m_began = std::chrono::steady_clock::now();
  m_is_shown = false;
}

void LandSteps::tick() {
  if (std::chrono::steady_clock::now() - m_began < std::chrono::seconds(1)) {
    return;
  }
  if (!m_is_shown) {
    m_progress.step("land", m_what);
    m_is_shown = true;
  }
  m_progress.tick();
}

Push Landing::push_of_it(const Candidate& candidate) const {
  return {m_request.remote, "", {{candidate.commit.hex(), candidate.commit, *m_target, candidate.old_tip}}};
}

JudgeTerms Landing::terms() const {
  JudgeTerms terms;
  terms.bypass = m_request.bypass;
  return terms;
}

Environment Landing::environment(const Session& session) const { return children_environment(m_invocation.env, session.secret_variables()); }

std::string Landing::where() const { return clean_line(m_target->brief() + " of " + m_request.remote); }

Result<RefName> Landing::find_target(OpenRepository& repository) const {
  const auto remotes = repository.remotes();
  if (!remotes) {
    return tl::unexpected(remotes.error());
  }
  if (std::find(remotes->begin(), remotes->end(), m_request.remote) == remotes->end()) {
    return fail(ErrorKind::usage, "there is no remote called " + m_request.remote, "gate land " + shell_word(m_request.branch) + " --remote NAME   (git remote lists them)");
  }
  if (m_request.into) {
    const auto named = RefName::branch(*m_request.into);
    return named && named->is_branch() ? Result<RefName>(*named) : fail(ErrorKind::usage, "\"" + *m_request.into + "\" can't be the name of a branch", "gate land --help");
  }
  const auto head = repository.remote_head(m_request.remote);
  if (!head) {
    return tl::unexpected(head.error());
  }
  return *head ? Result<RefName>(**head)
               : fail(ErrorKind::usage, "which branch is the main one of " + m_request.remote + " is not known here",
                      "gate land " + shell_word(m_request.branch) + " --into BRANCH   (or, for good: git remote set-head " + shell_word(m_request.remote) + " --auto)");
}

// In a later look the branch may be gone, which git's words do not make plain.
Result<void> Landing::fetch_target(const LandGit& git) const {
  auto fetched = git.fetch(m_request.remote, {*m_target});
  if (fetched || fetched.error().kind == ErrorKind::interrupted) {
    return fetched;
  }
  const auto there = git.branches_of(m_request.remote, {*m_target});
  if (!there || !there->empty()) {
    return fetched;
  }
  const std::string tracked = "refs/remotes/" + m_request.remote + "/" + m_target->brief();
  return could_not_run(m_target->brief() + " of " + m_request.remote + " was deleted meanwhile: nothing has landed, and gate land makes no branch anew",
                       "if it is to be there, whoever may create it: gate push " + shell_word(m_request.remote) + " " + shell_word(tracked + ":" + m_target->full()) +
                           "; then gate land " + shell_word(m_request.branch) + " once more");
}

// The first time also what is to land, which may be a branch of the remote: a local one comes first, unless the remote's is named.
Result<void> Landing::fetch_both(OpenRepository& repository, const LandGit& git, LandSteps& steps) {
  steps.begin("fetching " + where());
  if (m_source) {
    return fetch_target(git);
  }
  const auto local = RefName::branch(m_request.branch);
  const std::string prefix = m_request.remote + "/";
  const auto there = RefName::branch(m_request.branch.rfind(prefix, 0) == 0 ? m_request.branch.substr(prefix.size()) : m_request.branch);
  if (!local || !local->is_branch() || !there) {
    return fail(ErrorKind::usage, "\"" + m_request.branch + "\" can't be the name of a branch", "gate land --help");
  }
  const auto found = git.branches_of(m_request.remote, *there == *m_target ? std::vector<RefName>{*m_target} : std::vector<RefName>{*m_target, *there});
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto has = [&](const RefName& branch) { return std::find(found->begin(), found->end(), branch) != found->end(); };
  if (!has(*m_target)) {
    return fail(ErrorKind::usage, m_request.remote + " has no branch " + m_target->brief(),
                "its first push makes it: gate push " + shell_word(m_request.remote) + " " + shell_word(m_target->brief()));
  }
  if (auto fetched = git.fetch(m_request.remote, *found); !fetched) {
    return fetched;
  }
  const auto here = repository.rev_parse(local->full());
  const auto tracked = has(*there) ? repository.tracking_tip(m_request.remote, *there) : Result<std::optional<Oid>>(std::nullopt);
  if (!here || !tracked) {
    return tl::unexpected(here ? tracked.error() : here.error());
  }
  if (!*here && !*tracked) {
    return fail(ErrorKind::usage, "there is no branch " + m_request.branch + ", neither here nor on " + m_request.remote, "git branch --all");
  }
  m_source = *here ? Source{*local, **here, local->brief(), true} : Source{*there, **tracked, prefix + there->brief(), false};
  if (*here && *tracked && **here != **tracked) {
    m_err.print("gate: note: what lands is the local " + clean_line(local->brief()) + ", " + (*here)->brief() + "; " + clean_line(m_request.remote) + " has " +
                (*tracked)->brief() + " there (to land that: gate land " + clean_line(shell_word(prefix + there->brief())) + ")\n");
  }
  return {};
}

Result<Oid> Landing::tip_there(OpenRepository& repository) const {
  const auto tip = repository.tracking_tip(m_request.remote, *m_target);
  if (!tip) {
    return tl::unexpected(tip.error());
  }
  return *tip ? Result<Oid>(**tip) : could_not_run(m_target->full() + " of " + m_request.remote + " was fetched and is not here", "git fetch " + shell_word(m_request.remote));
}

Result<Landing::Prepared> Landing::prepare(Session& session) {
  const Interrupt interrupt;
  LandSteps steps(m_err);
  const LandGit git(environment(session), interrupt, [&steps] { steps.tick(); });
  auto& repository = session.repository();
  if (!m_target) {
    auto target = find_target(repository);
    if (!target) {
      return tl::unexpected(target.error());
    }
    m_target = *std::move(target);
  }
  if (auto fetched = fetch_both(repository, git, steps); !fetched) {
    return tl::unexpected(fetched.error());
  }
  const auto tip = tip_there(repository);
  const auto has = tip ? has_commit(*tip, m_source->commit, repository) : tl::unexpected(tip.error());
  if (!has) {
    return tl::unexpected(has.error());
  }
  if (*has) {
    m_out.print("gate: nothing to land: " + where() + " has " + m_source->commit.brief() + " of " + clean_line(m_source->name) + " already\n");
    return Prepared{};
  }
  steps.begin("merging " + clean_line(m_source->name) + " into " + where());
  auto prepared = choose(*tip, session, git, interrupt);
  return interrupt.raised() ? Result<Prepared>(interrupted()) : prepared;
}

// A merge, unless the rules refuse that one and admit a fast-forward.
Result<Landing::Prepared> Landing::choose(const Oid& tip, Session& session, const LandGit& git, const Interrupt& interrupt) {
  const auto merged = git.merge(tip, m_source->commit);
  if (!merged) {
    return tl::unexpected(merged.error());
  }
  if (!merged->is_clean) {
    return Prepared{std::nullopt, tell_conflicts(*merged)};
  }
  const std::string subject = std::string(m_source->is_local ? "Merge branch '" : "Merge remote-tracking branch '") + m_source->name + "' into " + m_target->brief();
  const auto made = git.commit(merged->tree, {tip, m_source->commit}, m_request.message.value_or(subject));
  if (!made) {
    return tl::unexpected(made.error());
  }
  const Candidate merge{tip, *made};
  const Candidate forward{tip, m_source->commit};
  const auto is_forward = has_commit(m_source->commit, tip, session.repository());
  if (!is_forward) {
    return tl::unexpected(is_forward.error());
  }
  Candidate chosen = merge;
  if (*is_forward) {
    const auto of_merge = session.judge(push_of_it(merge), terms(), &interrupt);
    const auto of_forward = of_merge && of_merge->denied() ? session.judge(push_of_it(forward), terms(), &interrupt) : of_merge;
    if (!of_forward) {
      return tl::unexpected(of_forward.error());
    }
    // Where neither may, the one that the rules are about is refused: that helps.
    const auto& why = of_merge->violations;
    const bool takes_no_merge = std::any_of(why.begin(), why.end(), [](const Violation& violation) { return violation.rule == "merge"; });
    chosen = of_merge->denied() && (takes_no_merge || !of_forward->denied()) ? forward : merge;
  }
  const std::string what = chosen.commit == forward.commit ? "as a fast-forward" : "by the merge " + chosen.commit.brief();
  m_err.print("gate: landing " + m_source->commit.brief() + " of " + clean_line(m_source->name) + " on " + where() + ", which is at " + tip.brief() + ", " + what + "\n");
  return Prepared{chosen, ExitCode::allowed};
}

ExitCode Landing::tell_conflicts(const MergedTree& merged) const {
  constexpr std::size_t k_most = 20;
  std::string text = "gate: land refused: " + clean_line(m_source->name) + " can't be merged into " + where() + " without conflicts\n";
  const auto& paths = merged.conflicts;
  for (std::size_t i = 0; i < std::min(paths.size(), k_most); ++i) {
    text += "      " + clean_line(paths[i]) + "\n";
  }
  text += paths.size() > k_most ? "      and " + std::to_string(paths.size() - k_most) + " more\n" : "";
  const std::string tracked = m_request.remote + "/" + m_target->brief();
  const std::string branch = m_source->branch.brief();
  const std::string again = "gate land " + shell_word(branch) + (m_request.into ? " --into " + shell_word(m_target->brief()) : "") +
                            (m_request.remote == "origin" ? "" : " --remote " + shell_word(m_request.remote));
  m_err.print(text + "      mend: " + clean_line("git switch " + shell_word(branch) + " && git merge " + shell_word(tracked) + ", resolve, git commit; then " + again) + "\n");
  return ExitCode::refused;
}

} // namespace gate
