// Commands that consist of others: "gate policy lint", "gate verdict push".
#pragma once

#include <string_view>
#include <vector>

#include "cli/invocation.hpp"

namespace gate {

struct SubcommandRow {
  std::string_view name;
  std::string_view summary;
  ExitCode (*run)(const Invocation&); ///< its arguments begin behind the subcommand's name
};

struct Subcommands {
  std::string_view command;        ///< "policy"
  std::string_view about;          ///< what the help begins with, whole lines
  std::vector<SubcommandRow> rows;
  std::string_view hint;           ///< what the help ends with, after how to ask for more
};

/// Runs the one that was asked for, or prints the help. One that there is not is told of with the nearest.
ExitCode run_subcommand(const Subcommands& all, const Invocation& invocation);

} // namespace gate
