#include "cli/own_consent.hpp"

#include <algorithm>
#include <set>

#include "app/policies.hpp"
#include "cli/child_environment.hpp"
#include "cli/consent.hpp"
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

std::string asked_of_git(std::vector<std::string> argv, const Environment& env) {
  argv.insert(argv.begin(), "git");
  const auto asked = run_captured({std::move(argv), env, {}});
  return asked && asked->end.ok() ? asked->out : "";
}

std::size_t parents_in(const std::string& commit) {
  std::size_t parents = 0;
  const std::string headers = commit.substr(0, commit.find("\n\n"));
  for (std::size_t at = headers.find("\nparent "); at != std::string::npos; at = headers.find("\nparent ", at + 1)) {
    ++parents;
  }
  return parents;
}

CommitFacts facts_of(const OwnCommit& commit, const ReflogEntry& reflog, const Invocation& invocation) {
  Environment env = child_environment(invocation.env);
  const std::string text = asked_of_git({"--no-replace-objects", "cat-file", "commit", commit.head.hex()}, env);
  // git commit tells its hooks the author of the commit in these, whoever that is.
  std::erase_if(env, [](const std::string& variable) { return variable.rfind("GIT_AUTHOR_EMAIL=", 0) == 0 || variable.rfind("GIT_AUTHOR_DATE=", 0) == 0; });
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

// What stands at the tip of a branch of a remote, or was just fetched, is somebody else's work until the opposite is known: a squash
// of it is committed by hand, too.
bool stands_on_a_remote(const OwnCommit& commit, const std::vector<std::string>& changed, OpenRepository& repository, const Invocation& invocation) {
  std::string tips = asked_of_git({"for-each-ref", "--format=%(objectname)", "refs/remotes/"}, child_environment(invocation.env));
  if (const auto fetched = read_file(repository.git_dir() / "FETCH_HEAD", 16U << 20U); fetched && *fetched) {
    tips += **fetched;
  }
  std::set<std::string> seen;
  for (std::string_view rest = tips; !rest.empty(); rest.remove_prefix(std::min(rest.find('\n') + 1, rest.size()))) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const auto tip = Oid::parse(line.substr(0, line.find('\t')));
    const bool brings = tip && seen.insert(tip->hex()).second && std::any_of(changed.begin(), changed.end(), [&](const std::string& path) {
                          const std::string what = path == k_any_file ? "" : path;
                          const auto own = entry_at(commit.head, what, repository);
                          return own && own == entry_at(*tip, what, repository);
                        });
    if (brings) {
      return true;
    }
    if (rest.find('\n') == std::string_view::npos) {
      break;
    }
  }
  return false;
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
