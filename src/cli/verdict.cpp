// gate verdict
#include <algorithm>
#include <charconv>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/policies.hpp"
#include "app/required_suites.hpp"
#include "attest/vouched_list.hpp"
#include "base/shell_word.hpp"
#include "cli/build_id.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/secret_variables.hpp"
#include "cli/shared_verdicts.hpp"
#include "cli/subcommands.hpp"
#include "cli/sharing.hpp"
#include "cli/tell.hpp"
#include "cli/wiring.hpp"
#include "git/live_remotes.hpp"
#include "os/files.hpp"
#include "report/clean.hpp"
#include "report/verdict_list.hpp"

namespace gate {

namespace {

constexpr std::size_t k_most_verdicts = 1000;
constexpr const char* k_no_key_remedy =
    "git config gpg.format ssh && git config user.signingKey ~/.ssh/id_ed25519.pub   (in CI: GATE_SIGNING_KEY names a file with an ed25519 key)";

Failure no_verdict_key() { return fail(ErrorKind::usage, "this machine has no key to sign verdicts with", k_no_key_remedy); }

/// A repository, what it takes to share, and where that is said.
struct VerdictScene {
  const Invocation& invocation;
  const Terminal& out;
  const Terminal& err;
  Session& session;
  Sharing& sharing;
  const Interrupt& interrupt;
};

/// Opens all of it, or tells why not.
template <typename Work> ExitCode with_sharing(const Invocation& invocation, Sharing::Key key, const Work& work) {
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    return tell(complete.error(), invocation);
  }
  auto session = Session::open(invocation);
  if (!session) {
    return tell(session.error(), invocation);
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  const Terminal err(Terminal::Stream::err, invocation.env);
  const Interrupt interrupt;
  auto sharing = Sharing::open(*session, invocation, interrupt, err, key);
  if (!sharing) {
    return tell(sharing.error(), invocation);
  }
  const Result<void> done = work(VerdictScene{invocation, out, err, *session, *sharing, interrupt});
  return done ? ExitCode::allowed : tell(done.error(), invocation);
}

/// The branch that HEAD's is pushed to, as far as is known.
Result<std::optional<Upstream>> upstream_here(OpenRepository& repository) {
  const auto branch = repository.current_branch();
  if (!branch) {
    return tl::unexpected(branch.error());
  }
  return *branch ? repository.upstream_of(**branch) : Result<std::optional<Upstream>>(std::nullopt);
}

Result<std::string> remote_asked_for(const std::optional<std::string>& named, OpenRepository& repository) {
  if (named) {
    return *named;
  }
  const auto upstream = upstream_here(repository);
  if (!upstream) {
    return tl::unexpected(upstream.error());
  }
  return *upstream ? (*upstream)->remote : "origin";
}

Result<PublicKey> own_verdict_key(Sharing& sharing) {
  const auto key = sharing.envelopes().own_key();
  if (!key) {
    // Which key it is, is a setting: one that is no good is as wrong as none.
    const Error& error = key.error();
    return fail(error.kind == ErrorKind::interrupted ? error.kind : ErrorKind::usage, error.message, error.remedy);
  }
  return *key ? Result<PublicKey>(**key) : no_verdict_key();
}

// Of commits that are no more, nobody will ask.
std::vector<Verdict> own_verdicts(Session& session, std::size_t most) {
  auto verdicts = session.verdicts().newest(most);
  std::erase_if(verdicts, [&](const Verdict& verdict) {
    const auto commit = session.repository().peel(verdict.commit);
    return commit && commit->kind == Peeled::Kind::missing;
  });
  return verdicts;
}

Result<void> push_verdicts(const std::optional<std::string>& named, const VerdictScene& scene) {
  const auto remote = remote_asked_for(named, scene.session.repository());
  if (!remote) {
    return tl::unexpected(remote.error());
  }
  if (const auto key = own_verdict_key(scene.sharing); !key) {
    return tl::unexpected(key.error());
  }
  const auto own = own_verdicts(scene.session, k_most_verdicts);
  if (own.empty()) {
    scene.out.print("gate: no suite has passed here yet: there is nothing to send\n");
    return {};
  }
  const auto shared = scene.sharing.share(own, *remote);
  if (!shared) {
    return tl::unexpected(shared.error());
  }
  if (!shared->problem.empty()) {
    return could_not_run("verdicts were not sent to " + without_secrets(*remote) + ": " + shared->problem, shared->remedy);
  }
  const std::string text = sent_text(*shared, *remote);
  scene.out.print(text.empty() ? "gate: " + clean_line(without_secrets(*remote)) + " has all verdicts of this machine already\n" : text);
  return {};
}

/// Whose verdicts count for the branch that HEAD's is pushed to; where that is not known, for the remote's own one.
class SignersThere {
public:
  SignersThere(Session& session, std::string remote) : m_session(session), m_repository(session.repository()), m_remote(std::move(remote)) {}

