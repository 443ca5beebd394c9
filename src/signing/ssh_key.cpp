#include "signing/ssh_key.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "signing/ssh_wire.hpp"

namespace gate::signing {

namespace {

template <auto Free> struct Freeing {
  template <typename T> void operator()(T* object) const { Free(object); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freeing<EVP_PKEY_CTX_free>>;
using HashContextPtr = std::unique_ptr<EVP_MD_CTX, Freeing<EVP_MD_CTX_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Freeing<BN_free>>;
using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freeing<OSSL_PARAM_BLD_free>>;
using ParametersPtr = std::unique_ptr<OSSL_PARAM, Freeing<OSSL_PARAM_free>>;
using EcSignaturePtr = std::unique_ptr<ECDSA_SIG, Freeing<ECDSA_SIG_free>>;

constexpr int k_least_rsa_bits = 2048;
constexpr int k_most_rsa_bits = 16384; // as ssh-keygen makes them
constexpr std::size_t k_ed25519_key = 32;
constexpr std::size_t k_ed25519_signature = 64;
constexpr std::uint8_t k_was_touched = 0x01; // PROTOCOL.u2f, "flags"
constexpr const char* k_bad_key = "its key is damaged";
constexpr const char* k_bad_signature = "its signature is not good";

enum class Family { ed25519, ecdsa, rsa };

struct KeyType {
  std::string_view name;
  Family family;
  bool is_security_key;
  std::string_view curve;      ///< as SSH calls it
  const char* group;           ///< as OpenSSL calls it
  std::size_t coordinate;      ///< bytes
  const EVP_MD* (*hash)();     ///< of an ecdsa signature (RFC 5656, 6.2.1)
};

constexpr std::array<KeyType, 7> k_types{{{"ssh-ed25519", Family::ed25519, false, "", "", 0, nullptr},
                                          {"sk-ssh-ed25519@openssh.com", Family::ed25519, true, "", "", 0, nullptr},
                                          {"ecdsa-sha2-nistp256", Family::ecdsa, false, "nistp256", "P-256", 32, EVP_sha256},
                                          {"ecdsa-sha2-nistp384", Family::ecdsa, false, "nistp384", "P-384", 48, EVP_sha384},
                                          {"ecdsa-sha2-nistp521", Family::ecdsa, false, "nistp521", "P-521", 66, EVP_sha512},
                                          {"sk-ecdsa-sha2-nistp256@openssh.com", Family::ecdsa, true, "nistp256", "P-256", 32, EVP_sha256},
                                          {"ssh-rsa", Family::rsa, false, "", "", 0, nullptr}}};

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

NumberPtr number_of(std::string_view magnitude) { return NumberPtr(BN_bin2bn(bytes_of(magnitude), static_cast<int>(magnitude.size()), nullptr)); }

KeyPtr key_from(const char* algorithm, OSSL_PARAM_BLD* builder) {
  const ParametersPtr parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1) {
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get());
  }
  return KeyPtr(key);
}

KeyPtr ed25519_key(std::string_view raw) {
  return KeyPtr(raw.size() == k_ed25519_key ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(raw), raw.size()) : nullptr);
}

// Only points that are written whole: 4, x, y (SEC 1, 2.3.4). OpenSSL refuses those that are not on the curve.
KeyPtr ecdsa_key(const KeyType& type, std::string_view point) {
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  if (point.size() != 1 + 2 * type.coordinate || point.front() != '\x04' || !builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, type.group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return nullptr;
  }
  return key_from("EC", builder.get());
}

KeyPtr rsa_key(std::string_view exponent, std::string_view modulus) {
  if (modulus.size() > k_most_rsa_bits / 8 || exponent.size() > modulus.size()) {
    return nullptr;
  }
  const NumberPtr e = number_of(exponent);
  const NumberPtr n = number_of(modulus);
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!e || !n || !builder || BN_is_odd(e.get()) != 1 || BN_is_one(e.get()) == 1 || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1) {
    return nullptr;
  }
  return key_from("RSA", builder.get());
}

/// A key as its blob has it.
struct ReadKey {
  const KeyType* type = nullptr;
  KeyPtr key;
  std::string_view application; ///< of a security key
};

tl::expected<ReadKey, std::string> read_key(std::string_view blob) {
  SshReader reader(blob);
  const auto name = reader.text();
  const auto* const type = std::find_if(k_types.begin(), k_types.end(), [&](const KeyType& known) { return known.name == name; });
  if (type == k_types.end()) {
    constexpr std::size_t k_longest = 64;
    const bool is_certificate = name.find("-cert-v01@") != std::string_view::npos;
    return tl::unexpected(is_certificate ? std::string("it was made with a certificate, which gate does not read")
                                         : "gate does not read signatures by keys of the type \"" + std::string(name.substr(0, k_longest)) + "\"");
  }
  ReadKey read{type, nullptr, {}};
  if (type->family == Family::rsa) {
    const auto exponent = reader.magnitude();
    const auto modulus = reader.magnitude();
    read.key = reader.is_good() ? rsa_key(exponent, modulus) : nullptr;
  } else {
    const bool is_its_curve = type->family == Family::ed25519 || reader.text() == type->curve;
    const auto point = reader.text();
    if (reader.is_good() && is_its_curve) {
      read.key = type->family == Family::ed25519 ? ed25519_key(point) : ecdsa_key(*type, point);
    }
  }
  if (type->is_security_key) {
    read.application = reader.text();
  }
  if (!read.key || !reader.is_done()) {
    return tl::unexpected(std::string(k_bad_key));
  }
  if (type->family == Family::rsa && EVP_PKEY_get_bits(read.key.get()) < k_least_rsa_bits) {
    return tl::unexpected("its rsa key has fewer than " + std::to_string(k_least_rsa_bits) + " bits");
  }
  return read;
}

