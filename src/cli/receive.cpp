#include "cli/receive.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <set>

#include <unistd.h>

#include "app/bypass_log.hpp"
#include "cli/bypass.hpp"
#include "cli/child_environment.hpp"
#include "cli/hooks_folder.hpp"
#include "cli/policy_sources.hpp"
#include "cli/session.hpp"
#include "git/commit_facts.hpp"
#include "git/own_side.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

constexpr std::string_view k_skip_option = "gate.skip";
// Rules for some remotes hold where they do for those who push; see own_side.hpp.
constexpr const char* k_remote = "origin";
constexpr const char* k_how_to_skip = "give one reason, on one line: git push -o gate.skip=\"why this must go now\"";

std::optional<RefUpdate> parse_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) {
    return std::nullopt;
  }
  const auto old_oid = Oid::parse(line.substr(0, first));
  const auto new_oid = Oid::parse(line.substr(first + 1, second - first - 1));
  const auto ref = RefName::parse(line.substr(second + 1));
  if (!old_oid || !new_oid || !ref || old_oid->format() != new_oid->format()) {
    return std::nullopt;
  }
  return RefUpdate{"", *new_oid, *ref, *old_oid};
}

// git-receive-pack(1): G is a good signature; a nonce that is OK or within receive.certNonceSlop says that the push is this one.
std::string who_signed(const Environment& env) {
  const auto is = [&](std::string_view name, std::string_view value) { return value_of(env, name) == std::string(value); };
  const auto certificate = Oid::parse(value_of(env, "GIT_PUSH_CERT").value_or(""));
  const bool is_fresh = is("GIT_PUSH_CERT_NONCE_STATUS", "OK") || is("GIT_PUSH_CERT_NONCE_STATUS", "SLOP");
  if (!certificate || certificate->is_zero() || !is("GIT_PUSH_CERT_STATUS", "G") || !is_fresh) {
    return "";
  }
  const std::string signer = value_of(env, "GIT_PUSH_CERT_SIGNER").value_or("");
  const auto open = signer.rfind('<'); // GPG: "Name <e-mail>"
  const auto close = signer.rfind('>');
  const bool has_address = open != std::string::npos && close != std::string::npos && close > open;
  return has_address ? signer.substr(open + 1, close - open - 1) : signer;
}

Result<std::vector<std::string>> push_options(const Environment& env) {
  std::vector<std::string> options;
  const auto count_text = value_of(env, "GIT_PUSH_OPTION_COUNT");
  if (!count_text) {
    return options;
  }
  constexpr unsigned k_most = 100'000;
  unsigned count = 0;
  const char* end = count_text->data() + count_text->size();
  const auto read = std::from_chars(count_text->data(), end, count);
  if (read.ec != std::errc() || read.ptr != end || count > k_most) {
    return could_not_run("GIT_PUSH_OPTION_COUNT is no number: what the push asks for can't be known");
  }
  for (unsigned i = 0; i < count; ++i) {
    auto option = value_of(env, "GIT_PUSH_OPTION_" + std::to_string(i));
    if (!option) {
      return could_not_run("GIT_PUSH_OPTION_" + std::to_string(i) + " is missing: what the push asks for can't be known");
    }
    options.push_back(*std::move(option));
  }
  return options;
}

/// One push that arrives in this repository.
class Reception {
public:
  enum class Moment { before, after }; ///< the refs have moved

  static Result<Reception> open(const Invocation& invocation, const std::string& input, Moment moment) {
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
    Reception reception(*std::move(repository), wire_policy_sources(invocation), *std::move(bypass));
    reception.m_push = {k_remote, "", *std::move(updates)};
    if (auto found = reception.find_real_refs(moment); !found) {
      return tl::unexpected(found.error());
    }
    return reception;
  }

  Result<Judgement> judge() {
    const auto own = own_side_of(*m_repository);
    const auto commits = commits_of_push(*m_repository, RemoteRefs::own);
    VerdictFiles no_verdicts(GateFolder(m_repository->common_dir()).verdicts());
    JudgeTerms terms;
    terms.bypass = m_bypass;
    terms.suites = JudgeTerms::Suites::elsewhere;
    return gate::judge(m_push, {*own, *commits, *m_sources, no_verdicts}, own_identity(), terms);
  }

  OpenRepository& repository() { return *m_repository; }
  const Push& push() const { return m_push; }
  const std::optional<BypassRequest>& bypass() const { return m_bypass; }

private:
  Reception(std::unique_ptr<OpenRepository> repository, std::unique_ptr<PolicySources> sources, std::optional<BypassRequest> bypass)
      : m_repository(std::move(repository)), m_sources(std::move(sources)), m_bypass(std::move(bypass)) {}

  // What would be moved, and from where. The client says what a branch has now, and git lets it delete one whose old value it does
  // not know; and a symbolic ref (gitrepository-layout(5): one line, "ref: refs/…") moves another one.
  Result<void> find_real_refs(Moment moment) {
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
        const auto now = own->tracking_tip(k_remote, update.ref);
        if (!now) {
          return tl::unexpected(now.error());
        }
        update.old_oid = now->value_or(Oid());
      }
    }
    return {};
  }

  Result<RefName> real_name(const RefName& ref) const {
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

  std::unique_ptr<OpenRepository> m_repository;
  std::unique_ptr<PolicySources> m_sources;
  std::optional<BypassRequest> m_bypass;
  Push m_push;
};

