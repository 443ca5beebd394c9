#include "signing/sshsig.hpp"

#include "base/base64.hpp"
#include "signing/ssh_key.hpp"
#include "signing/ssh_wire.hpp"

namespace gate::signing {

namespace {

constexpr std::string_view k_magic = "SSHSIG";
constexpr std::string_view k_begin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view k_end = "-----END SSH SIGNATURE-----";
constexpr std::uint32_t k_version = 1;
constexpr std::size_t k_longest_shown = 64;

} // namespace

std::string sshsig_blob(std::string_view armored) {
  while (!armored.empty() && armored.back() == '\n') {
    armored.remove_suffix(1);
  }
  if (armored.size() < k_begin.size() + k_end.size() || armored.substr(0, k_begin.size()) != k_begin ||
      armored.substr(armored.size() - k_end.size()) != k_end) {
    return {};
  }
  armored.remove_prefix(k_begin.size());
  armored.remove_suffix(k_end.size());
  std::string digits;
  digits.reserve(armored.size());
  for (const char c : armored) {
    if (c != '\n') {
      digits += c;
    }
  }
  auto blob = from_base64(digits).value_or("");
  return std::string_view(blob).substr(0, k_magic.size()) == k_magic ? blob : std::string();
}

tl::expected<PublicKey, std::string> check_sshsig(std::string_view blob, std::string_view ns, std::string_view message) {
  if (blob.substr(0, k_magic.size()) != k_magic) {
    return tl::unexpected(std::string("its signature is none of SSH"));
  }
  SshReader reader(blob.substr(k_magic.size()));
  const auto version = reader.number();
  const auto key = reader.text();
  const auto made_for = reader.text();
  const auto reserved = reader.text();
  const auto algorithm = reader.text();
  const auto signature = reader.text();
  if (!reader.is_done() || version != k_version || !reserved.empty()) {
    return tl::unexpected(std::string("its signature is damaged, or of another version of SSHSIG"));
  }
  if (made_for != ns) {
    return tl::unexpected("its signature was made for \"" + std::string(made_for.substr(0, k_longest_shown)) + "\" and not for \"" + std::string(ns) + "\"");
  }
  const std::string hash = hash_of(algorithm, message);
  if (hash.empty()) {
    return tl::unexpected("its signature is of a hash by \"" + std::string(algorithm.substr(0, k_longest_shown)) + "\"");
  }
  const auto type = check_by_key(key, signature, std::string(k_magic) + ssh_text(made_for) + ssh_text(reserved) + ssh_text(algorithm) + ssh_text(hash));
  return type ? tl::expected<PublicKey, std::string>(PublicKey{*type, base64(key)}) : tl::unexpected(type.error());
}

bool check_ed25519(const PublicKey& key, std::string_view signature, std::string_view message) {
  constexpr std::string_view k_type = "ssh-ed25519";
  const auto blob = from_base64(key.base64);
  if (key.type != k_type || !blob) {
    return false;
  }
  SshReader reader(*blob);
  const bool is_its_type = reader.text() == k_type;
  const auto raw = reader.text();
  return is_its_type && reader.is_done() && check_raw_ed25519(raw, signature, message);
}

} // namespace gate::signing