  Result<std::shared_ptr<const VerdictTrust>> find() {
    const auto branch = this->branch();
    if (!branch) {
      return tl::unexpected(branch.error());
    }
    const auto tip = m_repository.tracking_tip(m_remote, *branch);
    const auto head = m_repository.rev_parse("HEAD");
    if (!tip || !head) {
      return tl::unexpected(tip ? head.error() : tip.error());
    }
    Policies policies(m_repository, m_session.sources(), k_version);
    const auto side = policies.judging(*branch, *tip, m_remote, *head);
    if (!side) {
      return tl::unexpected(side.error());
    }
    if (side->policy == nullptr || !side->policy->verdicts) {
      return fail(ErrorKind::usage, "the policy that judges " + branch->brief() + " on " + m_remote + " has no [verdicts]: nobody's verdicts count there but one's own",
                  "see docs/verdicts.md, or fetch what the remote has now: git fetch " + shell_word(m_remote));
    }
    const auto trust = VerdictTrusts(m_repository, m_session.sources()).of(*side);
    if (!trust) {
      return tl::unexpected(trust.error());
    }
    return trust->terms != nullptr ? Result<std::shared_ptr<const VerdictTrust>>(trust->terms) : fail(ErrorKind::policy, trust->notice, "gate policy lint");
  }

private:
  Result<RefName> branch() {
    const auto upstream = upstream_here(m_repository);
    if (!upstream) {
      return tl::unexpected(upstream.error());
    }
    if (*upstream && (*upstream)->remote == m_remote) {
      return (*upstream)->branch;
    }
    const auto current = m_repository.current_branch();
    const auto head = m_repository.remote_head(m_remote);
    if (!current || !head) {
      return tl::unexpected(current ? head.error() : current.error());
    }
    return *current ? **current : head->value_or(*RefName::branch("main"));
  }

  Session& m_session;
  OpenRepository& m_repository;
  std::string m_remote;
};

Result<void> fetch_verdicts(const std::optional<std::string>& named, const VerdictScene& scene) {
  const auto asked = remote_asked_for(named, scene.session.repository());
  const auto known = asked ? scene.session.repository().remote_named(*asked) : tl::unexpected(asked.error());
  if (!known) {
    return tl::unexpected(known.error());
  }
  if (!*known) {
    return fail(ErrorKind::usage, "there is no remote " + without_secrets(*asked), "git remote -v shows which there are");
  }
  const std::string& remote = **known;
  const auto trust = SignersThere(scene.session, remote).find();
  if (!trust) {
    return tl::unexpected(trust.error());
  }
  std::vector<std::string> ids;
  for (const auto& key : (*trust)->keys()) {
    ids.push_back(key.id());
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.empty()) {
    return fail(ErrorKind::policy, "nobody may vouch for anything by the policy of " + remote + ": no line of its allowed_signers names the namespace " + std::string(k_verdict_namespace),
                "gate verdict key   (on the machine that is to vouch; prints its line)");
  }
  const auto fetched = scene.sharing.fetch(remote, ids);
  if (!fetched) {
    return tl::unexpected(fetched.error());
  }
  scene.out.print("gate: " + clean_line(remote) + " has verdicts of " + std::to_string(*fetched) + " of the " + std::to_string(ids.size()) +
                  (ids.size() == 1 ? " key" : " keys") + " that may vouch; they are here now\n");
  return {};
}

// As a line of allowed_signers takes it without quotes, and not as a pattern.
bool is_principal(const std::string& text) {
  constexpr std::string_view k_special = "\"',*?!#\\";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) { return c > ' ' && c != '\x7f' && k_special.find(c) == std::string_view::npos; });
}

