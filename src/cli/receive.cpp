#include "cli/receive.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include <unistd.h>

#include "app/bypass_log.hpp"
#include "cli/bypass.hpp"
#include "cli/hooks_folder.hpp"
#include "cli/reception.hpp"
#include "cli/session.hpp"
#include "cli/wiring.hpp"

namespace gate {

namespace {

constexpr std::string_view k_skip_option = "gate.skip";
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

// Signatures are looked at by the program that has all adapters. Before it begins anew, nothing was written or said.
Result<void> find_verdicts(Reception& reception, Judgement& judgement, const Invocation& invocation, const std::string& input) {
  if (judgement.denied() || judgement.needs.empty()) {
    return {};
  }
  if (judgement.nothing_to_run()) {
    judgement.needs.clear();
    return {};
  }
  if (auto complete = ensure_all_adapters(invocation, input); !complete) {
    Error error = complete.error();
    error.message = "this push needs verdicts, and this server can't check them: " + error.message;
    return tl::unexpected(std::move(error));
  }
  return reception.demand(judgement);
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
  if (const auto found = find_verdicts(*reception, *judgement, invocation, input); !found) {
    return stop(found.error());
  }
  if (!judgement->denied() && !judgement->bypassed.empty()) {
    if (const auto will = post_receive_confirms(invocation); !will) {
      return stop(will.error());
    }
    // Besides verdicts that were verified, the one thing that is written here: whoever pushes may be gone before post-receive, and the refs move all the same.
    const auto records =
        bypass_records(*judgement, {BypassRecord::Where::server, BypassRecord::State::granted, k_received_remote, std::chrono::system_clock::now()});
    if (const auto written = bypass_file_of(reception->repository()).append(records); !written) {
      return stop(written.error());
    }
  }
  note_unused_bypass(*judgement, "gate.skip");
  const Conclusion conclusion{*std::move(judgement), {}};
  const bool is_worth_a_word = !conclusion.allowed() || conclusion.judgement.bypass || !conclusion.judgement.told.empty();
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
