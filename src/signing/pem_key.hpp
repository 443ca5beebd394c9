// An ed25519 key in PEM, to sign with. Internal to src/signing.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "policy/verdict_trust.hpp"
#include "signing/envelopes.hpp"

namespace gate::signing {

class PemSigner {
public:
  /// A file must be its owner's alone, as ssh wants it. A key with a passphrase, or of another kind, is refused. A file descriptor is not closed: its
  /// number would become something else's.
  static Result<PemSigner> read(const PemKey& key);
  PemSigner(PemSigner&& other) noexcept;
  PemSigner& operator=(PemSigner&& other) noexcept;
  ~PemSigner();

  const PublicKey& public_key() const { return m_public; }
  /// 64 bytes (RFC 8032).
  Result<std::string> sign(std::string_view message) const;

private:
  struct Key;
  PemSigner(std::unique_ptr<Key> key, PublicKey shown);

  std::unique_ptr<Key> m_key;
  PublicKey m_public;
};

} // namespace gate::signing
