// gate land
#include <charconv>

#include "base/shell_word.hpp"
#include "cli/command.hpp"
#include "cli/landing.hpp"
#include "cli/options.hpp"
#include "cli/sharing.hpp"
#include "cli/wiring.hpp"

namespace gate {

namespace {

Result<unsigned> tries_in(const std::optional<std::string>& text) {
  unsigned tries = LandRequest().tries;
  if (!text) {
    return tries;
  }
  const char* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, tries);
  constexpr unsigned k_most = 1000;
  return read.ec == std::errc() && read.ptr == end && tries >= 1 && tries <= k_most ? Result<unsigned>(tries)
                                                                                     : fail(ErrorKind::usage, "--tries takes a number from 1 to 1000", "gate land --help");
}

Result<ExitCode> land(LandRequest request, const std::optional<std::string>& tries, const Invocation& invocation, const Terminal& out, const Terminal& err) {
  if (request.branch.empty()) {
    return fail(ErrorKind::usage, "which branch is to land?", "gate land BRANCH");
  }
  if (request.message && request.message->find_first_not_of(" \t\r\n") == std::string::npos) {
    return fail(ErrorKind::usage, "an empty message is none", "gate land " + shell_word(request.branch) + " -m 'Why it lands'");
  }
  const auto most = tries_in(tries);
  if (!most) {
    return tl::unexpected(most.error());
  }
  request.tries = *most;
  // Children and the network: a gate that may have to begin anew does so before them.
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    return tl::unexpected(complete.error());
  }
  keep_key_from_children(invocation.env);
  auto bypass = bypass_from_environment(invocation);
  if (!bypass) {
    return tl::unexpected(bypass.error());
  }
  request.bypass = *std::move(bypass);
  return Landing(std::move(request), invocation, out, err).run();
}

} // namespace

ExitCode run_land(const Invocation& invocation) {
  LandRequest request;
  std::optional<std::string> branch;
  std::optional<std::string> remote;
  std::optional<std::string> tries;
  Options options("gate land",
                  "Merges BRANCH into a branch of the remote, judges and tests the merge, and pushes it. If that branch moved meanwhile, the\n"
                  "remote refuses the push, and it begins again on the new tip: what lands is exactly what was tested, and every commit on the line\n"
                  "has passed. Where the rules admit a fast-forward and no merge, BRANCH itself lands. HEAD, index and work tree are not touched, so\n"
                  "it may go on beside your work; interrupted, it has moved nothing there. Conflicts are for you to resolve: it names them.\n\n"
                  "  gate land feature                       onto the main branch of origin\n"
                  "  gate land development --into staging    on to the next stage; what has passed is not run again\n\n"
                  "Where [verdicts] of the policy says share = true, verdicts are fetched before and sent after. What the merge is to publish by the\n"
                  "policy is published once it has landed.");
  options.add_text("BRANCH", branch, "what lands: a branch here, else the remote's of that name (origin/NAME: always the remote's)");
  options.add_text("--into", request.into, "the branch that it lands on (default: the remote's main branch, which its HEAD names)");
  options.add_text("--remote", remote, "the remote, by its name (default: origin)");
  options.add_text("-m", request.message, "the merge's message (default: as git merge has it)");
  options.add_text("--tries", tries, "how often it begins at most (default: 5)");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  request.branch = branch.value_or("");
  request.remote = remote.value_or(request.remote);
  const Terminal out(Terminal::Stream::out, invocation.env);
  const Terminal err(Terminal::Stream::err, invocation.env);
  const auto code = land(std::move(request), tries, invocation, out, err);
  if (!code) {
    err.print(render(code.error(), err.style("land")));
    return exit_code_of(code.error().kind);
  }
  return *code;
}

} // namespace gate
