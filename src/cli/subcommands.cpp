#include "cli/subcommands.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/near_miss.hpp"
#include "cli/tell.hpp"
#include "cli/terminal.hpp"

namespace gate {

namespace {

std::string help_of(const Subcommands& all) {
  constexpr std::size_t k_name_width = 10;
  const std::string command = "gate " + std::string(all.command);
  std::string text = std::string(all.about) + "\nusage: " + command + " SUBCOMMAND [ARGUMENTS]\n\n";
  for (const auto& row : all.rows) {
    text += "  " + std::string(row.name) + std::string(k_name_width - row.name.size(), ' ') + std::string(row.summary) + "\n";
  }
  return text + "\n  " + command + " SUBCOMMAND --help says more of one. " + std::string(all.hint) + "\n";
}

} // namespace

ExitCode run_subcommand(const Subcommands& all, const Invocation& invocation) {
  const auto words = invocation.arguments();
  if (words.empty() || words.front() == "--help" || words.front() == "-h" || words.front() == "help") {
    Terminal(Terminal::Stream::out, invocation.env).print(help_of(all));
    return words.empty() ? ExitCode::usage : ExitCode::allowed;
  }
  const auto wanted = std::find_if(all.rows.begin(), all.rows.end(), [&](const SubcommandRow& row) { return row.name == words.front(); });
  if (wanted != all.rows.end()) {
    Invocation own = invocation;
    own.argv.erase(own.argv.begin() + 1);
    own.called_as = invocation.argv;
    return wanted->run(own);
  }
  std::vector<std::string> names;
  std::transform(all.rows.begin(), all.rows.end(), std::back_inserter(names), [](const SubcommandRow& row) { return std::string(row.name); });
  const std::string command = "gate " + std::string(all.command);
  const auto near = near_miss(words.front(), names);
  return tell(Error{ErrorKind::usage, "there is no subcommand \"" + words.front() + "\"", near ? "did you mean: " + command + " " + *near : command + " --help"}, invocation);
}

} // namespace gate