// Whether git will start gate once more when the refs have moved. It runs no hook that is not executable (githooks(5)).
Result<void> post_receive_confirms(const Invocation& invocation) {
  const auto folder = hooks_folder(invocation);
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  const auto hook = *folder / "post-receive";
  const auto state = state_of(hook);
  if (!state) {
    return tl::unexpected(state.error());
  }
  if (*state == HookState::gates && access(hook.c_str(), X_OK) == 0) {
    return {};
  }
  return could_not_run("this push needs a bypass, and nobody would write down that it was used: the hook post-receive of this repository is not "
                       "gate's, or can't be executed",
                       "push what breaks no rule; or whoever keeps the server runs, in the repository there: gate install --server");
}

// What is printed here goes through git to the terminal of whoever pushes, who may be anywhere.
const TextStyle k_plain{false, "push"};

} // namespace

Result<std::vector<RefUpdate>> parse_received_updates(std::string_view input) {
  if (input.empty()) {
    return could_not_run("git gave nothing to judge to the hook", "is another program calling this hook? See githooks(5), pre-receive");
  }
  std::vector<RefUpdate> updates;
  std::set<RefName> seen;
  for (unsigned number = 1; !input.empty(); ++number) {
    const auto end = input.find('\n');
    const auto update = end == std::string_view::npos ? std::nullopt : parse_line(input.substr(0, end));
    if (!update || !seen.insert(update->ref).second) {
      return could_not_run("line " + std::to_string(number) + " of what git gave to the hook is not \"<old oid> <new oid> <ref>\", once for each ref",
                           "is another program calling this hook? See githooks(5), pre-receive");
    }
    input.remove_prefix(end + 1);
    updates.push_back(*update);
  }
  return updates;
}

Result<std::optional<BypassRequest>> bypass_from_push_options(const Environment& env) {
  const auto options = push_options(env);
  if (!options) {
    return tl::unexpected(options.error());
  }
  std::optional<BypassRequest> request;
  for (const auto& option : *options) {
    if (option.rfind("gate.", 0) != 0) {
      continue; // another hook's
    }
    const auto equals = option.find('=');
    if (option.substr(0, equals) != k_skip_option) {
      return fail(ErrorKind::usage, "there is no push option " + option.substr(0, equals), k_how_to_skip);
    }
    if (request) {
      return fail(ErrorKind::usage, "the push option gate.skip is given twice", k_how_to_skip);
    }
    auto reason = usable_reason(equals == std::string::npos ? "" : option.substr(equals + 1), k_how_to_skip);
    if (!reason) {
      return tl::unexpected(reason.error());
    }
    request = BypassRequest{who_signed(env), *std::move(reason)};
  }
  return request;
}

ExitCode pre_receive(const Invocation& invocation, const std::string& input, const Terminal& err) {
  const auto stop = [&](const Error& error) {
    err.print(render(error, k_plain));
    return exit_code_of(error.kind);
  };
  auto reception = Reception::open(invocation, input, Reception::Moment::before);
  if (!reception) {
    return stop(reception.error());
  }
  auto judgement = reception->judge();
  if (!judgement) {
    return stop(judgement.error());
  }
  if (!judgement->denied() && !judgement->bypassed.empty()) {
    if (const auto will = post_receive_confirms(invocation); !will) {
      return stop(will.error());
    }
    // The one thing that is written here: whoever pushes may be gone before post-receive, and the refs move all the same.
    const auto records =
        bypass_records(*judgement, {BypassRecord::Where::server, BypassRecord::State::granted, k_remote, std::chrono::system_clock::now()});
    if (const auto written = bypass_file_of(reception->repository()).append(records); !written) {
      return stop(written.error());
    }
  }
  note_unused_bypass(*judgement, "gate.skip");
  const bool is_worth_a_word = judgement->denied() || judgement->bypass || !judgement->told.empty();
  const Conclusion conclusion{*std::move(judgement), {}};
  if (is_worth_a_word) {
    err.print(render(conclusion, k_plain));
  }
  return exit_code_of(conclusion);
}

void post_receive(const Invocation& invocation, const std::string& input, const Terminal& err) {
  auto reception = Reception::open(invocation, input, Reception::Moment::after);
  if (!reception) {
    err.print(render(reception.error(), k_plain));
    return;
  }
  if (!reception->bypass()) {
    return;
  }
  const BypassFile file = bypass_file_of(reception->repository());
  const auto there = file.read();
  const auto now = std::chrono::system_clock::now();
  const auto written = there ? file.append(carried_out(there->records, reception->push().updates, *reception->bypass(), now))
                             : tl::unexpected(there.error());
  if (!written) {
    err.print(render(written.error(), k_plain) + "gate: the push was taken; that its bypass was granted is written down, that it was used is not\n");
  }
}

} // namespace gate
