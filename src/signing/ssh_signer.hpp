// Signing by ssh-keygen, as git does it (git's gpg-interface.c, sign_buffer_ssh). Internal to src/signing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/process.hpp"
#include "policy/verdict_trust.hpp"
#include "signing/envelopes.hpp"

namespace gate::signing {

class SshSigner {
public:
  /// As make_envelopes has them.
  SshSigner(SshKey key, Environment environment, std::filesystem::path folder, const Interrupt& interrupt)
      : m_key(std::move(key)), m_environment(std::move(environment)), m_folder(std::move(folder)), m_interrupt(&interrupt) {}

  /// From the text, from KEY.pub beside the key, or by asking ssh-keygen. Asks nobody.
  Result<PublicKey> public_key() const;
  /// An SSHSIG blob in the namespace k_verdict_namespace. Where a passphrase or a touch is wanted, a person is asked: by the agent or SSH_ASKPASS, or
  /// on the terminal where standard error is one. Two minutes, but for the latter. `own` is what public_key() gave.
  Result<std::string> sign(std::string_view message, const PublicKey& own) const;

private:
  Failure cannot_sign(const std::string& said) const;
  Result<void> run(const std::vector<std::string>& argv, const PublicKey& key) const;
  Result<void> run_on_terminal(const std::vector<std::string>& argv) const;

  SshKey m_key;
  Environment m_environment;
  std::filesystem::path m_folder;
  const Interrupt* m_interrupt;
};

/// "TYPE BASE64 …", a line of a .pub file.
std::optional<PublicKey> public_key_in(std::string_view line);

} // namespace gate::signing
