// gate policy
#include "cli/policy.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "base/counted.hpp"
#include "base/shell_word.hpp"
#include "cli/command.hpp"
#include "cli/named_policy.hpp"
#include "cli/options.hpp"
#include "cli/subcommands.hpp"
#include "cli/tell.hpp"
#include "cli/terminal.hpp"
#include "os/files.hpp"
#include "policy/lint_verdicts.hpp"
#include "report/clean.hpp"
#include "report/policy_text.hpp"

namespace gate {

namespace {

ExitCode tell(const std::string& name, const std::vector<Finding>& findings, const Invocation& invocation) {
  const Terminal out(Terminal::Stream::out, invocation.env);
  const auto errors =
      static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Finding::Severity::error; }));
  const std::string summary = findings.empty() ? "nothing is wrong" : counted(errors, "error") + ", " + counted(findings.size() - errors, "warning");
  out.print(render(findings, out.style("")) + "gate: " + clean_line(name) + ": " + summary + "\n");
  return errors == 0 ? ExitCode::allowed : ExitCode::usage;
}

// Files that say who may vouch, as far as they are here: one that is not is looked for where it counts.
std::vector<Finding> findings_in_signers(const NamedPolicy& named) {
  std::vector<Finding> findings;
  if (!named.policy.verdicts || !named.top) {
    return findings;
  }
  for (const auto& file : named.policy.verdicts->allowed_signers) {
    const auto text = read_file(*named.top / file.value);
    if (text && *text) {
      const auto found = lint_verdict_signers(*named.policy.verdicts, **text, file.value);
      findings.insert(findings.end(), found.begin(), found.end());
    }
  }
  return findings;
}

ExitCode run_policy_lint(const Invocation& invocation) {
  std::optional<std::string> file;
  Options options("gate policy lint", "Looks for all that is wrong with a policy at once: what does not parse, rules that can never decide anything,\n"
                                      "blocks that contradict each other, doors left open. What it extends is read along with it.\n"
                                      "Exit code 2 if there is an error, 0 if there is none or there are warnings only.");
  options.add_text("FILE", file, "the policy (default: gate.toml at the top of the work tree)");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  PolicyFinder finder(invocation);
  const auto found = file ? finder.of_file(*file) : finder.of_work_tree();
  if (found) {
    auto findings = lint(found->policy, std::chrono::system_clock::now());
    const auto more = findings_in_signers(*found);
    findings.insert(findings.end(), more.begin(), more.end());
    return tell(found->name, findings, invocation);
  }
  if (found.error().error) {
    return tell(found.error(), invocation);
  }
  std::vector<Finding> findings;
  for (const auto& problem : found.error().problems.list) {
    findings.push_back({Finding::Severity::error, problem});
  }
  return tell(file.value_or("gate.toml of the work tree"), findings, invocation);
}

/// A ref, asked of a policy.
struct RefQuestion {
  std::string ref; ///< short or full
  std::optional<std::string> remote;
  RefExplanation::Detail detail;
};

