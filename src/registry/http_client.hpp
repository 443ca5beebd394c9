// HTTP/1.1 over TLS to machines elsewhere (RFC 9110, 9112).
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/redact.hpp"
#include "base/secret.hpp"
#include "os/interrupt.hpp"
#include "os/process.hpp"
#include "registry/url.hpp"

namespace gate::registry {

struct Header {
  std::string name;
  Secret value;
};

struct HttpCall {
  std::string method;
  Origin origin;
  Secret target; ///< path and query: of a build trigger it is the secret itself
  std::vector<Header> headers;
  Secret body;             ///< sent with POST and PUT
  bool may_repeat = false; ///< the same again does no harm: a cut connection, a 429 and a 5xx are tried again
  bool plain_is_meant = false; ///< the user wrote http:// himself; else that is for this machine only
  std::chrono::milliseconds connect_limit{5000};
  std::chrono::seconds silence_limit{15}; ///< without a byte of the answer
};

struct HttpAnswer {
  long status = 0;
  std::vector<std::pair<std::string, std::string>> headers; ///< names in lower case
  std::string body;

  bool ok() const { return status >= 200 && status < 300; }
  /// The first one of this name, or "".
  std::string header(std::string_view name) const;
  std::vector<std::string> all_headers(std::string_view name) const;
  /// When the server says it is.
  std::optional<std::chrono::system_clock::time_point> date() const;
};

/// No answer, or only a part of one.
struct HttpFailure {
  bool nothing_sent = false; ///< for certain: no byte of the request has left
  bool no_tls = false;       ///< there is a listener, but it does not speak TLS
  bool passing = false;      ///< cut: another try may help
  Error error;
};

/// One client, a few kept connections. Redirects are answers, compressed bodies are not asked for, and
/// certificates are always checked. Proxies and certificate authorities come from the environment
/// (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR), and docker's own from /etc/docker/certs.d/<registry>,
/// which count for the registry itself and nobody else. Not for two threads.
class HttpClient {
public:
  static constexpr std::size_t k_body_limit = 4U << 20U;

  HttpClient(const Environment& env, const Interrupt& interrupt, const std::string& registry);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// What is shown to servers by this client, and never told when they quote it: whoever shows them something adds it.
  Redactor& unsaid() { return m_unsaid; }

  /// Any status is an answer.
  tl::expected<HttpAnswer, HttpFailure> send(const HttpCall& call);

  /// Sleeps; an error only when interrupted.
  Result<void> pause(std::chrono::milliseconds length) const;

private:
  class Transfer;
  struct Handles;
  /// What the environment says about the way.
  struct Route {
    std::string https_proxy;
    std::string http_proxy;
    std::string no_proxy;
    std::string ca_file;
    std::string ca_folder;
    std::string registry;    ///< whose authorities those of certs.d are
    std::string registry_ca; ///< of certs.d, with what SSL_CERT_FILE names
  };

  static Route route_from(const Environment& env, const std::string& registry);
  tl::expected<HttpAnswer, HttpFailure> send_once(const HttpCall& call,
                                                  std::chrono::steady_clock::time_point end);

  const Interrupt& m_interrupt;
  Route m_route;
  Redactor m_unsaid;
  std::unique_ptr<Handles> m_handles;
};

/// Is a call to this origin one to the registry of this name ("host" or "host:port")?
bool is_of_registry(const Origin& origin, const std::string& registry);

/// How long to wait before the next try: what Retry-After says, but never more than five seconds; without it a
/// quarter of a second, then one, two, four. Up to half of that less, or some more than what the server says, by
/// chance.
std::chrono::milliseconds retry_delay(const std::string& retry_after, int attempt);

} // namespace gate::registry
