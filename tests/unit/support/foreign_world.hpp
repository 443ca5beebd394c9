// Signed verdicts in memory: an envelope is "<who>|<payload type>|<statement>" on a line, and good if `who` is no forger.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "app/foreign_verdicts.hpp"
#include "base/base64.hpp"
#include "support/fake_repository.hpp"

namespace gate::test {

/// RFC 8709, section 4: the name of the algorithm and 32 bytes, each with its length before it.
inline PublicKey key_of(const std::string& who) {
  const std::string lengths[] = {std::string("\0\0\0\x0b", 4), std::string("\0\0\0\x20", 4)};
  return {"ssh-ed25519", base64(lengths[0] + "ssh-ed25519" + lengths[1] + Digest::of(who).hex().substr(0, 32))};
}

inline std::string signer_line(const std::string& who, const std::string& options = "namespaces=\"verdict@gate\"") {
  return who + " " + options + " " + key_of(who).type + " " + key_of(who).base64 + "\n";
}

class FakeEnvelopes final : public Envelopes {
public:
  Result<std::optional<PublicKey>> key = std::optional<PublicKey>(key_of("me@example.com"));
  std::optional<Error> seal_error;
  std::size_t sealed = 0;
  mutable std::size_t opened = 0;

  static std::string line(const std::string& who, std::string statement, const std::string& type = "application/vnd.in-toto+json") {
    std::replace(statement.begin(), statement.end(), '\n', '$');
    return who + "|" + type + "|" + statement;
  }
  tl::expected<SignedStatement, std::string> open(std::string_view envelope, const std::vector<PublicKey>&) const override {
    ++opened;
    const auto first = envelope.find('|');
    const auto second = first == std::string_view::npos ? first : envelope.find('|', first + 1);
    if (second == std::string_view::npos) {
      return tl::unexpected(std::string("it is no envelope"));
    }
    const std::string who(envelope.substr(0, first));
    if (who == "forger") {
      return tl::unexpected(std::string("its signature does not fit"));
    }
    std::string statement(envelope.substr(second + 1));
    std::replace(statement.begin(), statement.end(), '$', '\n');
    return SignedStatement{statement, std::string(envelope.substr(first + 1, second - first - 1)), key_of(who)};
  }
  Result<std::optional<PublicKey>> own_key() override { return key; }
  Result<std::string> seal(const std::string& statement) override {
    if (seal_error) {
      return tl::unexpected(*seal_error);
    }
    ++sealed;
    return line("me@example.com", statement);
  }
};

class FakeNotes final : public VerdictNotes {
public:
  void add(const Oid& tree, const std::string& who, const std::string& line) { m_notes[tree].push_back({key_of(who).id(), line}); }
  std::vector<std::string> envelopes(const Oid& tree, const std::vector<std::string>& ids) override {
    ++read;
    std::vector<std::string> lines;
    for (const auto& [id, line] : m_notes[tree]) {
      if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
        lines.push_back(line);
      }
    }
    return lines;
  }
  std::size_t read = 0;

private:
  std::map<Oid, std::vector<std::pair<std::string, std::string>>> m_notes;
};

inline const std::string k_ci = "ci@example.com";
inline const std::string k_dev = "alice@example.com";
inline const std::string k_host = "linux/amd64";

/// A suite that a client or an authority needs, and those who may vouch for it.
struct ForeignWorld {
  ForeignWorld() {
    need.suite.name = "api";
    need.suite.source = ComposeSource{{"docker-compose.yml"}, "api", ServiceScope::with_dependencies};
    need.suite.run = {"make", "test"};
    need.trusts = {trust()};
    need.vouched_keys = {need.key = key()};
  }

  static std::shared_ptr<const VerdictTrust> trust(const std::string& signers = signer_line(k_ci) + signer_line(k_dev), std::vector<std::string> ci = {k_ci}) {
    return std::make_shared<VerdictTrust>(VerdictTrust::Terms{signers, std::move(ci), {"*@example.com"}, std::chrono::hours(24 * 30), {}});
  }
  Digest key(const std::string& platform = k_host, const KeyInputs& inputs = {}) const { return verdict_key(need.seen, need.suite, platform, inputs); }
  Verdict verdict() const { return {key(), need.seen, need.commit, "api", need.suite.definition(), k_host, now - std::chrono::hours(2), now - std::chrono::hours(1), "0.1.0", "", {}}; }
  void note(const std::string& who, const Verdict& verdict) { notes.add(need.seen, who, FakeEnvelopes::line(who, to_statement(verdict))); }
  void note(const std::string& who, const std::string& statement) { notes.add(need.seen, who, FakeEnvelopes::line(who, statement)); }
  ForeignPorts ports() { return {notes, envelopes, store}; }
  ForeignSearch search(Asker asker = Asker::client) { return search_foreign(need, asker, ports(), now); }

  std::chrono::system_clock::time_point now = std::chrono::system_clock::from_time_t(1'780'000'000);
  Need need{{}, oid("tree"), oid("tree"), oid("commit"), Digest::of(""), {*RefName::branch("master")}, {}, false, {}, {}};
  FakeNotes notes;
  FakeEnvelopes envelopes;
  FakeVerdicts store;
};

} // namespace gate::test