ExitCode answer(const RefQuestion& question, const NamedPolicy& judging, const Invocation& invocation) {
  const auto ref = RefName::branch(question.ref);
  if (!ref) {
    return tell(Error{ErrorKind::usage, "\"" + question.ref + "\" is no ref name", "a branch by its short name (staging), anything else in full (refs/tags/v1.0)"}, invocation);
  }
  const auto rules = rules_for(judging.policy, *ref, question.remote);
  if (!rules) {
    return tell(PolicyFailure{{rules.error(), false}, {}}, invocation);
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  out.print(render(RefExplanation{*ref, question.remote, judging.name, judging.policy, *rules, question.detail}, out.style("")));
  return ExitCode::allowed;
}

ExitCode run_policy_show(const Invocation& invocation) {
  std::optional<std::string> file;
  std::optional<std::string> ref;
  std::optional<std::string> remote;
  Options options("gate policy show", "Shows the policy as it holds: the layers that it is made of, every block with its rules and the lines that say them,\n"
                                      "suites and publications. With --branch, what all blocks together ask of one ref.");
  options.add_text("FILE", file, "the policy (default: gate.toml at the top of the work tree)");
  options.add_text("--branch,--ref", ref, "only what holds for this branch (staging) or ref (refs/tags/v1.0)");
  options.add_text("--remote", remote, "with --branch: when it is pushed to this remote (default: any)");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  if (remote && !ref) {
    return tell(Error{ErrorKind::usage, "--remote goes with --branch", "gate policy show --branch staging --remote " + shell_word(*remote)}, invocation);
  }
  PolicyFinder finder(invocation);
  const auto found = file ? finder.of_file(*file) : finder.of_work_tree();
  if (!found) {
    return tell(found.error(), invocation);
  }
  if (ref) {
    return answer({*ref, remote, RefExplanation::Detail::what_holds}, *found, invocation);
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  out.print(render_policy(found->policy, out.style("")));
  return ExitCode::allowed;
}

ExitCode run_policy_explain(const Invocation& invocation) {
  std::optional<std::string> ref;
  std::optional<std::string> remote;
  std::optional<std::string> revision;
  Options options("gate policy explain", "Tells which line of the policy decided what for one ref: every rule that holds, the line that says so, who may break it,\n"
                                         "and the lines that a stricter one overrules. A push is judged by the policy that the remote's branch has: for that one\n"
                                         "use --at origin/BRANCH.");
  options.add_text("REF", ref, "a branch by its short name (staging), any other ref in full (refs/tags/v1.0)");
  options.add_text("--remote", remote, "when it is pushed to this remote (default: any, blocks for some remotes count in)");
  options.add_text("--at", revision, "the policy of this commit, e.g. origin/staging (default: the work tree's)");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  if (!ref) {
    return tell(Error{ErrorKind::usage, "which ref?", "gate policy explain staging"}, invocation);
  }
  PolicyFinder finder(invocation);
  const auto found = revision ? finder.of_revision(*revision) : finder.of_work_tree();
  return found ? answer({*ref, remote, RefExplanation::Detail::every_line}, *found, invocation) : tell(found.error(), invocation);
}

ExitCode run_policy_diff(const Invocation& invocation) {
  std::optional<std::string> before;
  std::optional<std::string> after;
  Options options("gate policy diff", "Tells how two policies differ in what they admit, whatever their texts look like: what the second loosens, what it\n"
                                      "tightens, what it changes otherwise. Each is a file, or a commit whose gate.toml is meant (a file comes first).\n"
                                      "Exit code 0 if nothing is loosened, 1 if something is, or changes so that nobody can tell, 2 if a policy is wrong.");
  options.add_text("A", before, "the policy as it was (default: HEAD)");
  options.add_text("B", after, "the policy as it would be (default: gate.toml at the top of the work tree)");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  PolicyFinder finder(invocation);
  const auto a = before ? finder.of_file_or_revision(*before) : finder.of_revision("HEAD");
  if (!a) {
    return tell(a.error(), invocation);
  }
  const auto b = after ? finder.of_file_or_revision(*after) : finder.of_work_tree();
  if (!b) {
    return tell(b.error(), invocation);
  }
  const auto differences = compare(a->policy, b->policy);
  const Terminal out(Terminal::Stream::out, invocation.env);
  out.print("gate: from " + clean_line(a->name) + " to " + clean_line(b->name) + "\n" + render(differences, out.style("")));
  return std::any_of(differences.begin(), differences.end(), may_loosen) ? ExitCode::refused : ExitCode::allowed;
}

} // namespace

ExitCode run_policy(const Invocation& invocation) {
  const Subcommands all{"policy",
                        "gate policy helps those who write a gate.toml: it reads policies and commits, and changes nothing but what update says.\n",
                        {{"lint", "all that is wrong with a policy, and rules that can never decide", run_policy_lint},
                         {"show", "the policy as it holds, with the lines that say so", run_policy_show},
                         {"explain", "which line decides what for one ref", run_policy_explain},
                         {"diff", "what a change of the policy loosens and tightens", run_policy_diff},
                         {"test", "try the policy with updates that are described in a file", run_policy_test},
                         {"schema", "the JSON Schema of a policy, for editors", run_policy_schema},
                         {"update", "move the pin of a policy that this one extends", run_policy_update},
                         {"fetch", "bring the policies that this one extends to this machine", run_policy_fetch}},
                        "After an edit: gate policy lint && gate policy diff"};
  return run_subcommand(all, invocation);
}

} // namespace gate