bool verifies(EVP_PKEY* key, const EVP_MD* hash, std::string_view signature, std::string_view message) {
  const HashContextPtr context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
}

// SSH has r and s as two numbers, OpenSSL takes them in DER. Empty: they are none.
std::string der_of(std::string_view numbers) {
  constexpr std::size_t k_longest = 66;
  SshReader reader(numbers);
  const auto r = reader.magnitude();
  const auto s = reader.magnitude();
  const EcSignaturePtr signature(ECDSA_SIG_new());
  if (!reader.is_done() || r.size() > k_longest || s.size() > k_longest || !signature) {
    return {};
  }
  NumberPtr r_number = number_of(r);
  NumberPtr s_number = number_of(s);
  if (!r_number || !s_number || ECDSA_SIG_set0(signature.get(), r_number.get(), s_number.get()) != 1) {
    return {};
  }
  (void)r_number.release();
  (void)s_number.release();
  unsigned char* encoded = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &encoded);
  const std::unique_ptr<unsigned char, Freeing<[](unsigned char* bytes) { OPENSSL_free(bytes); }>> owner(encoded);
  return size > 0 ? std::string(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size)) : std::string();
}

bool verifies_rsa(EVP_PKEY* key, std::string_view algorithm, std::string_view signature, std::string_view message) {
  const EVP_MD* const hash = algorithm == "rsa-sha2-512" ? EVP_sha512() : algorithm == "rsa-sha2-256" ? EVP_sha256() : nullptr;
  const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
  if (hash == nullptr || signature.empty() || signature.size() > size) {
    return false;
  }
  // An implementation may have left zeros away at its beginning (RFC 4253, 6.6 calls it an integer "without lengths or padding").
  return verifies(key, hash, std::string(size - signature.size(), '\0').append(signature), message);
}

} // namespace

std::string hash_of(std::string_view algorithm, std::string_view bytes) {
  const EVP_MD* const hash = algorithm == "sha512" ? EVP_sha512() : algorithm == "sha256" ? EVP_sha256() : nullptr;
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned size = 0;
  if (hash == nullptr || EVP_Digest(bytes.data(), bytes.size(), sum.data(), &size, hash, nullptr) != 1) {
    return {};
  }
  return {reinterpret_cast<const char*>(sum.data()), size};
}

bool check_raw_ed25519(std::string_view key, std::string_view signature, std::string_view message) {
  const KeyPtr read = ed25519_key(key);
  const bool is_good = read && signature.size() == k_ed25519_signature && verifies(read.get(), nullptr, signature, message);
  ERR_clear_error();
  return is_good;
}

tl::expected<std::string, std::string> check_by_key(std::string_view key_blob, std::string_view signature, std::string_view message) {
  const auto key = read_key(key_blob);
  ERR_clear_error();
  if (!key) {
    return tl::unexpected(key.error());
  }
  const KeyType& type = *key->type;
  SshReader reader(signature);
  const auto algorithm = reader.text();
  const auto bytes = reader.text();
  std::string signed_here;
  if (type.is_security_key) {
    const auto flags = reader.byte();
    const auto counter = reader.number();
    if (reader.is_good() && (flags & k_was_touched) == 0) {
      return tl::unexpected(std::string("nobody touched the security key that made it"));
    }
    signed_here = hash_of("sha256", key->application) + static_cast<char>(flags);
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      signed_here += static_cast<char>(counter >> shift & 0xffU);
    }
    signed_here += hash_of("sha256", message);
    message = signed_here;
  }
  if (!reader.is_done() || (type.family != Family::rsa && algorithm != type.name)) {
    return tl::unexpected(std::string("its signature is damaged"));
  }
  bool is_good = false;
  if (type.family == Family::rsa) {
    is_good = verifies_rsa(key->key.get(), algorithm, bytes, message);
  } else if (type.family == Family::ed25519) {
    is_good = bytes.size() == k_ed25519_signature && verifies(key->key.get(), nullptr, bytes, message);
  } else {
    const std::string der = der_of(bytes);
    is_good = !der.empty() && verifies(key->key.get(), type.hash(), der, message);
  }
  ERR_clear_error();
  return is_good ? tl::expected<std::string, std::string>(std::string(type.name)) : tl::unexpected(std::string(k_bad_signature));
}

} // namespace gate::signing
