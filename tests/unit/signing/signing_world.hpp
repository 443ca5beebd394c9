// Keys and signatures by real programs, in a folder of their own.
#pragma once

#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "base/base64.hpp"
#include "os/files.hpp"
#include "os/interrupt.hpp"
#include "os/process.hpp"
#include "policy/verdict_trust.hpp"
#include "signing/ssh_signer.hpp"
#include "signing/sshsig.hpp"

namespace gate {

class SigningWorld {
public:
  SigningWorld() = default;
  SigningWorld(const SigningWorld&) = delete;
  SigningWorld& operator=(const SigningWorld&) = delete;
  ~SigningWorld() {
    if (m_agent > 0) {
      kill(m_agent, SIGTERM);
    }
  }

  std::filesystem::path path(const std::string& name) const { return m_folder.path() / name; }
  const Environment& environment() const { return m_environment; }
  void set(const std::string& variable) { m_environment.push_back(variable); }
  Interrupt& interrupt() { return m_interrupt; }

  Captured run(std::vector<std::string> argv, const std::string& input = {}) const {
    auto ran = run_captured({std::move(argv), m_environment, m_folder.path(), input});
    REQUIRE(ran);
    return *ran;
  }
  std::string must(std::vector<std::string> argv, const std::string& input = {}) const {
    const auto ran = run(std::move(argv), input);
    INFO(ran.err);
    REQUIRE(ran.end.ok());
    return ran.out;
  }
  bool has(const std::string& program) const { return find_program(program, m_environment).has_value(); }

  void write(const std::string& name, const std::string& text, mode_t mode = 0600) const { REQUIRE(write_file(path(name), text, mode)); }
  std::string text_of(const std::string& name) const { return read_file(path(name)).value().value(); }

  /// ssh-keygen's; `options` like {"-t", "rsa", "-b", "2048"}.
  std::filesystem::path ssh_key(const std::string& name, std::vector<std::string> options = {"-t", "ed25519"}, const std::string& passphrase = {}) const {
    std::vector<std::string> argv{"ssh-keygen", "-q", "-N", passphrase, "-C", name, "-f", path(name).string()};
    argv.insert(argv.end(), options.begin(), options.end());
    must(std::move(argv));
    return path(name);
  }
  PublicKey public_of(const std::string& name) const { return signing::public_key_in(text_of(name + ".pub")).value(); }
  /// The blob of ssh-keygen's signature.
  std::string ssh_signed(const std::string& key, const std::string& message, const std::string& ns = std::string(k_verdict_namespace),
                         const std::vector<std::string>& options = {}) const {
    std::vector<std::string> argv{"ssh-keygen", "-Y", "sign", "-n", ns, "-f", path(key).string()};
    argv.insert(argv.end(), options.begin(), options.end());
    const auto blob = signing::sshsig_blob(must(std::move(argv), message));
    REQUIRE_FALSE(blob.empty());
    return blob;
  }
  /// What ssh-keygen says of a signature in the namespace of verdicts.
  bool ssh_accepts(const std::string& blob, const std::string& message, const PublicKey& key) const {
    write("allowed_signers", "ci@example.com namespaces=\"" + std::string(k_verdict_namespace) + "\" " + key.type + " " + key.base64 + "\n");
    write("signature", "-----BEGIN SSH SIGNATURE-----\n" + base64(blob) + "\n-----END SSH SIGNATURE-----\n");
    return run({"ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", "ci@example.com", "-n", std::string(k_verdict_namespace), "-s", "signature"}, message)
        .end.ok();
  }
  std::filesystem::path pem_key(const std::string& name) const {
    must({"openssl", "genpkey", "-algorithm", "ed25519", "-out", path(name).string()});
    REQUIRE(chmod(path(name).c_str(), 0600) == 0);
    return path(name);
  }

  /// From now on there is an agent that has this key, and nobody else has.
  void give_to_agent(const std::string& key) {
    const auto told = must({"ssh-agent", "-s", "-a", path("agent").string()});
    const std::string before = "SSH_AGENT_PID=";
    m_agent = std::stoi(told.substr(told.find(before) + before.size()));
    m_environment.push_back("SSH_AUTH_SOCK=" + path("agent").string());
    must({"ssh-add", "-q", path(key).string()});
    std::filesystem::remove(path(key));
  }

private:
  TemporaryFolder m_folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "signing-").value();
  Interrupt m_interrupt;
  Environment m_environment{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + m_folder.path().string(), "LC_ALL=C"};
  pid_t m_agent = 0;
};

} // namespace gate
