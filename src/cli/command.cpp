#include "cli/command.hpp"

#include <array>
#include <string_view>

#include "base/near_miss.hpp"
#include "cli/build_id.hpp"
#include "cli/terminal.hpp"

namespace gate {

namespace {

struct CommandRow {
  std::string_view name;
  std::string_view summary; ///< empty: not for people to call
  ExitCode (*run)(const Invocation&);
};

constexpr std::array<CommandRow, 16> k_commands = {{
    {"init", "write a gate.toml that fits this repository's compose file or Dockerfiles", run_init},
    {"install", "wire gate into this repository's git hooks", run_install},
    {"check", "judge and test HEAD as a push of it would be; CI runs the same", run_check},
    {"push", "judge and test first, then git push with the same arguments", run_push},
    {"land", "merge a branch, test the merge, push it; begin again if the target moved meanwhile", run_land},
    {"publish", "publish what a merge is to publish, and finish what is pending", run_publish},
    {"status", "where this branch stands: hooks, policy, what a push would be asked", run_status},
    {"log", "the runs of suites here: results, durations, and the log of each", run_log},
    {"policy", "write policies: lint, show, explain, diff, test, schema, update, fetch", run_policy},
    {"trust", "show what this repository would run and publish here, and consent to it", run_trust},
    {"audit", "what arrived on protected branches against a rule, or by a bypass", run_audit},
    {"verdict", "send signed verdicts to others and fetch theirs: push, fetch, list, key", run_verdict},
    {"verify", "which verdicts hold for a commit, a range or a published image, for whom and why", run_verify},
    {"gc", "let go of images, build caches and volumes that nothing waits for", run_gc},
    {"uninstall", "take the hooks away; what was there before comes back", run_uninstall},
    {"hook", "", run_hook},
}};

std::string help() {
  std::string text = "gate decides what may leave this machine: every pushed ref is judged by gate.toml, and the\n"
                     "containerized tests run on exactly the commits that leave; after a merge the tested image is published.\n\n"
                     "usage: gate COMMAND [ARGUMENTS]\n\n";
  for (const auto& row : k_commands) {
    if (!row.summary.empty()) {
      text += "  " + std::string(row.name) + std::string(11 - row.name.size(), ' ') + std::string(row.summary) + "\n";
    }
  }
  return text + "\n  gate COMMAND --help says more of one. Begin with: gate init && gate install && git push\n\n"
                "exit codes: 0 allowed or done, 1 a rule is broken or a suite failed, 2 usage or policy file,\n"
                "            3 could not run (engine, network, git, no consent), 130 interrupted\n";
}

} // namespace

ExitCode run(const Invocation& invocation) {
  const Terminal out(Terminal::Stream::out, invocation.env);
  const Terminal err(Terminal::Stream::err, invocation.env);
  const std::string name = invocation.argv.size() > 1 ? invocation.argv[1] : "--help";
  if (name == "--help" || name == "-h" || name == "help") {
    out.print(help());
    return invocation.argv.size() > 1 ? ExitCode::allowed : ExitCode::usage;
  }
  if (name == "--version") {
    out.print("gate " + std::string(k_version) + " (build " + k_build_id + ")\n");
    return ExitCode::allowed;
  }
  std::vector<std::string> names;
  for (const auto& row : k_commands) {
    if (row.name == name) {
      return row.run(invocation);
    }
    names.emplace_back(row.name);
  }
  const auto near = near_miss(name, names);
  err.print(render({ErrorKind::usage, "there is no command \"" + name + "\"", near ? "did you mean: gate " + *near : "gate --help"}, err.style("")));
  return ExitCode::usage;
}

} // namespace gate
