// The options of one command.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/invocation.hpp"

namespace gate {

/// Reads a command's options and prints its help. Wraps CLI11, which stays in options.cpp.
class Options {
public:
  Options(const std::string& name, const std::string& description);
  ~Options();

  void add_text(const std::string& name, std::optional<std::string>& value, const std::string& help);
  void add_flag(const std::string& name, bool& value, const std::string& help);

  /// Nothing when all is well; else the code to end with, after the help or what is wrong was printed.
  std::optional<ExitCode> parse(const Invocation& invocation);

private:
  struct Parser;
  std::unique_ptr<Parser> m_parser;
};

} // namespace gate
