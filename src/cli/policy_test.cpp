// gate policy test
#include <algorithm>
#include <filesystem>
#include <string_view>

#include "app/policies.hpp"
#include "cli/named_policy.hpp"
#include "cli/options.hpp"
#include "cli/policy.hpp"
#include "cli/tell.hpp"
#include "cli/terminal.hpp"
#include "cli/work_tree_top.hpp"
#include "os/files.hpp"
#include "policy/parse_scenarios.hpp"
#include "report/policy_test_text.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_tests_end = ".test.toml";
constexpr std::string_view k_policy_end = ".toml";

constexpr const char* k_beginning = "\n      [[test]]\n"
                                    "      name    = \"nobody pushes straight to master\"\n"
                                    "      ref     = \"master\"\n"
                                    "      update  = \"commit\"\n"
                                    "      refused = [\"direct-push\"]\n";

/// A policy, and the tests beside it.
struct TestedFiles {
  std::string policy;
  std::string tests;
};

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() > end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// Either of the two may be named.
TestedFiles files_for(const std::string& named) {
  if (ends_with(named, k_tests_end)) {
    return {named.substr(0, named.size() - k_tests_end.size()) + std::string(k_policy_end), named};
  }
  const std::string stem = ends_with(named, k_policy_end) ? named.substr(0, named.size() - k_policy_end.size()) : named;
  return {named, stem + std::string(k_tests_end)};
}

ExitCode tell(const std::string& what, const std::vector<Diagnostic>& problems, const Invocation& invocation) {
  const Terminal err(Terminal::Stream::err, invocation.env);
  err.print("gate: " + what + "\n" + render(problems, err.style("")));
  return ExitCode::usage;
}

ExitCode tell_missing(const TestedFiles& files, const Invocation& invocation) {
  const auto code = tell(Error{ErrorKind::usage, "there is no " + files.tests + ": the tests of " + files.policy + " stand in it",
                               "begin it with the lines below; more: policies/README.md"},
                         invocation);
  Terminal(Terminal::Stream::err, invocation.env).print(k_beginning);
  return code;
}

ExitCode test(const TestedFiles& files, const Invocation& invocation) {
  const auto text = read_file(files.tests);
  if (!text) {
    return tell(text.error(), invocation);
  }
  if (!*text) {
    return tell_missing(files, invocation);
  }
  const auto policy = PolicyFinder(invocation).of_file(files.policy);
  if (!policy) {
    const auto& failure = policy.error();
    return failure.error ? tell(*failure.error, invocation) : tell("the policy can't be read", failure.problems.list, invocation);
  }
  const std::string name = fs::path(files.tests).filename();
  const auto scenarios = parse_scenarios(**text, name);
  if (!scenarios) {
    return tell("the tests can't be read", scenarios.error(), invocation);
  }
  std::vector<ScenarioResult> results;
  std::transform(scenarios->begin(), scenarios->end(), std::back_inserter(results),
                 [&](const Scenario& scenario) { return try_out(scenario, policy->policy); });
  const Terminal out(Terminal::Stream::out, invocation.env);
  out.print(render_tests(name, results, out.style("")));
  const bool passed = std::all_of(results.begin(), results.end(), [](const ScenarioResult& result) { return result.passed(); });
  return passed ? ExitCode::allowed : ExitCode::refused;
}

} // namespace

ExitCode run_policy_test(const Invocation& invocation) {
  std::optional<std::string> file;
  Options options("gate policy test",
                  "Judges the updates that the [[test]] blocks beside a policy describe, without git and without Docker, and compares what\n"
                  "comes with what they expect. Exit code 0 if all pass, 1 if one fails, 2 if a file is wrong or there is none.");
  options.add_text("FILE", file, "the policy or its tests, e.g. policies/trunk.toml (default: gate.toml, whose tests stand in gate.test.toml)");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  if (file) {
    return test(files_for(*file), invocation);
  }
  const auto top = work_tree_top(invocation);
  std::error_code failed;
  if (!top && fs::is_regular_file(k_policy_file, failed)) {
    return test(files_for(std::string(k_policy_file)), invocation);
  }
  return top ? test(files_for((*top / k_policy_file).string()), invocation) : tell(top.error(), invocation);
}

} // namespace gate
