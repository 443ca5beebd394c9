// SSH signatures (openssh's PROTOCOL.sshsig), checked in process.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "policy/verdict_trust.hpp"

namespace gate::signing {

/// The bytes between the lines "-----BEGIN SSH SIGNATURE-----" and "-----END SSH SIGNATURE-----"; empty when it is not that.
std::string sshsig_blob(std::string_view armored);

/// Checks the signature over `message` in the namespace `ns`, and gives the key that made it; else a clause that says why not. Keys: ssh-ed25519,
/// ecdsa-sha2-nistp256/384/521, rsa of 2048 bits or more (rsa-sha2-256/512), sk-ssh-ed25519 and sk-ecdsa (PROTOCOL.u2f; only those with a touch).
/// Certificates are refused. `blob` is hostile.
tl::expected<PublicKey, std::string> check_sshsig(std::string_view blob, std::string_view ns, std::string_view message);

/// A plain ed25519 signature (RFC 8032) by this key (type ssh-ed25519).
bool check_ed25519(const PublicKey& key, std::string_view signature, std::string_view message);

} // namespace gate::signing
