// gate audit
#include "app/audit.hpp"

#include <algorithm>

#include "base/shell_word.hpp"
#include "cli/bypass.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/secret_variables.hpp"
#include "cli/session.hpp"
#include "cli/verdict_reader.hpp"
#include "cli/wiring.hpp"
#include "git/commit_facts.hpp"
#include "git/own_side.hpp"
#include "report/audit_json.hpp"
#include "report/audit_text.hpp"

namespace gate {

namespace {

constexpr std::string_view k_range_dots = "..";

struct AuditFlags {
  std::optional<std::string> what;   ///< REF or RANGE
  std::optional<std::string> branch; ///< of a range
  std::optional<std::string> remote;
  std::optional<std::string> format;
};

Failure wrong(std::string message, std::string remedy) { return fail(ErrorKind::usage, std::move(message), std::move(remedy)); }

// The one word that is no option and no option's value.
Result<std::optional<std::string>> take_word(Invocation& invocation) {
  std::optional<std::string> word;
  auto& argv = invocation.argv;
  for (std::size_t i = 2; i < argv.size();) {
    if (argv[i].rfind("-", 0) == 0) {
      const bool has_value_behind = argv[i] == "--format" || argv[i] == "--remote" || argv[i] == "--branch";
      i += has_value_behind ? 2 : 1;
      continue;
    }
    if (word) {
      return wrong("gate audit takes one branch or one range, not both " + *word + " and " + argv[i], "gate audit --help");
    }
    word = argv[i];
    argv.erase(argv.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return word;
}

/// Finds out what is to be audited, and where.
class AuditCommand {
public:
  AuditCommand(const AuditFlags& flags, Session& session, const Invocation& invocation)
      : m_flags(flags), m_repository(session.repository()), m_session(session), m_invocation(invocation), m_env(invocation.env) {}

  Result<Audit> run() {
    if (auto whole = refuse_shallow(); !whole) {
      return tl::unexpected(whole.error());
    }
    if (auto found = find_side(); !found) {
      return tl::unexpected(found.error());
    }
    const auto tags = find_tags();
    if (!tags) {
      return tl::unexpected(tags.error());
    }
    const auto targets = find_targets();
    if (!targets) {
      return tl::unexpected(targets.error());
    }
    const BypassFile file = bypass_file_of(m_repository);
    const auto recorded = file.read();
    if (!recorded) {
      return tl::unexpected(recorded.error());
    }
    auto found = audit({m_remote, m_own != nullptr, *tags}, *targets, recorded->records,
                       {*m_side, *m_commits, m_session.sources(), [this] { return verdicts(); }}, own_identity());
    if (m_reader != nullptr && m_reader->is_interrupted()) {
      return interrupted();
    }
    for (std::size_t i = 0; found && i < recorded->unreadable.size(); ++i) {
      found->notices.push_back("line " + std::to_string(recorded->unreadable[i]) + " of " + file.path().string() +
                               " is no record of a bypass and does not count");
    }
    return found;
  }

private:
  // Signatures are looked at by the program that has all adapters. Nothing was said or written so far.
  Result<AuditVerdicts> verdicts() {
    if (auto complete = ensure_all_adapters(m_invocation, std::nullopt); !complete) {
      return tl::unexpected(complete.error());
    }
    auto reader = VerdictReader::open(m_repository);
    if (!reader) {
      return tl::unexpected(reader.error());
    }
    m_reader = *std::move(reader);
    return AuditVerdicts{m_reader->notes(), m_reader->envelopes()};
  }

  // gitrepository-layout(5), shallow: what is not here can't be judged.
  Result<void> refuse_shallow() const {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(m_repository.common_dir() / "shallow", ignored);
    if (ignored || size == 0) {
      return {};
    }
    return could_not_run("this clone is shallow: what arrived before its edge can't be told", "git fetch --unshallow");
  }

  // A repository that receives has the branches itself; a clone has them as last fetched.
  Result<void> find_side() {
    if (!m_repository.work_dir() && !m_flags.remote) {
      m_own = own_side_of(m_repository);
      m_side = m_own.get();
      m_commits = commits_of_push(m_repository, RemoteRefs::own);
      m_remote = "origin";
      return {};
    }
    m_side = &m_repository;
    m_commits = commits_of_push(m_repository, RemoteRefs::tracking);
    if (!m_flags.remote) {
      const auto upstream = upstreams_remote();
      if (!upstream) {
        return tl::unexpected(upstream.error());
      }
      m_remote = *upstream;
      return {};
    }
    const auto named = m_repository.remote_named(*m_flags.remote);
    if (!named) {
      return tl::unexpected(named.error());
    }
    if (!*named) {
      return wrong("there is no remote " + *m_flags.remote, "git remote -v shows which there are");
    }
    m_remote = **named;
    return {};
  }

  Result<std::string> upstreams_remote() {
    const auto branch = m_repository.current_branch();
    if (!branch) {
      return tl::unexpected(branch.error());
    }
    const auto upstream = *branch ? m_repository.upstream_of(**branch) : Result<std::optional<Upstream>>(std::nullopt);
    if (!upstream) {
      return tl::unexpected(upstream.error());
    }
    return *upstream ? (*upstream)->remote : "origin";
  }

  // As they stand here: which of them a remote has, nothing in a clone says. git-for-each-ref(1): in the order of their names.
  Result<std::vector<BranchTip>> find_tags() const {
    const auto asked = run_captured({{"git", "for-each-ref", "--format=%(objectname) %(refname)", "refs/tags"}, children_environment(m_env), {}});
    if (!asked) {
      return tl::unexpected(asked.error());
    }
    if (!asked->end.ok()) {
      return could_not_run("git can't list the tags of this repository", "see: git for-each-ref refs/tags");
    }
    std::vector<BranchTip> tags;
    std::string_view rest = asked->out;
    while (!rest.empty()) {
      const auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      const auto space = line.find(' ');
      const auto object = Oid::parse(line.substr(0, space));
      const auto tag = space == std::string_view::npos ? std::nullopt : RefName::parse(line.substr(space + 1));
      if (!object || !tag) {
        return could_not_run("git lists a tag that gate can't read: " + std::string(line), "see: git for-each-ref refs/tags");
      }
      tags.push_back({*tag, *object});
    }
    return tags;
  }

  Result<std::vector<AuditTarget>> find_targets() {
    if (!m_flags.what) {
      return m_flags.branch ? wrong("--branch says whose a range is, and there is no range", "gate audit A..B --branch NAME, or: gate audit NAME")
                            : Result<std::vector<AuditTarget>>(std::vector<AuditTarget>());
    }
    const auto dots = m_flags.what->find(k_range_dots);
    if (dots != std::string::npos) {
      return range(m_flags.what->substr(0, dots), m_flags.what->substr(dots + k_range_dots.size()));
    }
    const auto branch = branch_named(*m_flags.what);
    if (!branch) {
      return tl::unexpected(branch.error());
    }
    const auto tag = *branch ? Result<std::optional<RefName>>(std::nullopt) : tag_named(*m_flags.what);
    if (!tag) {
      return tl::unexpected(tag.error());
    }
    if (*tag) {
      return std::vector<AuditTarget>{{**tag, {}, {}}};
    }
    if (!*branch) {
      return wrong(m_remote + " has no branch " + *m_flags.what + " as far as is known here, and there is no such tag",
                   "git fetch " + shell_word(m_remote) + ", or name another: gate audit --help");
    }
    return std::vector<AuditTarget>{{**branch, {}, {}}};
  }

  // "A..B": B is a branch of the remote, or a commit of the branch that --branch names.
  Result<std::vector<AuditTarget>> range(const std::string& after, const std::string& until) {
    const auto from = commit_named(after);
    if (!from) {
      return tl::unexpected(from.error());
    }
    const auto branch = branch_named(m_flags.branch.value_or(until));
    if (!branch) {
      return tl::unexpected(branch.error());
    }
    if (!*branch) {
      return wrong("which branch the range " + *m_flags.what + " is of can't be told: " + m_flags.branch.value_or(until) + " is none of " + m_remote + "'s",
                   "name it: gate audit " + *m_flags.what + " --branch NAME");
    }
    if (!m_flags.branch) {
      return std::vector<AuditTarget>{{**branch, *from, {}}};
    }
    const auto to = commit_named(until);
    if (!to) {
      return tl::unexpected(to.error());
    }
    return std::vector<AuditTarget>{{**branch, *from, *to}};
  }

  Result<Oid> commit_named(const std::string& revision) {
    const auto object = revision.empty() ? Result<std::optional<Oid>>(std::nullopt) : m_repository.rev_parse(revision);
    if (!object) {
      return tl::unexpected(object.error());
    }
    const auto peeled = *object ? m_repository.peel(**object) : Result<Peeled>(Peeled{});
    if (!peeled) {
      return tl::unexpected(peeled.error());
    }
    return peeled->commit ? Result<Oid>(*peeled->commit)
                          : wrong("there is no commit \"" + revision + "\" here", "a range is two commits: gate audit v1.0..master");
  }

  Result<std::optional<RefName>> tag_named(const std::string& text) const {
    const std::string prefix = "refs/tags/";
    const auto tag = RefName::parse(text.rfind(prefix, 0) == 0 ? text : prefix + text);
    const auto object = tag ? m_repository.rev_parse(tag->full()) : Result<std::optional<Oid>>(std::nullopt);
    if (!object) {
      return tl::unexpected(object.error());
    }
    return *object ? tag : std::nullopt;
  }

  // "master", "origin/master", "refs/heads/master"; refs/remotes/origin/HEAD is no branch of that name.
  Result<std::optional<RefName>> branch_named(const std::string& text) {
    const std::string prefix = m_remote + "/";
    std::vector<std::string> names = {text};
    if (text.rfind(prefix, 0) == 0) {
      names.push_back(text.substr(prefix.size()));
    }
    for (const auto& name : names) {
      const auto branch = name == "HEAD" ? std::nullopt : RefName::branch(name);
      const auto tip = branch && branch->is_branch() ? m_side->tracking_tip(m_remote, *branch) : Result<std::optional<Oid>>(std::nullopt);
      if (!tip) {
        return tl::unexpected(tip.error());
      }
      if (*tip) {
        return branch;
      }
    }
    return std::nullopt;
  }

  const AuditFlags& m_flags;
  OpenRepository& m_repository;
  Session& m_session;
  const Invocation& m_invocation;
  const Environment& m_env;
  std::unique_ptr<Repository> m_own;
  std::unique_ptr<Commits> m_commits;
  std::unique_ptr<VerdictReader> m_reader;
  Repository* m_side = nullptr;
  std::string m_remote;
};

ExitCode stop(const Error& error, const Invocation& invocation) {
  const Terminal err(Terminal::Stream::err, invocation.env);
  err.print(render(error, err.style("audit")));
  return exit_code_of(error.kind);
}

} // namespace

ExitCode run_audit(const Invocation& invocation) {
  AuditFlags flags;
  Options options("gate audit",
                  "gate audit [BRANCH | TAG | A..BRANCH | A..B --branch NAME]: what arrived on protected branches against a rule, or by a\n"
                  "bypass and with which reason: every commit of the first-parent line, judged by the policy that stood before it. Without a\n"
                  "branch: all that their own policy protects, or where it guards itself, as last fetched, and the tags that it speaks of, as\n"
                  "if they came now; in a repository that receives pushes, its own. Required suites are audited where the policy has [verdicts]:\n"
                  "whether signed ones are in the notes here (gate verdict fetch brings them). Freezes are not audited. A branch or tag that\n"
                  "was deleted leaves nothing to audit, nor does what was forced away: only a recorded bypass tells of it. Ends with 1 if\n"
                  "something broke a rule without a bypass, else with 3 if a part could not be judged.");
  options.add_text("--format", flags.format, "text (the default) or json (schema gate-audit/1)");
  options.add_text("--remote", flags.remote, "whose branches (default: the upstream's, or origin)");
  options.add_text("--branch", flags.branch, "the branch that a range is of");
  Invocation rest = invocation;
  auto word = take_word(rest);
  if (!word) {
    return stop(word.error(), invocation);
  }
  flags.what = *std::move(word);
  if (const auto end = options.parse(rest)) {
    return *end;
  }
  const std::string format = flags.format.value_or("text");
  if (format != "text" && format != "json") {
    return stop({ErrorKind::usage, "there is no format \"" + format + "\"", "gate audit --format text, or json"}, invocation);
  }
  auto session = Session::open(invocation);
  if (!session) {
    return stop(session.error(), invocation);
  }
  const auto found = AuditCommand(flags, *session, invocation).run();
  if (!found) {
    return stop(found.error(), invocation);
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  out.print(format == "json" ? to_json(*found) : render(*found, out.style("audit")));
  if (found->has_violations()) {
    return ExitCode::refused;
  }
  return found->clean() ? ExitCode::allowed : ExitCode::could_not_run;
}

} // namespace gate
