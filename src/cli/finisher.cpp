#include "cli/finisher.hpp"

#include <charconv>

#include <unistd.h>

#include "cli/pending_marker.hpp"
#include "cli/publish.hpp"
#include "os/detach.hpp"

namespace gate {

namespace {

// A push may upload for long after its hook; one that never ends leaves the tag to `gate publish`.
constexpr std::chrono::hours k_longest_push{6};

Result<void> start(const std::vector<RefName>& branches, Session& session, const Invocation& invocation) {
  // The shim has exec'd gate: its parent is the git that pushes. Programs that manage hooks may stand between.
  auto git = watch_process(ancestor_named("git", getpid()).value_or(getppid()));
  if (!git) {
    return tl::unexpected(git.error());
  }
  const auto log = session.folder().finisher_log();
  if (!log) {
    return tl::unexpected(log.error());
  }
  std::vector<std::string> argv = {own_path(invocation).string(), "hook", "finisher", std::to_string(git->get()),
                                   session.repository().common_dir().string()};
  for (const auto& branch : branches) {
    argv.push_back(branch.full());
  }
  Environment env = invocation.env;
  env.emplace_back("GIT_TERMINAL_PROMPT=0"); // nobody is there to answer
  return start_detached(argv, env, *log, *git);
}

// The push may be long, and the work tree a folder that is to be removed or unmounted meanwhile. What is relative in the environment
// and in remotes' URLs counts from it, so this comes back; is it gone, nobody is there to whom to come back.
bool wait_elsewhere(int descriptor, const std::filesystem::path& folder) {
  std::error_code failed;
  const auto here = std::filesystem::current_path(failed);
  if (!failed) {
    std::filesystem::current_path(folder, failed);
  }
  const bool has_ended = wait_for_end(descriptor, k_longest_push);
  std::filesystem::current_path(here.empty() ? folder : here, failed);
  return has_ended && !failed;
}

} // namespace

bool is_push_of_gate(Session& session, const Invocation& invocation) {
  const auto pushed = value_of(invocation.env, k_gate_push_variable);
  std::error_code ignored;
  return pushed && std::filesystem::equivalent(*pushed, session.repository().common_dir(), ignored);
}

void start_finisher(const std::vector<RefUpdate>& updates, Session& session, const Invocation& invocation, const Terminal& err) {
  const auto branches = pending_branches(session.folder().pending_marker(), updates);
  if (branches.empty() || is_push_of_gate(session, invocation)) {
    return;
  }
  if (const auto started = start(branches, session, invocation); !started) {
    err.print("gate: note: a publication waits for this push, and nothing will finish it by itself (" + started.error().message +
              "): gate publish\n");
    return;
  }
  err.print("gate: a publication is pending; after this push gate looks in the background whether the remote has it: gate publish --list\n");
}

ExitCode run_finisher(const std::vector<std::string>& arguments, const Invocation& invocation) {
  const Terminal err(Terminal::Stream::err, invocation.env);
  int descriptor = -1;
  if (!arguments.empty()) {
    std::from_chars(arguments[0].data(), arguments[0].data() + arguments[0].size(), descriptor);
  }
  std::vector<RefName> branches;
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    if (auto branch = RefName::parse(arguments[i])) {
      branches.push_back(*std::move(branch));
    }
  }
  if (descriptor < 0 || branches.empty()) {
    err.print(render({ErrorKind::usage, "the finisher is started by the pre-push hook", "by hand it is: gate publish"}, err.style("")));
    return ExitCode::usage;
  }
  if (!wait_elsewhere(descriptor, arguments[1])) {
    return ExitCode::could_not_run;
  }
  auto session = Session::open(invocation);
  const auto complete = session ? ensure_all_adapters(invocation, std::nullopt) : tl::unexpected(session.error());
  if (!complete) {
    err.print(render(complete.error(), err.style("")));
    return exit_code_of(complete.error().kind);
  }
  publish_after_push(branches, Publishing::Tests::found_only, *session, invocation, err);
  return ExitCode::allowed;
}

} // namespace gate
