// Whose verdicts count where they did not run: [verdicts] of a policy, and the allowed_signers that it names (docs/verdicts.md).
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/digest.hpp"
#include "policy/allowed_signers.hpp"

namespace gate {

/// What a signature on a verdict is made for (PROTOCOL.sshsig, "namespace"). A line of allowed_signers must name it: a key that signs commits is
/// not by itself one that vouches for tests.
inline constexpr std::string_view k_verdict_namespace = "verdict@gate";

/// A verdict's end may lie so far ahead of the judge's clock, and no further.
inline constexpr std::chrono::seconds k_clock_slack{120};

enum class SignerRole {
  dev, ///< somebody's machine: spares colleagues a rerun
  ci,  ///< counts everywhere
};
std::string_view name_of(SignerRole role); ///< "dev", "ci"

/// Who wants to know.
enum class Asker {
  client,    ///< somebody's machine: any role will do
  authority, ///< a git server, CI: asks for `ci` where the policy names a signer of that role
};

/// A public key, as allowed_signers has it.
struct PublicKey {
  std::string type;   ///< "ssh-ed25519", …
  std::string base64; ///< of the key's blob (RFC 4253, section 6.6)

  /// "SHA256:" and 43 characters, as ssh-keygen -l shows it. Empty when `base64` is none.
  std::string fingerprint() const;
  /// The first 16 hexadecimal digits of the blob's SHA-256: what follows refs/notes/gate/. Empty when `base64` is none.
  std::string id() const;
  friend bool operator==(const PublicKey& a, const PublicKey& b) { return a.type == b.type && a.base64 == b.base64; }
};

/// Who stands behind a verdict that came from elsewhere.
struct Voucher {
  std::string principal;   ///< as allowed_signers names the key: the first pattern of its line that a role knows; hostile
  SignerRole role = SignerRole::dev;
  std::string fingerprint; ///< of the key
};

/// As the protected side has it; read once, asked often.
class VerdictTrust {
public:
  struct Terms {
    std::string allowed_signers;        ///< the text of the file, or of all of them
    std::vector<std::string> ci;        ///< principals; * and ? stand for others
    std::vector<std::string> dev;
    std::chrono::seconds max_age{};     ///< of a verdict that came from elsewhere
    std::vector<std::string> platforms; ///< whose verdicts count; empty: the judge's own
  };
  explicit VerdictTrust(Terms terms);

  const Terms& terms() const { return m_terms; }
  /// Of all of it: what was verified by equal terms need not be verified again.
  const Digest& digest() const { return m_digest; }
  /// Keys that may vouch for something, at whatever time: lines with a role, whose namespaces name k_verdict_namespace; no authorities.
  std::vector<PublicKey> keys() const;
  /// Whether `ci` signers are configured, though perhaps none of them has a line (any more).
  bool has_ci() const { return !m_terms.ci.empty(); }
  bool admits(SignerRole role, Asker asker) const { return role == SignerRole::ci || asker == Asker::client || !has_ci(); }

  /// Who vouches with this key for something that was over at `at`; else why nobody does, a clause for people: "the key SHA256:… is not in
  /// allowed_signers", "… was valid until 2026-01-31". Times without a Z are in UTC here, so that all machines agree. Where several lines
  /// have the key, the one with the highest role that holds counts.
  tl::expected<Voucher, std::string> standing_of(const PublicKey& key, std::chrono::system_clock::time_point at) const;

private:
  struct Line {
    PublicKey key;
    std::string principal;
    std::optional<SignerRole> role;
    bool names_us = false; ///< its namespaces name k_verdict_namespace
    std::optional<std::chrono::system_clock::time_point> after;
    std::optional<std::chrono::system_clock::time_point> before;
    bool has_readable_times = true;
  };
  /// A clause after the key's name; empty: it holds.
  static std::string doubt_of(const Line& line, std::chrono::system_clock::time_point at);

  Terms m_terms;
  Digest m_digest;
  std::vector<Line> m_lines;
};

/// The highest role that one of the line's principals has, as a text: the role's patterns know it, and the line itself does not exclude it.
std::optional<SignerRole> role_of(const AllowedSigner& line, const std::vector<std::string>& ci, const std::vector<std::string>& dev);

/// YYYYMMDD[HHMM[SS]][Z], of ssh-keygen(1), ALLOWED SIGNERS; in UTC. Nothing for what is no such time.
std::optional<std::chrono::system_clock::time_point> signer_time(std::string_view text);

} // namespace gate
