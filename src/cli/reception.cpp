#include "cli/reception.hpp"

#include <map>
#include <set>

#include "app/foreign_verdicts.hpp"
#include "attest/verdict_files.hpp"
#include "cli/child_environment.hpp"
#include "cli/engine_images.hpp"
#include "cli/policy_sources.hpp"
#include "cli/receive.hpp"
#include "cli/session.hpp"
#include "cli/verdict_reader.hpp"
#include "git/commit_facts.hpp"
#include "git/own_side.hpp"
#include "git/verdict_notes.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

// Notes that come with the push: they count instead of what is here, since what this push may bring is there when the branch has moved.
std::map<std::string, Oid> notes_of(const Push& push) {
  std::map<std::string, Oid> tips;
  for (const auto& update : push.updates) {
    if (update.ref.full().rfind(k_verdict_refs, 0) == 0) {
      tips[update.ref.full().substr(k_verdict_refs.size())] = update.new_oid;
    }
  }
  return tips;
}

} // namespace

Reception::Reception(const Invocation& invocation, std::unique_ptr<OpenRepository> repository, std::unique_ptr<PolicySources> sources,
                     std::optional<BypassRequest> bypass)
    : m_invocation(&invocation), m_repository(std::move(repository)), m_sources(std::move(sources)), m_bypass(std::move(bypass)) {}

Result<Reception> Reception::open(const Invocation& invocation, const std::string& input, Moment moment) {
  if (const auto space = value_of(invocation.env, "GIT_NAMESPACE"); space && !space->empty()) {
    return could_not_run("this push goes to the namespace " + *space + " of the repository, and gate does not know whose refs are whose there",
                         "serve the repository without GIT_NAMESPACE (gitnamespaces(7))");
  }
  auto updates = parse_received_updates(input);
  if (!updates) {
    return tl::unexpected(updates.error());
  }
  auto bypass = bypass_from_push_options(invocation.env);
  if (!bypass) {
    return tl::unexpected(bypass.error());
  }
  std::error_code failed;
  const auto here = std::filesystem::current_path(failed);
  if (failed) {
    return could_not_run("the current folder is gone: " + failed.message());
  }
  auto repository = open_repository(child_environment(invocation.env), here);
  if (!repository) {
    return tl::unexpected(repository.error());
  }
  Reception reception(invocation, *std::move(repository), wire_policy_sources(invocation), *std::move(bypass));
  reception.m_push = {k_received_remote, "", *std::move(updates)};
  if (auto found = reception.find_real_refs(moment); !found) {
    return tl::unexpected(found.error());
  }
  return reception;
}

Result<Judgement> Reception::judge() {
  const auto own = own_side_of(*m_repository);
  const auto commits = commits_of_push(*m_repository, RemoteRefs::own);
  VerdictFiles verdicts(GateFolder(m_repository->common_dir()).verdicts());
  EngineImages images(*m_invocation, nullptr);
  const auto variables = [this](const std::string& name) { return value_of(m_invocation->env, name); };
  JudgeTerms terms;
  terms.bypass = m_bypass;
  terms.suites = JudgeTerms::Suites::elsewhere;
  terms.asker = Asker::authority;
  return gate::judge(m_push, {*own, *commits, *m_sources, verdicts, variables, &images}, own_identity(), terms);
}

Result<void> Reception::demand(Judgement& judgement) {
  const auto reader = VerdictReader::open(*m_repository, notes_of(m_push));
  if (!reader) {
    return tl::unexpected(reader.error());
  }
  VerdictFiles verdicts(GateFolder(m_repository->common_dir()).verdicts());
  demand_verdicts(judgement, {(*reader)->notes(), (*reader)->envelopes(), verdicts}, std::chrono::system_clock::now(), k_received_remote);
  if ((*reader)->is_interrupted()) {
    return interrupted();
  }
  if (judgement.denied()) {
    judgement.needs.clear();
  }
  return {};
}

// What would be moved, and from where. The client says what a branch has now, and git lets it delete one whose old value it does
// not know; and a symbolic ref (gitrepository-layout(5): one line, "ref: refs/…") moves another one.
Result<void> Reception::find_real_refs(Moment moment) {
  const auto own = own_side_of(*m_repository);
  std::set<RefName> seen;
  for (auto& update : m_push.updates) {
    const auto real = real_name(update.ref);
    if (!real) {
      return tl::unexpected(real.error());
    }
    update.ref = *real;
    if (!seen.insert(update.ref).second) {
      return could_not_run("two updates of this push are for " + update.ref.full(), "push them one after the other");
    }
    if (moment == Moment::before && update.ref.is_branch()) {
      const auto now = own->tracking_tip(k_received_remote, update.ref);
      if (!now) {
        return tl::unexpected(now.error());
      }
      update.old_oid = now->value_or(Oid());
    }
  }
  return {};
}

Result<RefName> Reception::real_name(const RefName& ref) const {
  constexpr int k_deepest = 5; // as git itself
  constexpr std::string_view k_symbolic = "ref: ";
  RefName name = ref;
  for (int depth = 0; depth < k_deepest; ++depth) {
    const auto path = m_repository->common_dir() / name.full();
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
      return name;
    }
    const auto text = read_file(path);
    if (!text) {
      return tl::unexpected(text.error());
    }
    if (!*text || (*text)->rfind(k_symbolic, 0) != 0) {
      return name;
    }
    std::string target = (*text)->substr(k_symbolic.size());
    target.erase(target.find_last_not_of(" \t\r\n") + 1);
    const auto parsed = RefName::parse(target);
    if (!parsed) {
      break;
    }
    name = *parsed;
  }
  return could_not_run(ref.full() + " is a symbolic ref that leads nowhere",
                       "see, in the repository on the server: git symbolic-ref " + ref.full());
}

} // namespace gate