Result<std::string> principal_here(const std::optional<std::string>& named, const VerdictScene& scene) {
  constexpr const char* k_remedy = "gate verdict key --as ci@example.com";
  std::string name = named.value_or("");
  if (!named) {
    const auto env = children_environment(scene.invocation.env, scene.session.secret_variables());
    auto asked = run_captured({{"git", "config", "--get", "user.email"}, env, {}});
    if (!asked) {
      return tl::unexpected(asked.error());
    }
    name = asked->out.substr(0, asked->out.find('\n'));
    if (name.empty()) {
      return fail(ErrorKind::usage, "git does not know your address: user.email is not set", k_remedy);
    }
  }
  return is_principal(name) ? Result<std::string>(name) : fail(ErrorKind::usage, "\"" + name + "\" can't stand in a line of allowed_signers", k_remedy);
}

// Where the output is added to a file (>>) whose last line has no end, it would become part of that line.
bool begins_within_a_line() {
  struct stat info {};
  const Fd file(::fstat(STDOUT_FILENO, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0 ? ::open("/proc/self/fd/1", O_RDONLY | O_CLOEXEC) : -1);
  char last = '\n';
  return file && (::fcntl(STDOUT_FILENO, F_GETFL) & O_APPEND) != 0 && ::pread(file.get(), &last, 1, info.st_size - 1) == 1 && last != '\n';
}

Result<void> show_key(const std::optional<std::string>& named, const VerdictScene& scene) {
  const auto key = own_verdict_key(scene.sharing);
  if (!key) {
    return tl::unexpected(key.error());
  }
  const auto principal = principal_here(named, scene);
  if (!principal) {
    return tl::unexpected(principal.error());
  }
  scene.out.print((begins_within_a_line() ? "\n" : "") + clean_line(*principal + " namespaces=\"" + std::string(k_verdict_namespace) + "\" " + key->type + " " + key->base64) + "\n");
  scene.err.print("gate: " + clean_line(key->fingerprint()) + ", whose verdicts are in refs/notes/gate/" + key->id() +
                  "\n      for its verdicts to count, the line above goes into the file that allowed_signers of [verdicts] names, on the branch whose rules ask\n"
                  "      for them, and its first word into `ci` or `dev` there: mkdir -p .gate && gate verdict key >> .gate/allowed_signers\n");
  return {};
}

Result<std::size_t> verdicts_to_show(const std::optional<std::string>& text) {
  constexpr std::size_t k_usual = 20;
  if (!text) {
    return k_usual;
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const bool is_good = error == std::errc{} && end == text->data() + text->size() && number > 0;
  return is_good ? Result<std::size_t>(std::min(number, k_most_verdicts)) : fail(ErrorKind::usage, "-n takes a whole number above zero, not \"" + *text + "\"", "gate verdict list --help");
}

Result<void> list_verdicts(std::size_t most, bool as_json, const Invocation& invocation) {
  auto session = Session::open(invocation);
  if (!session) {
    return tl::unexpected(session.error());
  }
  std::vector<ListedVerdict> listed;
  for (auto& verdict : session->verdicts().newest(most)) {
    listed.push_back({std::move(verdict), {}});
  }
  for (auto& vouched : newest_vouched(session->folder().verdicts(), most)) {
    listed.push_back({std::move(vouched.verdict), std::move(vouched.voucher)});
  }
  std::stable_sort(listed.begin(), listed.end(), [](const ListedVerdict& a, const ListedVerdict& b) { return a.verdict.finished > b.verdict.finished; });
  listed.resize(std::min(listed.size(), most));
  const Terminal out(Terminal::Stream::out, invocation.env);
  out.print(as_json          ? to_json(std::move(listed))
            : listed.empty() ? "gate: no suite has passed here yet, and nobody's verdict was needed\n"
                             : render_verdicts(std::move(listed), out.style("")));
  return {};
}

ExitCode run_verdict_push(const Invocation& invocation) {
  std::optional<std::string> remote;
  Options options("gate verdict push", "Signs what has passed on this machine, the newest thousand, and adds it to refs/notes/gate/<id of the key> of the remote. What\n"
                                       "was signed before is not signed again. Others count it if [verdicts] of the policy there names the key.");
  options.add_text("REMOTE", remote, "where to (default: the remote of the current branch's upstream, or origin)");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  return with_sharing(invocation, Sharing::Key::own, [&](const VerdictScene& scene) { return push_verdicts(remote, scene); });
}

ExitCode run_verdict_fetch(const Invocation& invocation) {
  std::optional<std::string> remote;
  Options options("gate verdict fetch", "Brings the verdicts of those who may vouch by the policy that judges the current branch on the remote, as it was last\n"
                                        "fetched: refs/notes/gate/<id> of each of their keys. They are verified when they are asked for.");
  options.add_text("REMOTE", remote, "where from (default: the remote of the current branch's upstream, or origin)");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  return with_sharing(invocation, Sharing::Key::none, [&](const VerdictScene& scene) { return fetch_verdicts(remote, scene); });
}

ExitCode run_verdict_key(const Invocation& invocation) {
  std::optional<std::string> principal;
  Options options("gate verdict key", "Prints the line of an allowed_signers file that lets this machine's key vouch for tests, and nothing but tests. The key is\n"
                                      "GATE_SIGNING_KEY's, else the one that git signs with over ssh (gpg.format, user.signingKey).");
  options.add_text("--as", principal, "who it is called there (default: git's user.email)");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  return with_sharing(invocation, Sharing::Key::own, [&](const VerdictScene& scene) { return show_key(principal, scene); });
}

ExitCode run_verdict_list(const Invocation& invocation) {
  std::optional<std::string> number;
  bool as_json = false;
  Options options("gate verdict list", "Shows what has passed on this machine, and what was taken on somebody else's word, newest first. Which of it holds for a\n"
                                       "commit, gate verify tells.");
  options.add_text("-n", number, "how many to show (default: 20)");
  options.add_flag("--json", as_json, "for programs: schema gate-verdicts/1");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const auto most = verdicts_to_show(number);
  const auto shown = most ? list_verdicts(*most, as_json, invocation) : tl::unexpected(most.error());
  return shown ? ExitCode::allowed : tell(shown.error(), invocation);
}

} // namespace

ExitCode run_verdict(const Invocation& invocation) {
  const Subcommands all{"verdict",
                        "gate verdict carries verdicts between machines: signed, as git notes. docs/verdicts.md tells whose count, and for whom.\n",
                        {{"push", "sign what has passed here, and send it to a remote", run_verdict_push},
                         {"fetch", "bring what those have signed who may vouch", run_verdict_fetch},
                         {"list", "what has passed here, and what was taken on somebody's word", run_verdict_list},
                         {"key", "the line of allowed_signers that lets this machine vouch", run_verdict_key}},
                        "With share = true in [verdicts] both go by themselves: gate push"};
  return run_subcommand(all, invocation);
}

} // namespace gate
