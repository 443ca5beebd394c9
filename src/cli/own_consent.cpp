#include "cli/own_consent.hpp"

#include <algorithm>
#include <set>

#include "app/policies.hpp"
#include "cli/consent.hpp"
#include "cli/secret_variables.hpp"
#include "cli/session.hpp"
#include "cli/wiring.hpp"
#include "os/files.hpp"
#include "report/clean.hpp"

namespace gate {

namespace {

/// HEAD and what it was built on, where HEAD is no merge.
struct OwnCommit {
  Oid head;
  std::optional<Oid> base; ///< its parent; of an amended commit what that was before
};

std::optional<OwnCommit> head_and_parent(OpenRepository& repository) {
  const auto head = repository.rev_parse("HEAD");
  const auto parent = repository.rev_parse("HEAD^");
  const auto second = repository.rev_parse("HEAD^2");
  if (!head || !*head || !parent || !second || *second) {
    return std::nullopt;
  }
  return OwnCommit{**head, *parent};
}

std::optional<Oid> entry_at(const Oid& commit, const std::string& path, OpenRepository& repository) {
  const auto entry = repository.rev_parse(commit.hex() + ":" + path);
  return entry ? *entry : std::nullopt;
}

std::vector<std::string> changed_sources(const OwnCommit& commit, const std::vector<std::string>& sources, OpenRepository& repository) {
  std::vector<std::string> changed;
  std::copy_if(sources.begin(), sources.end(), std::back_inserter(changed), [&](const std::string& path) {
    const std::string what = path == k_any_file ? "" : path; // "" is the tree itself
    return (commit.base ? entry_at(*commit.base, what, repository) : std::nullopt) != entry_at(commit.head, what, repository);
  });
  return changed;
}

std::vector<std::string> sources_of(const std::optional<TrustRecord>& record) {
  std::vector<std::string> sources = {std::string(k_policy_file)};
  if (record) {
    sources.insert(sources.end(), record->sources.begin(), record->sources.end());
  }
  return sources;
}

// "OLD NEW NAME <EMAIL> TIME ZONE TAB MESSAGE" (gitformat: files-backend.c of git)
struct ReflogEntry {
  std::optional<Oid> old_oid;
  std::string message;
};

ReflogEntry newest_reflog_entry(const OpenRepository& repository) {
  constexpr std::size_t k_largest = 64U << 20U;
  const auto text = read_file(repository.git_dir() / "logs" / "HEAD", k_largest);
  if (!text || !*text || (*text)->size() < 2) {
    return {};
  }
  const std::string& log = **text;
  const auto begin = log.rfind('\n', log.size() - 2);
  const std::string line = log.substr(begin == std::string::npos ? 0 : begin + 1);
  const auto tab = line.find('\t');
  return tab == std::string::npos ? ReflogEntry{} : ReflogEntry{Oid::parse(line.substr(0, line.find(' '))), line.substr(tab + 1)};
}

std::string between_brackets(const std::string& line) {
  const auto begin = line.find('<');
  const auto end = line.find('>', begin);
  return end == std::string::npos ? "" : line.substr(begin + 1, end - begin - 1);
}

// Of a header line of a commit object: "author NAME <EMAIL> TIME ZONE".
std::string email_in(const std::string& commit, const std::string& header) {
  const std::string headers = "\n" + commit.substr(0, commit.find("\n\n"));
  const auto at = headers.find("\n" + header + " ");
  return at == std::string::npos ? "" : between_brackets(headers.substr(at + 1, headers.find('\n', at + 1) - at - 1));
}

std::optional<std::string> answer_of_git(std::vector<std::string> argv, const Environment& env) {
  argv.insert(argv.begin(), "git");
  const auto asked = run_captured({std::move(argv), env, {}});
  return asked && asked->end.ok() ? std::optional(asked->out) : std::nullopt;
}

std::string asked_of_git(std::vector<std::string> argv, const Environment& env) { return answer_of_git(std::move(argv), env).value_or(""); }

std::size_t parents_in(const std::string& commit) {
  std::size_t parents = 0;
  const std::string headers = commit.substr(0, commit.find("\n\n"));
  for (std::size_t at = headers.find("\nparent "); at != std::string::npos; at = headers.find("\nparent ", at + 1)) {
    ++parents;
  }
  return parents;
}

CommitFacts facts_of(const OwnCommit& commit, const ReflogEntry& reflog, const Invocation& invocation) {
  Environment env = children_environment(invocation.env);
  const std::string text = asked_of_git({"--no-replace-objects", "cat-file", "commit", commit.head.hex()}, env);
  // git commit tells its hooks the author of the commit in these, whoever that is.
  std::erase_if(env, [](const std::string& variable) {
    return variable.rfind("GIT_AUTHOR_EMAIL=", 0) == 0 || variable.rfind("GIT_AUTHOR_DATE=", 0) == 0;
  });
  CommitFacts facts;
  facts.parents = parents_in(text); // not how many are here: a shallow clone ends somewhere
  facts.author_email = email_in(text, "author");
  facts.committer_email = email_in(text, "committer");
  facts.reflog_message = reflog.message;
  if (facts.author_email != facts.committer_email) {
    facts.own_email = between_brackets(asked_of_git({"var", "GIT_AUTHOR_IDENT"}, env));
  }
  return facts;
}

// The lines of a text.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// What remotes have: the tips of their branches, and of what was just fetched those that no branch here stands for.
struct RemoteTips {
  std::set<std::string> branches;
  std::set<std::string> fetched;
};

RemoteTips remote_tips(const OpenRepository& repository, const Environment& env) {
  RemoteTips tips;
  const std::string branches = asked_of_git({"for-each-ref", "--format=%(objectname)", "refs/remotes/"}, env);
  for (const auto line : lines_of(branches)) {
    tips.branches.emplace(line);
  }
  const auto fetched = read_file(repository.git_dir() / "FETCH_HEAD", 16U << 20U);
  const std::string text = fetched ? fetched->value_or("") : "";
  for (const auto line : lines_of(text)) {
    const auto tip = Oid::parse(line.substr(0, line.find('\t')));
    if (tip && tips.branches.count(tip->hex()) == 0) {
      tips.fetched.insert(tip->hex());
    }
  }
  return tips;
}

bool is_at_a_tip(const OwnCommit& commit, const std::vector<std::string>& changed, const RemoteTips& tips, OpenRepository& repository) {
  const auto brings = [&](const std::string& name) {
    const auto tip = Oid::parse(name);
    return tip && std::any_of(changed.begin(), changed.end(), [&](const std::string& path) {
             const std::string what = path == k_any_file ? "" : path;
             const auto own = entry_at(commit.head, what, repository);
             return own && own == entry_at(*tip, what, repository);
           });
  };
  return std::any_of(tips.branches.begin(), tips.branches.end(), brings) || std::any_of(tips.fetched.begin(), tips.fetched.end(), brings);
}

// ":MODE MODE OLD NEW STATUS TAB PATH" (git diff-tree, raw format): what the path was made into; nothing of another line.
std::string made_into(std::string_view line) {
  const auto tab = line.find('\t');
  const auto status = line.substr(0, tab).rfind(' ');
  const auto before_new = status == std::string_view::npos || status == 0 ? status : line.rfind(' ', status - 1);
  const bool is_raw = !line.empty() && line.front() == ':' && tab != std::string_view::npos && before_new != std::string_view::npos;
  return is_raw ? std::string(line.substr(before_new + 1, status - before_new - 1)) + std::string(line.substr(tab)) : "";
}

// Did a commit that a remote has and this one was not built on make one of the files into the same? Such a commit need not be a tip: a
// cherry-pick without a commit takes any. What can't be told within the bound counts as a yes.
bool is_within_a_remote(const OwnCommit& commit, const std::vector<std::string>& changed, const RemoteTips& tips, const Environment& env) {
  constexpr std::size_t k_most_commits = 1000;
  std::vector<std::string> paths = {"--"};
  if (std::find(changed.begin(), changed.end(), k_any_file) == changed.end()) {
    paths.insert(paths.end(), changed.begin(), changed.end());
  }
  std::vector<std::string> own = {"--literal-pathspecs", "diff-tree", "-r", "--no-commit-id", "--raw", "--no-abbrev",
                                  "--no-renames", "--no-relative"};
  own.push_back(commit.base ? commit.base->hex() : "--root");
  own.push_back(commit.head.hex());
  std::vector<std::string> theirs = {"--literal-pathspecs", "-c", "log.follow=false", "-c", "log.showRoot=true",
                                     "-c", "log.showSignature=false", "log", "--format=%H", "-m", "--raw", "--no-abbrev",
                                     "--no-renames", "--no-relative", "--full-history", "--ignore-missing",
                                     "--max-count=" + std::to_string(k_most_commits + 1), "--remotes"};
  theirs.insert(theirs.end(), tips.fetched.begin(), tips.fetched.end());
  if (commit.base) {
    theirs.insert(theirs.end(), {"--not", commit.base->hex()});
  }
  own.insert(own.end(), paths.begin(), paths.end());
  theirs.insert(theirs.end(), paths.begin(), paths.end());
  const auto own_text = answer_of_git(std::move(own), env);
  const auto their_text = tips.fetched.size() <= k_most_commits ? answer_of_git(std::move(theirs), env) : std::nullopt;
  if (!own_text || !their_text) {
    return true;
  }
  std::set<std::string> made;
  for (const auto line : lines_of(*own_text)) {
    made.insert(made_into(line));
  }
  made.erase("");
  std::set<std::string_view> commits; // with -m a merge has its line once for each parent
  for (const auto line : lines_of(*their_text)) {
    if (made.count(made_into(line)) != 0) {
      return true;
    }
    if (!line.empty() && line.front() != ':') {
      commits.insert(line);
    }
  }
  return commits.size() > k_most_commits;
}

// What a remote has, at the tip of a branch or below it, or what was just fetched, is somebody else's work until the opposite is known: a
// squash of it is committed by hand, too.
bool stands_on_a_remote(const OwnCommit& commit, const std::vector<std::string>& changed, OpenRepository& repository, const Invocation& invocation) {
  const Environment env = children_environment(invocation.env);
  const RemoteTips tips = remote_tips(repository, env);
  const bool has_any = !tips.branches.empty() || !tips.fetched.empty();
  return has_any && (is_at_a_tip(commit, changed, tips, repository) || is_within_a_remote(commit, changed, tips, env));
}

// Was what the commit is built on agreed to? Without a policy there is nothing to agree to.
bool is_built_on_trust(const OwnCommit& commit, Consent& consent, const std::optional<TrustRecord>& record) {
  if (!commit.base) {
    return true;
  }
  const auto before = consent.surface_at(*commit.base);
  return before && (!*before || untrusted((*before)->lines, record).empty());
}

} // namespace

void prepare_consent_at_install(const Invocation& invocation) {
  auto session = Session::open(invocation);
  const auto head = session ? session->repository().rev_parse("HEAD") : std::nullopt;
  if (head && *head && entry_at(**head, std::string(k_policy_file), session->repository())) {
    // Where that fails, the consent says so; the hooks are wired all the same.
    static_cast<void>(ensure_all_adapters(invocation, std::nullopt));
  }
}

std::string consent_at_install(const Invocation& invocation) {
  const auto why_not = [](const Error& error) {
    return "gate: what the suites would run can't be shown and agreed to: " + clean_line(error.message) + "\ngate: once that is mended: gate trust\n";
  };
  auto session = Session::open(invocation);
  const auto head = session ? session->repository().rev_parse("HEAD") : std::nullopt;
  if (!head || !*head || !session->repository().work_dir()) {
    return "";
  }
  Consent consent(session->repository(), session->sources(), invocation);
  const auto surface = consent.surface_at(**head);
  if (!surface || !*surface) {
    return surface ? "" : why_not(surface.error());
  }
  auto files = consent.files();
  const auto record = files ? files->load() : tl::unexpected(files.error());
  if (!record) {
    return why_not(record.error());
  }
  const auto fresh = untrusted((*surface)->lines, *record);
  if (auto added = files->add(**surface); !added) {
    return why_not(added.error());
  }
  return fresh.empty() ? "" : "gate: trusted from now on, since gate is installed for it (take it back: gate trust --forget):\n" + shown(fresh);
}

void consent_by_own_commit(const Invocation& invocation) {
  auto session = Session::open(invocation);
  auto commit = session ? head_and_parent(session->repository()) : std::nullopt;
  if (!commit) {
    return;
  }
  auto files = trust_files(session->repository(), invocation);
  const auto record = files ? files->load() : tl::unexpected(files.error());
  if (!record) {
    return;
  }
  auto& repository = session->repository();
  const auto sources = sources_of(*record);
  if (changed_sources(*commit, sources, repository).empty() || !ensure_all_adapters(invocation, std::nullopt)) {
    return;
  }
  const auto reflog = newest_reflog_entry(repository);
  const auto facts = facts_of(*commit, reflog, invocation);
  const bool is_cut = facts.parents != 0 && !commit->base;
  if (is_cut || !is_own_commit(facts)) {
    return;
  }
  if (reflog.message.rfind("commit (amend)", 0) == 0) {
    commit->base = reflog.old_oid;
  }
  if (stands_on_a_remote(*commit, changed_sources(*commit, sources, repository), repository, invocation)) {
    return;
  }
  Consent consent(repository, session->sources(), invocation);
  const auto surface = consent.surface_at(commit->head);
  if (surface && *surface && is_built_on_trust(*commit, consent, *record)) {
    // What can't be written is asked about at the next push.
    static_cast<void>(files->add(**surface));
  }
}

} // namespace gate
