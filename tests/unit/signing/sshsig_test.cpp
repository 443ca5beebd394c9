// SSH signatures by ssh-keygen, read in process; and those of security keys, which are made here and shown to ssh-keygen.
#include <catch2/catch.hpp>

#include <array>
#include <memory>

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "signing/signing_world.hpp"
#include "signing/ssh_key.hpp"
#include "signing/ssh_wire.hpp"

using namespace gate;
using namespace gate::signing;

namespace {

const std::string k_message = "DSSEv1 1 a 5 hello";
const std::string k_ns(k_verdict_namespace);

std::string why(const std::string& blob, const std::string& message = k_message) {
  const auto checked = check_sshsig(blob, k_ns, message);
  return checked ? "" : checked.error();
}

std::string number(std::uint32_t value) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes += static_cast<char>(value >> shift & 0xffU);
  }
  return bytes;
}

std::string blob_of(const std::string& key, const std::string& signature, const std::string& hash = "sha512", std::uint32_t version = 1, const std::string& reserved = {}) {
  return "SSHSIG" + number(version) + ssh_text(key) + ssh_text(k_ns) + ssh_text(reserved) + ssh_text(hash) + ssh_text(signature);
}

std::string to_be_signed(const std::string& message) { return "SSHSIG" + ssh_text(k_ns) + ssh_text("") + ssh_text("sha512") + ssh_text(hash_of("sha512", message)); }

struct Freed {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};

