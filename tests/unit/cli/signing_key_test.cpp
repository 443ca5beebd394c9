#include <catch2/catch.hpp>

#include "cli/signing_key.hpp"
#include "os/files.hpp"

using namespace gate;

namespace {

/// A git that has only the configuration which stands here.
class Configured {
public:
  explicit Configured(const std::string& configuration = {}) {
    m_environment = {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/home/me", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + (m_folder.path() / "config").string(),
                     "GIT_DIR=" + (m_folder.path() / "none").string()};
    REQUIRE(write_file(m_folder.path() / "config", configuration, 0600));
  }

  std::filesystem::path path(const std::string& name) const { return m_folder.path() / name; }
  Result<SigningKey> key(const std::optional<std::string>& variable = {}) const {
    Environment called_with = m_environment;
    if (variable) {
      called_with.push_back(std::string(k_signing_key_variable) + "=" + *variable);
    }
    return signing_key_of({{"gate", "push"}, called_with}, m_environment);
  }
  SshKey ssh() const {
    const auto read = key();
    REQUIRE(read);
    REQUIRE(std::holds_alternative<SshKey>(*read));
    return std::get<SshKey>(*read);
  }
  bool has_none() const { return std::holds_alternative<std::monostate>(key().value()); }

private:
  TemporaryFolder m_folder = TemporaryFolder::make(std::filesystem::temp_directory_path(), "signing-key-").value();
  Environment m_environment;
};

} // namespace

TEST_CASE("GATE_SIGNING_KEY names a file or a file descriptor, and comes before git's key") {
  const Configured git("[gpg]\nformat = ssh\n[user]\nsigningKey = /keys/id\n");
  CHECK(std::get<std::filesystem::path>(std::get<PemKey>(git.key("/secrets/key.pem").value()).from) == "/secrets/key.pem");
  CHECK(std::get<std::filesystem::path>(std::get<PemKey>(git.key("~/key.pem").value()).from) == "/home/me/key.pem");
  CHECK(std::get<int>(std::get<PemKey>(git.key("fd:3").value()).from) == 3);
  CHECK(std::holds_alternative<SshKey>(git.key("").value()));
}

TEST_CASE("a GATE_SIGNING_KEY that makes no sense is a usage error, which does not show a key") {
  const Configured git;
  for (const std::string value : {"fd:", "fd:x", "fd:3x", "fd:-1", "fd:0", "fd:2", "fd:99999999999999999999"}) {
    INFO(value);
    const auto key = git.key(value);
    REQUIRE_FALSE(key);
    CHECK(key.error().kind == ErrorKind::usage);
    CHECK(key.error().message.find(value) != std::string::npos);
  }
  for (const std::string value : {"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAA\n-----END PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY----- MC4CAQAwBQYDK2VwBCIEIAAA"}) {
    const auto key = git.key(value);
    REQUIRE_FALSE(key);
    CHECK(key.error().message.find("MC4C") == std::string::npos);
    CHECK(key.error().remedy.find("MC4C") == std::string::npos);
  }
}

TEST_CASE("git's key is taken where git signs with ssh") {
  CHECK(Configured().has_none());
  CHECK(Configured("[user]\nsigningKey = /keys/id\n").has_none());
  CHECK(Configured("[gpg]\nformat = openpgp\n[user]\nsigningKey = ABCD\n").has_none());
  CHECK(Configured("[gpg]\nformat = ssh\n").has_none());
  CHECK(Configured("[gpg]\nformat\n[user]\nsigningKey\n").has_none());

  const auto plain = Configured("[gpg]\nformat = ssh\n[user]\nsigningKey = /keys/old\nsigningKey = ~/.ssh/id.pub\n").ssh();
  CHECK(plain.key == "/home/me/.ssh/id.pub");
  CHECK(plain.program == "ssh-keygen");
  const auto special = Configured("[gpg]\nformat = ssh\n[gpg \"ssh\"]\nprogram = ~/bin/op-ssh-sign\n[user]\nsigningKey = key::ssh-ed25519 AAAA\n").ssh();
  CHECK(special.key == "key::ssh-ed25519 AAAA");
  CHECK(special.program == "/home/me/bin/op-ssh-sign");
}

TEST_CASE("gpg.ssh.defaultKeyCommand is asked where there is no key") {
  const auto with = [](const std::string& command) { return Configured("[gpg]\nformat = ssh\n[gpg \"ssh\"]\ndefaultKeyCommand = " + command + "\n"); };
  CHECK(with(R"("sh -c 'echo key::ssh-ed25519 AAAA; echo two'")").ssh().key == "key::ssh-ed25519 AAAA");
  CHECK(with(R"("echo ssh-ed25519\\ A\"A A\"A")").ssh().key == "ssh-ed25519 AA AA");
  CHECK(with(R"("sh -c 'echo two; echo ssh-ed25519 AAAA'")").has_none());
  CHECK(with("echo ssh-ed25519  AAAA 'a  b'").ssh().key == "ssh-ed25519 AAAA a  b");
  CHECK(with("echo /keys/id").has_none());
  CHECK(with("false").has_none());
  CHECK(with("/not/there").has_none());
  CHECK(with("echo 'ssh-ed25519").has_none());
}
