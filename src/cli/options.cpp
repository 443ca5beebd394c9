#include "cli/options.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "cli/terminal.hpp"

namespace gate {

struct Options::Parser {
  CLI::App app;
};

Options::Options(const std::string& name, const std::string& description) : m_parser(std::make_unique<Parser>()) {
  m_parser->app.name(name);
  m_parser->app.description(description);
}

Options::~Options() = default;

void Options::add_text(const std::string& name, std::optional<std::string>& value, const std::string& help) {
  m_parser->app.add_option(name, value, help);
}

void Options::add_flag(const std::string& name, bool& value, const std::string& help) {
  m_parser->app.add_flag(name, value, help);
}

std::optional<ExitCode> Options::parse(const Invocation& invocation) {
  auto words = invocation.arguments();
  std::reverse(words.begin(), words.end()); // CLI11 takes them from the back
  try {
    m_parser->app.parse(words);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    Terminal(Terminal::Stream::out, invocation.env).print(m_parser->app.help());
    return ExitCode::allowed;
  } catch (const CLI::ParseError& error) {
    const Terminal err(Terminal::Stream::err, invocation.env);
    err.print(render({ErrorKind::usage, error.what(), m_parser->app.get_name() + " --help"}, err.style("")));
    return ExitCode::usage;
  }
}

} // namespace gate
