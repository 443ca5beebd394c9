#include "app/share_verdicts.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/shell_word.hpp"

namespace gate {

namespace {

// A URL may hold a password.
bool is_name(const std::string& remote) { return remote.find_first_of("/:@") == std::string::npos; }
std::string shown_remote(const std::string& remote) { return is_name(remote) ? remote : "the remote"; }
std::string later_command(const std::string& remote) { return "gate verdict push " + (is_name(remote) ? shell_word(remote) : "<remote>"); }

// Signs what is not signed yet, for one key.
class VerdictSealer {
public:
  VerdictSealer(const PublicKey& key, const SharePorts& ports) : m_key(key), m_id(key.id()), m_ports(ports) {}

  /// Until the first that can't be signed: a passphrase that was refused once is not asked for once more. That one's error is kept.
  void seal(const std::vector<Verdict>& own) {
    std::set<std::string> seen;
    for (const auto& verdict : own) {
      const std::string statement = to_statement(verdict);
      if (!seen.insert(statement).second) {
        continue;
      }
      auto envelope = noted(verdict, statement);
      if (!envelope) {
        auto made = m_ports.envelopes.seal(statement);
        if (!made) {
          failure = made.error();
          return;
        }
        envelope = *std::move(made);
      }
      sealed.push_back({verdict.tree, *std::move(envelope), [this, verdict](const std::string& line) { return is_older(line, verdict); }});
    }
  }

  std::vector<VerdictExchange::Noted> sealed;
  std::optional<Error> failure;

private:
  /// What we have signed on this line; nothing of anybody else's.
  const std::optional<std::string>& statement_on(const std::string& line) {
    const auto [entry, is_new] = m_statements.try_emplace(Digest::of(line));
    if (is_new) {
      auto opened = m_ports.envelopes.open(line, {m_key});
      entry->second = opened && opened->key == m_key ? std::optional(std::move(opened->statement)) : std::nullopt;
    }
    return entry->second;
  }

  std::optional<std::string> noted(const Verdict& verdict, const std::string& statement) {
    const auto lines = m_ports.notes.envelopes(verdict.tree, {m_id});
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) { return statement_on(line) == statement; });
    return found == lines.end() ? std::nullopt : std::optional(*found);
  }

  /// An earlier run of the same, by which nobody has anything that this one does not give.
  bool is_older(const std::string& line, const Verdict& verdict) {
    const auto& statement = statement_on(line);
    const auto before = statement ? from_statement(*statement, verdict.key, verdict.tree) : std::nullopt;
    return before && before->finished <= verdict.finished;
  }

  const PublicKey& m_key;
  std::string m_id;
  const SharePorts& m_ports;
  std::map<Digest, std::optional<std::string>> m_statements; ///< by line
};

void explain(Shared& shared, const Error& error, const std::string& later) {
  shared.problem = error.message;
  shared.remedy = error.remedy.empty() ? later : error.remedy;
}

Result<void> send_sealed(const std::vector<VerdictExchange::Noted>& sealed, const std::string& id, const std::string& remote, const SharePorts& ports,
                         Shared& shared) {
  const std::string later = later_command(remote);
  const auto sent = ports.exchange.send(remote, id, sealed);
  if (!sent) {
    explain(shared, sent.error(), later);
    return sent.error().kind == ErrorKind::interrupted ? tl::unexpected(sent.error()) : Result<void>();
  }
  shared.sent = sent->added;
  if (sent->outcome == VerdictExchange::Sent::Outcome::refused) {
    shared.problem = shown_remote(remote) + " does not take refs/notes/gate/" + id + (sent->reason.empty() ? "" : ": " + sent->reason);
    shared.remedy = "let whoever keeps " + shown_remote(remote) + " allow refs/notes/gate/*, then: " + later;
  } else if (sent->outcome == VerdictExchange::Sent::Outcome::raced) {
    shared.problem = "others wrote to refs/notes/gate/" + id + " of " + shown_remote(remote) + " all the time";
    shared.remedy = later;
  } else if (sent->dropped > 0) {
    shared.problem = "one note takes no more verdicts: its " + std::to_string(sent->dropped) + " oldest made way for newer ones";
    shared.remedy = "sign with another key where other suites of this tree are run";
  }
  return {};
}

// What was signed is not to be signed again, and can go with somebody's own push. It is a help, and no more.
Result<void> keep_sealed(const std::vector<VerdictExchange::Noted>& sealed, const std::string& id, const SharePorts& ports) {
  const auto kept = ports.exchange.keep(id, sealed);
  return !kept && kept.error().kind == ErrorKind::interrupted ? kept : Result<void>();
}

} // namespace

Result<Shared> share_verdicts(const std::vector<Verdict>& own, const std::string& remote, const SharePorts& ports) {
  Shared shared;
  const auto key = ports.envelopes.own_key();
  if (!key) {
    explain(shared, key.error(), "see docs/verdicts.md, signing");
    return key.error().kind == ErrorKind::interrupted ? tl::unexpected(key.error()) : Result<Shared>(shared);
  }
  if (!*key) {
    shared.problem = "this machine has no key to sign verdicts with";
    shared.remedy = "git config gpg.format ssh && git config user.signingKey ~/.ssh/id_ed25519.pub   (in CI: GATE_SIGNING_KEY names a file with an ed25519 key)";
    return shared;
  }
  shared.key = (*key)->fingerprint();
  VerdictSealer sealer(**key, ports);
  sealer.seal(own);
  if (sealer.failure && sealer.failure->kind == ErrorKind::interrupted) {
    return tl::unexpected(*sealer.failure);
  }
  if (!sealer.sealed.empty()) {
    auto done = send_sealed(sealer.sealed, (*key)->id(), remote, ports, shared);
    if (done && !shared.problem.empty()) {
      done = keep_sealed(sealer.sealed, (*key)->id(), ports);
    }
    if (!done) {
      return tl::unexpected(done.error());
    }
  }
  if (sealer.failure && shared.problem.empty()) {
    explain(shared, *sealer.failure, later_command(remote));
  }
  return shared;
}

std::vector<std::string> signer_ids(const std::vector<Need>& needs) {
  std::set<std::string> ids;
  std::set<const VerdictTrust*> asked;
  for (const auto& need : needs) {
    for (const auto& trust : need.trusts) {
      if (trust == nullptr || !asked.insert(trust.get()).second) {
        continue;
      }
      for (const auto& key : trust->keys()) {
        ids.insert(key.id());
      }
    }
  }
  ids.erase("");
  return {ids.begin(), ids.end()};
}

} // namespace gate
