#include "signing/ssh_signer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/base64.hpp"
#include "base/shell_word.hpp"
#include "os/files.hpp"
#include "os/interrupt.hpp"
#include "signing/ssh_wire.hpp"
#include "signing/sshsig.hpp"

namespace gate::signing {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds k_for_a_touch{120};
constexpr std::size_t k_largest_file = 64UL * 1024UL;
constexpr std::string_view k_key = "key::";

// git's own rule (gpg-interface.c, is_literal_ssh_key); what is behind "key::". Nothing: the key is a path.
std::optional<std::string_view> literal_key(std::string_view key) {
  if (key.substr(0, k_key.size()) == k_key) {
    return key.substr(k_key.size());
  }
  return key.substr(0, 4) == "ssh-" ? std::optional(key) : std::nullopt;
}

// A warning or a banner may stand before it.
std::string last_line(std::string_view said) {
  std::string last;
  while (!said.empty()) {
    auto line = said.substr(0, said.find_first_of("\r\n"));
    said.remove_prefix(std::min(line.size() + 1, said.size()));
    last = line.find_first_not_of(" \t") == std::string_view::npos ? last : std::string(line);
  }
  return last;
}

// ssh-keygen opens it by itself.
bool has_terminal() { return ::isatty(STDERR_FILENO) == 1 && Fd(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)); }

std::string public_key_file(const std::string& key) {
  constexpr std::string_view k_pub = ".pub";
  const bool is_public = key.size() > k_pub.size() && std::string_view(key).substr(key.size() - k_pub.size()) == k_pub;
  return is_public ? key : key + std::string(k_pub);
}

std::string write_public_key(const std::string& key) { return "ssh-keygen -y -f " + shell_word(key) + " > " + shell_word(public_key_file(key)); }

Failure no_program(const std::string& program) {
  const bool is_usual = program.find('/') == std::string::npos;
  return could_not_run("verdicts can't be signed: there is no " + program, is_usual ? "install OpenSSH's client: apt-get install openssh-client"
                                                                                     : "give the right one: git config gpg.ssh.program PROGRAM");
}

} // namespace

std::optional<PublicKey> public_key_in(std::string_view line) {
  line = line.substr(0, line.find_first_of("\r\n"));
  const auto blank = line.find(' ');
  if (blank == std::string_view::npos) {
    return std::nullopt;
  }
  const auto type = line.substr(0, blank);
  auto encoded = line.substr(blank + 1);
  encoded = encoded.substr(0, encoded.find(' '));
  const auto blob = from_base64(encoded);
  if (!blob || SshReader(*blob).text() != type || type.empty()) {
    return std::nullopt;
  }
  return PublicKey{std::string(type), base64(*blob)};
}

Result<PublicKey> SshSigner::public_key() const {
  const auto because = [&](const std::string& why, const std::string& remedy) { return could_not_run("the key that git signs with can't be read: " + why, remedy); };
  if (const auto literal = literal_key(m_key.key)) {
    const auto key = public_key_in(*literal);
    return key ? Result<PublicKey>(*key) : because("user.signingKey is no public key", "git config user.signingKey FILE");
  }
  const std::string file = public_key_file(m_key.key);
  const auto text = read_file(file, k_largest_file);
  if (const auto key = text && *text ? public_key_in(**text) : std::nullopt) {
    return *key;
  }
  if (!find_program("ssh-keygen", m_environment)) {
    return no_program("ssh-keygen");
  }
  const CommandLimits limits{std::chrono::steady_clock::now() + k_for_a_touch, m_interrupt, {}};
  const auto told = run_captured({{"ssh-keygen", "-y", "-f", m_key.key}, m_environment, {}}, limits);
  if (!told) {
    return Failure(told.error());
  }
  const auto key = told->end.ok() ? public_key_in(told->out) : std::nullopt;
  return key ? Result<PublicKey>(*key) : because(told->end.ok() ? m_key.key + " is no key" : last_line(told->err), "put its public key beside it: " + write_public_key(m_key.key));
}

Failure SshSigner::cannot_sign(const std::string& said) const {
  const std::string what = m_key.program + " did not sign: " + said;
  if (literal_key(m_key.key)) {
    return could_not_run(what, "does your agent have the key? ssh-add -L");
  }
  const bool is_mixed_up = said.find("doesn't match") != std::string::npos; // sshkey.c, of KEY.pub
  return could_not_run(what, is_mixed_up ? "write its public key anew: " + write_public_key(m_key.key) : "give the key to your agent: ssh-add " + shell_word(m_key.key));
}

// Without a terminal at first: where the agent has the key nobody is asked anything. For a touch ssh-keygen says there what it waits for.
Result<void> SshSigner::run(const std::vector<std::string>& argv, const PublicKey& key) const {
  const bool wants_touch = key.type.rfind("sk-", 0) == 0;
  if (wants_touch && has_terminal()) {
    return run_on_terminal(argv);
  }
  const CommandLimits limits{std::chrono::steady_clock::now() + k_for_a_touch, m_interrupt, {}};
  const auto ran = run_captured({argv, m_environment, {}}, limits);
  if (!ran) {
    return Failure(ran.error());
  }
  if (ran->end.ok()) {
    return {};
  }
  if (ran->end.how == CommandEnd::How::timed_out) {
    return cannot_sign("it waited for two minutes");
  }
  const bool can_be_asked = ran->err.find("passphrase") != std::string::npos || ran->err.find("PIN") != std::string::npos;
  return can_be_asked && has_terminal() ? run_on_terminal(argv) : cannot_sign(last_line(ran->err));
}

Result<void> SshSigner::run_on_terminal(const std::vector<std::string>& argv) const {
  const auto asked = run_attached({argv, m_environment, {}});
  if (m_interrupt->raised()) {
    return interrupted();
  }
  if (!asked) {
    return Failure(asked.error());
  }
  return asked->ok() ? Result<void>() : cannot_sign("see above");
}

Result<std::string> SshSigner::sign(std::string_view message, const PublicKey& own) const {
  if (!find_program(m_key.program, m_environment)) {
    return no_program(m_key.program);
  }
  std::error_code failed;
  fs::create_directories(m_folder, failed);
  const auto folder = TemporaryFolder::make(m_folder, "sign-");
  if (!folder) {
    return Failure(folder.error());
  }
  const fs::path file = folder->path() / "verdict";
  std::string key = m_key.key;
  // A file, and not a pipe: programs that stand in for ssh-keygen know only what git does.
  std::vector<std::string> argv{m_key.program, "-Y", "sign", "-n", std::string(k_verdict_namespace), "-f"};
  if (const auto literal = literal_key(m_key.key)) {
    key = (folder->path() / "key.pub").string();
    if (auto written = write_file(key, std::string(*literal) + "\n", 0600); !written) {
      return Failure(written.error());
    }
    argv.insert(argv.end(), {key, "-U"});
  } else {
    argv.push_back(key);
  }
  argv.push_back(file.string());
  if (auto written = write_file(file, message, 0600); !written) {
    return Failure(written.error());
  }
  if (auto ran = run(argv, own); !ran) {
    return Failure(ran.error());
  }
  const auto armored = read_file(file.string() + ".sig", k_largest_file);
  const std::string blob = armored && *armored ? sshsig_blob(**armored) : std::string();
  return blob.empty() ? Result<std::string>(cannot_sign("what it wrote is no signature")) : blob;
}

} // namespace gate::signing