std::string signed_by(EVP_PKEY* key, const EVP_MD* hash, const std::string& message) {
  const std::unique_ptr<EVP_MD_CTX, Freed> context(EVP_MD_CTX_new());
  std::array<unsigned char, 256> bytes{};
  std::size_t size = bytes.size();
  REQUIRE(EVP_DigestSignInit(context.get(), nullptr, hash, nullptr, key) == 1);
  REQUIRE(EVP_DigestSign(context.get(), bytes.data(), &size, reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1);
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::string mpint(const BIGNUM* value) {
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
  return ssh_text((static_cast<unsigned char>(bytes.front()) & 0x80U) != 0 ? std::string(1, '\0') + bytes : bytes);
}

/// A security key as PROTOCOL.u2f describes it.
struct SecurityKey {
  std::unique_ptr<EVP_PKEY, Freed> key;
  bool is_ecdsa;

  std::string type() const { return is_ecdsa ? "sk-ecdsa-sha2-nistp256@openssh.com" : "sk-ssh-ed25519@openssh.com"; }
  std::string blob() const {
    std::array<unsigned char, 128> raw{};
    std::size_t size = raw.size();
    if (is_ecdsa) {
      REQUIRE(EVP_PKEY_get_octet_string_param(key.get(), "pub", raw.data(), raw.size(), &size) == 1);
    } else {
      REQUIRE(EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size) == 1);
    }
    return ssh_text(type()) + (is_ecdsa ? ssh_text("nistp256") : "") + ssh_text({reinterpret_cast<const char*>(raw.data()), size}) + ssh_text("ssh:");
  }
  std::string signature(const std::string& message, char flags) const {
    const std::string counted = flags + number(7);
    const std::string raw = signed_by(key.get(), is_ecdsa ? EVP_sha256() : nullptr, hash_of("sha256", "ssh:") + counted + hash_of("sha256", message));
    if (!is_ecdsa) {
      return ssh_text(type()) + ssh_text(raw) + counted;
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
    const std::unique_ptr<ECDSA_SIG, Freed> numbers(d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(raw.size())));
    return ssh_text(type()) + ssh_text(mpint(ECDSA_SIG_get0_r(numbers.get())) + mpint(ECDSA_SIG_get0_s(numbers.get()))) + counted;
  }
  PublicKey shown() const { return {type(), base64(blob())}; }
};

SecurityKey security_key(bool is_ecdsa) {
  return {std::unique_ptr<EVP_PKEY, Freed>(is_ecdsa ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")), is_ecdsa};
}

} // namespace

TEST_CASE("signatures by ssh-keygen are read, of each type of key and both hashes") {
  const SigningWorld world;
  const std::vector<std::vector<std::string>> kinds{{"-t", "ed25519"},           {"-t", "rsa", "-b", "2048"},   {"-t", "rsa", "-b", "3072"},
                                                    {"-t", "ecdsa", "-b", "256"}, {"-t", "ecdsa", "-b", "384"}, {"-t", "ecdsa", "-b", "521"}};
  int count = 0;
  for (const auto& kind : kinds) {
    INFO(kind[1] << (kind.size() > 3 ? kind[3] : ""));
    const std::string name = "key" + std::to_string(count++);
    world.ssh_key(name, kind);
    for (const std::string hash : {"sha256", "sha512"}) {
      const std::string blob = world.ssh_signed(name, k_message, k_ns, {"-O", "hashalg=" + hash});
      const auto checked = check_sshsig(blob, k_ns, k_message);
      REQUIRE(checked);
      CHECK(*checked == world.public_of(name));
      CHECK(why(blob, k_message + " ") == "its signature is not good");
      CHECK(why(blob + std::string(1, '\0')).find("damaged") != std::string::npos);
    }
  }
}

TEST_CASE("a signature that was made for something else is none of a verdict") {
  const SigningWorld world;
  world.ssh_key("key");
  CHECK(why(world.ssh_signed("key", k_message, "git")) == "its signature was made for \"git\" and not for \"verdict@gate\"");
  CHECK(why(world.ssh_signed("key", k_message, "file")).find("\"file\"") != std::string::npos);
}

TEST_CASE("a signature with one bit changed, or cut off anywhere, is refused") {
  const SigningWorld world;
  world.ssh_key("key");
  world.ssh_key("ecdsa", {"-t", "ecdsa", "-b", "256"});
  for (const std::string name : {"key", "ecdsa"}) {
    const std::string good = world.ssh_signed(name, k_message);
    REQUIRE(why(good).empty());
    for (std::size_t i = 0; i < good.size(); ++i) {
      INFO(name << " " << i);
      CHECK_FALSE(why(good.substr(0, i)).empty());
      std::string changed = good;
      changed[i] = static_cast<char>(changed[i] ^ 1);
      CHECK_FALSE(why(changed).empty());
    }
  }
}

TEST_CASE("short rsa keys, certificates, unknown keys, versions and hashes are refused, each with its reason") {
  const SigningWorld world;
  world.ssh_key("short", {"-t", "rsa", "-b", "1024"});
  CHECK(why(world.ssh_signed("short", k_message)) == "its rsa key has fewer than 2048 bits");
  CHECK(why(blob_of(ssh_text("ssh-ed25519-cert-v01@openssh.com"), "")).find("certificate") != std::string::npos);
  CHECK(why(blob_of(ssh_text("ssh-dss"), "")).find("\"ssh-dss\"") != std::string::npos);
  CHECK(why(blob_of(ssh_text("ssh-ed25519") + ssh_text("short"), "")) == "its key is damaged");
  CHECK(why(blob_of("", "", "sha1")) == "its signature is of a hash by \"sha1\"");
  CHECK(why(blob_of("", "", "sha512", 2)).find("another version") != std::string::npos);
  CHECK(why(blob_of("", "", "sha512", 1, "x")).find("damaged") != std::string::npos);
  CHECK(why("SSHSIX") == "its signature is none of SSH");
  CHECK(why("SSHSIG" + number(1) + number(0xffffffffU)).find("damaged") != std::string::npos);
  // A point that is not on the curve, and a key whose exponent is 1: anybody's signature would be good.
  const std::string point = '\x04' + std::string(64, '\x01');
  CHECK(why(blob_of(ssh_text("ecdsa-sha2-nistp256") + ssh_text("nistp256") + ssh_text(point), ssh_text("ecdsa-sha2-nistp256") + ssh_text(""))) == "its key is damaged");
  CHECK(why(blob_of(ssh_text("ssh-rsa") + ssh_text("\1") + ssh_text(std::string(256, '\x7f')), "")) == "its key is damaged");
  CHECK(why(blob_of(ssh_text("ssh-rsa") + ssh_text("\3") + ssh_text(std::string(4096, '\x7f')), "")) == "its key is damaged");
}

TEST_CASE("one kind of key does not stand for another") {
  const SigningWorld world;
  world.ssh_key("ed");
  world.ssh_key("rsa", {"-t", "rsa", "-b", "2048"});
  const std::string ed_key = *from_base64(world.public_of("ed").base64);
  const std::string rsa_key = *from_base64(world.public_of("rsa").base64);
  const std::string signature = ssh_text("ssh-ed25519") + ssh_text(std::string(64, '\0'));
  CHECK(why(blob_of(ed_key, signature)) == "its signature is not good");
  CHECK(why(blob_of(ed_key, ssh_text("ssh-rsa") + ssh_text(std::string(64, '\0')))) == "its signature is damaged");
  CHECK(why(blob_of(rsa_key, ssh_text("ssh-rsa") + ssh_text(std::string(256, '\1')))) == "its signature is not good"); // ssh-rsa is SHA-1
  CHECK(why(blob_of(rsa_key, ssh_text("rsa-sha2-256") + ssh_text(std::string(257, '\1')))) == "its signature is not good");
}

TEST_CASE("a security key's signature is good when somebody touched it") {
  const SigningWorld world;
  for (const bool is_ecdsa : {false, true}) {
    const auto key = security_key(is_ecdsa);
    const std::string good = blob_of(key.blob(), key.signature(to_be_signed(k_message), '\x01'));
    const auto checked = check_sshsig(good, k_ns, k_message);
    INFO(why(good));
    REQUIRE(checked);
    CHECK(*checked == key.shown());
    CHECK(world.ssh_accepts(good, k_message, key.shown()));
    CHECK_FALSE(why(good, "other").empty());
    CHECK(why(blob_of(key.blob(), key.signature(to_be_signed(k_message), '\x04'))) == "nobody touched the security key that made it");
    CHECK(why(good + "x").find("damaged") != std::string::npos);
  }
}

TEST_CASE("an armoured signature is read only whole") {
  const SigningWorld world;
  world.ssh_key("key");
  const std::string armored = world.must({"ssh-keygen", "-Y", "sign", "-n", k_ns, "-f", world.path("key").string()}, k_message);
  CHECK_FALSE(sshsig_blob(armored).empty());
  CHECK(sshsig_blob("").empty());
  CHECK(sshsig_blob("x" + armored).empty());
  CHECK(sshsig_blob(armored + "x").empty());
  CHECK(sshsig_blob("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----").empty());
  CHECK(sshsig_blob("-----BEGIN SSH SIGNATURE-----\nYWJj\n-----END SSH SIGNATURE-----").empty());
}

TEST_CASE("numbers of SSH have one way to be written") {
  const auto read = [](const std::string& bytes) {
    const std::string text = ssh_text(bytes);
    SshReader reader(text);
    const std::string magnitude(reader.magnitude());
    return reader.is_done() ? magnitude : "refused";
  };
  CHECK(read("\x01") == "\x01");
  CHECK(read(std::string("\0\x80", 2)) == "\x80");
  CHECK(read(std::string("\0\x01", 2)) == "refused");
  CHECK(read(std::string("\0", 1)) == "refused");
  CHECK(read("") == "refused");
  CHECK(read("\x80") == "refused");
  SshReader empty("");
  CHECK(empty.byte() == 0);
  CHECK_FALSE(empty.is_good());
  CHECK(empty.text().empty());
}
