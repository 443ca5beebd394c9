// gate verify
#include "app/verify.hpp"

#include <algorithm>
#include <map>

#include "base/shell_word.hpp"
#include "cli/check_target.hpp"
#include "cli/ci_event.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/session.hpp"
#include "cli/sharing.hpp"
#include "cli/tell.hpp"
#include "cli/verify_image.hpp"
#include "cli/wiring.hpp"
#include "git/commit_facts.hpp"
#include "report/verify_json.hpp"
#include "report/verify_text.hpp"

namespace gate {

namespace {

constexpr std::string_view k_verify_dots = "..";
constexpr std::size_t k_most_verified = 20'000;

struct VerifyFlags {
  std::optional<std::string> what; ///< REV, A..B or IMAGE
  std::optional<std::string> branch;
  std::optional<std::string> remote;
  std::optional<std::string> image;
  std::optional<std::string> as;
  bool json = false;
};

Failure no_such_use(std::string message, std::string remedy) { return fail(ErrorKind::usage, std::move(message), std::move(remedy)); }

// The one word that is no option and no option's value.
Result<std::optional<std::string>> take_subject(Invocation& invocation) {
  std::optional<std::string> subject;
  auto& argv = invocation.argv;
  for (std::size_t i = 2; i < argv.size();) {
    if (argv[i].rfind("-", 0) == 0) {
      const bool has_value_behind = argv[i] == "--as" || argv[i] == "--remote" || argv[i] == "--branch" || argv[i] == "--image";
      i += has_value_behind ? 2 : 1;
      continue;
    }
    if (subject) {
      return no_such_use("gate verify takes one commit, one range or one image, not both " + *subject + " and " + argv[i], "gate verify --help");
    }
    subject = argv[i];
    argv.erase(argv.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return subject;
}

/// Asks for each image once: a range asks for the same ones over and over.
class ImagesOnce final : public NamedImages {
public:
  explicit ImagesOnce(std::unique_ptr<NamedImages> images) : m_images(std::move(images)) {}
  Result<std::optional<std::string>> id_of(const std::string& reference) override {
    auto [at, is_new] = m_known.try_emplace(reference, std::nullopt);
    if (is_new && m_images != nullptr) {
      at->second = m_images->id_of(reference);
    }
    return at->second;
  }

private:
  std::unique_ptr<NamedImages> m_images;
  std::map<std::string, Result<std::optional<std::string>>> m_known;
};

/// Finds out what is to be verified by which rules, and does it.
class VerifyCommand {
public:
  VerifyCommand(const VerifyFlags& flags, Session& session, const Invocation& invocation, const Terminal& err)
      : m_flags(flags), m_session(session), m_repository(session.repository()), m_invocation(invocation), m_err(err),
        m_commits(commits_of_push(m_repository, RemoteRefs::tracking)) {}

  /// Names the subject an image of a registry? What is a revision here is none.
  bool is_image() const {
    const auto& what = m_flags.what;
    if (m_flags.image || !what || what->find(k_verify_dots) != std::string::npos || !is_name_of_image(*what)) {
      return m_flags.image.has_value();
    }
    const auto object = m_repository.rev_parse(*what);
    return !object || !*object;
  }

  Result<Verification> run() {
    const auto target = find_target();
    if (!target) {
      return tl::unexpected(target.error());
    }
    VerifyTerms terms;
    const bool is_ci = is_in_ci(m_invocation.env);
    terms.asker = m_flags.as.value_or(is_ci ? "server" : "client") == "client" ? Asker::client : Asker::authority;
    terms.is_authority_here = is_ci && !m_flags.as;
    if (target->push.updates.empty()) {
      return Verification{target->push.remote, terms.asker, {}, {"there is nothing to verify: the branch is gone (" + target->origin + ")"}, {}};
    }
    const auto& update = target->push.updates.front();
    const auto commits = commits_to_verify(update.new_oid);
    if (!commits) {
      return tl::unexpected(commits.error());
    }
    if (commits->empty()) {
      return Verification{target->push.remote, terms.asker, {}, {"no commits in " + *m_flags.what + ": there is nothing to verify"}, {}};
    }
    const auto tip = m_repository.peel(update.old_oid);
    if (!tip) {
      return tl::unexpected(tip.error());
    }
    const Interrupt interrupt;
    auto sharing = Sharing::open(m_session, m_invocation, interrupt, m_err, Sharing::Key::none);
    if (!sharing) {
      return tl::unexpected(sharing.error());
    }
    ImagesOnce images(wire_named_images(m_invocation, interrupt));
    const Variables variables = [this](const std::string& name) { return value_of(m_invocation.env, name); };
    const VerifyPorts ports{{m_repository, *m_commits, m_session.sources(), m_session.verdicts(), variables, &images},
                            {sharing->notes(), sharing->envelopes(), m_session.verdicts()}};
    auto found = verify_commits(*commits, {target->push.remote, update.ref, tip->commit}, ports, own_identity(), terms);
    return interrupt.raised() ? interrupted() : std::move(found);
  }

private:
  Result<CheckTarget> find_target() {
    CheckFlags flags;
    flags.branch = m_flags.branch;
    flags.remote = m_flags.remote;
    if (m_flags.what) {
      const auto dots = m_flags.what->find(k_verify_dots);
      const std::string until = dots == std::string::npos ? *m_flags.what : m_flags.what->substr(dots + k_verify_dots.size());
      m_after = dots == std::string::npos ? std::nullopt : std::optional(m_flags.what->substr(0, dots));
      if (until.empty() || until.front() == '.' || (m_after && m_after->empty())) {
        return no_such_use("\"" + *m_flags.what + "\" is no range of two commits", "gate verify v1.0..HEAD");
      }
      const auto named = m_repository.rev_parse(until);
      if (!named || !*named) {
        return named ? no_such_use("there is no commit \"" + until + "\" here", "name one that is; an image of a registry: gate verify --image NAME")
                     : tl::unexpected(named.error());
      }
      flags.to = until;
    }
    return find_check_target(flags, m_invocation.env, m_repository);
  }

  // Of a range every commit of the first-parent line, the newest first: what git log --first-parent shows of it.
  Result<std::vector<NamedCommit>> commits_to_verify(const Oid& newest) {
    const auto last = m_repository.peel(newest);
    if (!last) {
      return tl::unexpected(last.error());
    }
    if (!last->commit) {
      return no_such_use(newest.brief() + " is no commit", "name a commit, a range of two, or an image: gate verify --help");
    }
    if (!m_after) {
      return std::vector<NamedCommit>{{*last->commit, subject_of(*last->commit)}};
    }
    const auto named = m_repository.rev_parse(*m_after);
    const auto after = named && *named ? m_repository.peel(**named) : Result<Peeled>(Peeled{});
    if (!named || !after) {
      return tl::unexpected(named ? after.error() : named.error());
    }
    if (!after->commit) {
      return no_such_use("there is no commit \"" + *m_after + "\" here", "a range is two commits: gate verify v1.0..HEAD");
    }
    auto line = line_between(*after->commit, *last->commit);
    if (line && line->empty() && !(*after->commit == *last->commit)) {
      return no_such_use("no commits in " + *m_flags.what + ": the first one has the other already", "a range is the older commit, then the newer: gate verify v1.0..HEAD");
    }
    return line;
  }

  Result<std::vector<NamedCommit>> line_between(const Oid& after, const Oid& until) {
    const auto fresh = m_commits->new_commits({until}, {after});
    if (!fresh) {
      return tl::unexpected(fresh.error());
    }
    std::map<Oid, const NewCommit*> in_range;
    for (const auto& commit : *fresh) {
      in_range[commit.oid] = &commit;
    }
    std::vector<NamedCommit> line;
    for (auto at = in_range.find(until); at != in_range.end();) {
      const NewCommit& commit = *at->second;
      line.push_back({commit.oid, commit.subject()});
      if (line.size() > k_most_verified) {
        return no_such_use("the range has more than " + std::to_string(k_most_verified) + " commits", "name a shorter one");
      }
      at = commit.parents.empty() ? in_range.end() : in_range.find(commit.parents.front());
    }
    return line;
  }

  // For people only: what can't be read is not shown.
  std::string subject_of(const Oid& commit) {
    const auto parent = m_repository.first_parent(commit);
    const auto fresh = parent ? m_commits->new_commits({commit}, *parent ? std::vector<Oid>{**parent} : std::vector<Oid>()) : tl::unexpected(parent.error());
    if (!fresh) {
      return "";
    }
    const auto found = std::find_if(fresh->begin(), fresh->end(), [&](const NewCommit& c) { return c.oid == commit; });
    return found == fresh->end() ? "" : found->subject();
  }

  const VerifyFlags& m_flags;
  Session& m_session;
  OpenRepository& m_repository;
  const Invocation& m_invocation;
  const Terminal& m_err;
  std::unique_ptr<Commits> m_commits;
  std::optional<std::string> m_after;
};

Result<ExitCode> verify(const VerifyFlags& flags, const Invocation& invocation, const Terminal& out, const Terminal& err) {
  if (flags.as && *flags.as != "client" && *flags.as != "server") {
    return no_such_use("--as takes client or server, not \"" + *flags.as + "\"", "gate verify --as server");
  }
  if (flags.what && flags.image) {
    return no_such_use("gate verify takes one commit, one range or one image, not both " + *flags.what + " and " + *flags.image, "gate verify --help");
  }
  // Signatures are checked by the program that has all adapters.
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    return tl::unexpected(complete.error());
  }
  auto session = Session::open(invocation);
  if (!session) {
    return tl::unexpected(session.error());
  }
  VerifyCommand command(flags, *session, invocation, err);
  if (command.is_image()) {
    if (flags.as) {
      return no_such_use("--as is not for images: of an image, nobody's word counts but one that a server would take", "gate verify " + shell_word(flags.image ? *flags.image : *flags.what));
    }
    return verify_image({flags.image ? *flags.image : *flags.what, flags.branch, flags.remote, flags.json}, *session, invocation, out, err);
  }
  const auto found = command.run();
  if (!found) {
    return tl::unexpected(found.error());
  }
  out.print(flags.json ? to_json(*found) : render(*found, std::chrono::system_clock::now(), out.style("verify")));
  if (!found->problems.empty()) {
    return ExitCode::could_not_run;
  }
  return found->holds() ? ExitCode::allowed : ExitCode::refused;
}

} // namespace

ExitCode run_verify(const Invocation& invocation) {
  VerifyFlags flags;
  Options options("gate verify",
                  "gate verify [REV | A..B | IMAGE]: which verdicts hold for a commit (default: HEAD), for each commit of a range's\n"
                  "first-parent line, or for a published image: for whom, by whom and since when; and why the others do not. What\n"
                  "is required says the policy of the branch's protected side, as for gate check. Runs and fetches nothing. Ends\n"
                  "with 0 if everything that is required holds, with 1 if not.");
  options.add_text("--branch", flags.branch, "the branch by whose rules to look (default: the upstream of the current one); of an image: whose it is to be");
  options.add_text("--remote", flags.remote, "the remote (default: the upstream's, or origin)");
  options.add_text("--image", flags.image, "an image of a registry, where its name has no registry's host in front or could be a revision, too");
  options.add_text("--as", flags.as, "for whom it is to hold: client, or server, which asks for ci signers (default: client; in CI server, with its own runs)");
  options.add_flag("--json", flags.json, "for programs (schema gate-verify/1)");
  Invocation rest = invocation;
  auto subject = take_subject(rest);
  if (!subject) {
    return tell(subject.error(), invocation);
  }
  flags.what = *std::move(subject);
  if (const auto end = options.parse(rest)) {
    return *end;
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  const Terminal err(Terminal::Stream::err, invocation.env);
  const auto code = verify(flags, invocation, out, err);
  return code ? *code : tell(code.error(), invocation);
}

} // namespace gate
