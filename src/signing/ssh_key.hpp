// Public keys of SSH, and signatures by them (RFC 4253, 5656, 8332, 8709; openssh's PROTOCOL.u2f). Internal to src/signing.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace gate::signing {

/// Checks `signature` over `message` by the key; both blobs are hostile. Gives the key's type; else a clause that says why not.
tl::expected<std::string, std::string> check_by_key(std::string_view key_blob, std::string_view signature, std::string_view message);

/// RFC 8032: a key of 32 bytes, a signature of 64. False for any other sizes.
bool check_raw_ed25519(std::string_view key, std::string_view signature, std::string_view message);

/// With `algorithm` "sha256" or "sha512": bytes; empty for any other.
std::string hash_of(std::string_view algorithm, std::string_view bytes);

} // namespace gate::signing
