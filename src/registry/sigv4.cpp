#include "registry/sigv4.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <map>
#include <string_view>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/ascii.hpp"
#include "base/digest.hpp"

namespace gate::registry {

namespace {

constexpr const char* k_algorithm = "AWS4-HMAC-SHA256";

/// A key on the way to the signature; overwritten when it goes.
class Key {
public:
  explicit Key(std::string_view bytes) { m_text = Secret(std::string(bytes)); }

  Key hmac(std::string_view message) const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned size = 0;
    const std::string& key = m_text.reveal();
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(message.data()), message.size(), sum.data(), &size);
    Key result({reinterpret_cast<const char*>(sum.data()), size});
    OPENSSL_cleanse(sum.data(), sum.size());
    return result;
  }

  std::string hex() const {
    constexpr std::string_view k_digits = "0123456789abcdef";
    std::string result;
    for (const char c : m_text.reveal()) {
      const auto byte = static_cast<unsigned char>(c);
      result += k_digits[byte >> 4U];
      result += k_digits[byte & 0xfU];
    }
    return result;
  }

private:
  Secret m_text;
};

std::string scope_of(const SigningRequest& request) {
  return amz_date(request.now).substr(0, 8) + "/" + request.region + "/" + request.service + "/aws4_request";
}

// By name: sorted as "name:value", X-Amz-Target-Extra would come before X-Amz-Target.
std::map<std::string, std::string_view> signed_headers(const SigningRequest& request, const AwsKeys& keys,
                                                       const std::string& date) {
  std::map<std::string, std::string_view> headers{{"host", request.host}, {"x-amz-date", date}};
  for (const auto& [name, value] : request.headers) {
    headers[lower(name)] = value;
  }
  if (!keys.session_token.empty()) {
    headers["x-amz-security-token"] = keys.session_token.reveal();
  }
  return headers;
}

std::string names_of(const std::map<std::string, std::string_view>& headers) {
  std::string names;
  for (const auto& [name, value] : headers) {
    names += (names.empty() ? "" : ";") + name;
  }
  return names;
}

} // namespace

std::string amz_date(std::chrono::system_clock::time_point now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts)};
}

Secret canonical_request(const SigningRequest& request, const AwsKeys& keys) {
  const std::string date = amz_date(request.now);
  const auto headers = signed_headers(request, keys, date);
  std::string text;
  // At once: growing would leave copies of the session token behind.
  text.reserve(1024 + request.path.size() + keys.session_token.reveal().size());
  text += request.method + "\n" + request.path + "\n\n";
  for (const auto& [name, value] : headers) {
    text += name;
    text += ':';
    text += value;
    text += '\n';
  }
  text += "\n" + names_of(headers) + "\n" + Digest::of(request.body).hex();
  return Secret(std::move(text));
}

std::string string_to_sign(const SigningRequest& request, const AwsKeys& keys) {
  return std::string(k_algorithm) + "\n" + amz_date(request.now) + "\n" + scope_of(request) + "\n" +
         Digest::of(canonical_request(request, keys).reveal()).hex();
}

Signature sign(const SigningRequest& request, const AwsKeys& keys) {
  const std::string date = amz_date(request.now);
  const Secret first("AWS4" + keys.secret.reveal());
  const Key key = Key(first.reveal())
                      .hmac(date.substr(0, 8))
                      .hmac(request.region)
                      .hmac(request.service)
                      .hmac("aws4_request");
  return {date, Secret(std::string(k_algorithm) + " Credential=" + keys.id + "/" + scope_of(request) +
                       ", SignedHeaders=" + names_of(signed_headers(request, keys, date)) +
                       ", Signature=" + key.hmac(string_to_sign(request, keys)).hex())};
}

} // namespace gate::registry
