#include "signing/envelopes.hpp"

#include <algorithm>
#include <utility>

#include "os/interrupt.hpp"
#include "signing/dsse.hpp"
#include "signing/pem_key.hpp"
#include "signing/ssh_signer.hpp"
#include "signing/sshsig.hpp"

namespace gate {

namespace {

using signing::Envelope;
using signing::PemSigner;
using signing::SshSigner;

constexpr std::string_view k_ssh = "SSHSIG";
constexpr std::size_t k_plain_size = 64;
// A flood of envelopes times a flood of keys: more are not tried for one signature.
constexpr std::size_t k_most_tries = 32;

using Opened = tl::expected<SignedStatement, std::string>;

/// Whose plain ed25519 signature it is. What `keyid` names is tried first, but nobody has signed that.
std::optional<PublicKey> plain_signer(const Envelope& envelope, const std::string& message, const std::vector<PublicKey>& keys) {
  std::vector<const PublicKey*> order;
  for (const auto& key : keys) {
    if (key.type == "ssh-ed25519") {
      order.push_back(&key);
    }
  }
  std::stable_partition(order.begin(), order.end(), [&](const PublicKey* key) { return key->fingerprint() == envelope.keyid; });
  order.resize(std::min(order.size(), k_most_tries));
  const auto found = std::find_if(order.begin(), order.end(), [&](const PublicKey* key) { return signing::check_ed25519(*key, envelope.signature, message); });
  return found == order.end() ? std::nullopt : std::optional(**found);
}

class SigningEnvelopes final : public Envelopes {
public:
  SigningEnvelopes(SigningKey key, Environment environment, std::filesystem::path folder, const Interrupt& interrupt) {
    if (auto* const ssh = std::get_if<SshKey>(&key)) {
      m_ssh.emplace(std::move(*ssh), std::move(environment), std::move(folder), interrupt);
    } else if (const auto* const pem = std::get_if<PemKey>(&key)) {
      // At once: what a pipe gives, it gives once.
      m_pem = PemSigner::read(*pem);
    }
  }

  Opened open(std::string_view envelope, const std::vector<PublicKey>& keys) const override;
  Result<std::optional<PublicKey>> own_key() override;
  Result<std::string> seal(const std::string& statement) override;

private:
  std::optional<SshSigner> m_ssh;
  std::optional<Result<PemSigner>> m_pem;
  std::optional<PublicKey> m_own;
};

Opened SigningEnvelopes::open(std::string_view envelope, const std::vector<PublicKey>& keys) const {
  auto read = signing::parse_envelope(envelope);
  if (!read) {
    return tl::unexpected(read.error());
  }
  if (read->payload_type != signing::k_statement_type) {
    return tl::unexpected(std::string("it is no in-toto statement"));
  }
  const std::string message = signing::pre_authentication_encoding(read->payload_type, read->payload);
  if (std::string_view(read->signature).substr(0, k_ssh.size()) == k_ssh) {
    auto key = signing::check_sshsig(read->signature, k_verdict_namespace, message);
    return key ? Opened(SignedStatement{std::move(read->payload), std::move(read->payload_type), *std::move(key)}) : tl::unexpected(key.error());
  }
  if (read->signature.size() != k_plain_size) {
    return tl::unexpected(std::string("its signature is neither of SSH nor plain ed25519"));
  }
  auto key = plain_signer(*read, message, keys);
  return key ? Opened(SignedStatement{std::move(read->payload), std::move(read->payload_type), *std::move(key)})
             : tl::unexpected(std::string("its signature is not good, or by none of the keys in allowed_signers"));
}

Result<std::optional<PublicKey>> SigningEnvelopes::own_key() {
  if (m_own || (!m_ssh && !m_pem)) {
    return m_own;
  }
  if (m_pem && !*m_pem) {
    return Failure(m_pem->error());
  }
  auto key = m_pem ? Result<PublicKey>((*m_pem)->public_key()) : m_ssh->public_key();
  if (!key) {
    return Failure(key.error());
  }
  m_own = *std::move(key);
  return m_own;
}

Result<std::string> SigningEnvelopes::seal(const std::string& statement) {
  const auto own = own_key();
  if (!own) {
    return Failure(own.error());
  }
  if (!*own) {
    return could_not_run("there is no key to sign with", "git config gpg.format ssh && git config user.signingKey FILE; in CI: GATE_SIGNING_KEY=FILE");
  }
  const PublicKey& key = **own;
  const std::string message = signing::pre_authentication_encoding(signing::k_statement_type, statement);
  auto signature = m_pem ? (*m_pem)->sign(message) : m_ssh->sign(message, key);
  if (!signature) {
    return Failure(signature.error());
  }
  std::string envelope = signing::to_json({std::string(signing::k_statement_type), statement, key.fingerprint(), *std::move(signature)});
  // Nothing leaves that others would not accept: a .pub that belongs to another key, a signature of another kind.
  const auto opened = open(envelope, {key});
  if (!opened) {
    return could_not_run("what was signed here would be refused elsewhere: " + opened.error(), "sign with another key: git config user.signingKey FILE");
  }
  if (!(opened->key == key)) {
    return could_not_run("the public key beside the signing key is another one's: " + key.fingerprint() + ", and it signs as " + opened->key.fingerprint(),
                         "write it anew: ssh-keygen -y -f KEY > KEY.pub");
  }
  return envelope;
}

} // namespace

std::unique_ptr<Envelopes> make_envelopes(SigningKey key, Environment environment, std::filesystem::path folder, const Interrupt& interrupt) {
  return std::make_unique<SigningEnvelopes>(std::move(key), std::move(environment), std::move(folder), interrupt);
}

} // namespace gate
