// Envelopes of ports.hpp: DSSE, signed by ssh-keygen or by an ed25519 key in a file.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

class Interrupt;

/// A private key in PEM (PKCS #8, ed25519: openssl genpkey -algorithm ed25519).
struct PemKey {
  std::variant<std::filesystem::path, int> from; ///< a file, or an open file descriptor, which is read to its end once
};

/// What git signs with (git-config(1): user.signingKey, gpg.ssh.program).
struct SshKey {
  std::string key;                     ///< a path, or "key::ssh-ed25519 AAAA…"; the private key may be an agent's
  std::string program = "ssh-keygen";  ///< found in PATH, or absolute
};

using SigningKey = std::variant<std::monostate, PemKey, SshKey>;

/// `environment` is the one that ssh-keygen is run with (SSH_AUTH_SOCK, DISPLAY, …), `folder` a private one for public keys that are given as text.
std::unique_ptr<Envelopes> make_envelopes(SigningKey key, Environment environment, std::filesystem::path folder, const Interrupt& interrupt);

} // namespace gate
