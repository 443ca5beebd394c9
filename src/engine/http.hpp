// HTTP/1.1 over a unix socket or TCP with TLS, as the Engine's API speaks it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "engine/endpoint.hpp"
#include "os/process.hpp"

namespace gate {

/// How long to wait, for what, and whom to tell meanwhile.
using Patience = CommandLimits;

/// Between two looks at whether to wait on.
inline constexpr std::chrono::milliseconds k_turn{100};

struct HttpRequest {
  std::string method;
  std::string path; ///< with the query, percent-encoded
  std::string body; ///< JSON; sent for POST only
  /// A tar archive (ustar, POSIX.1-1988) that is sent instead of `body`, with PUT: gives the next bytes, none at its end. May be empty.
  std::function<Result<std::string>()> archive = {};
  /// Sent with a POST as X-Registry-Auth unless it is null; must outlive the request.
  const Secret* registry_auth = nullptr;
};

struct HttpResponse {
  long status = 0;
  std::string api_version; ///< the Api-Version header, which /_ping has
  std::string body;        ///< at most k_body_limit bytes; empty when a sink took it
};

/// One Engine: one kept connection, more of them only while requests run side by side. Not for two
/// threads.
class Http {
public:
  static constexpr std::size_t k_body_limit = 8U << 20U;

  explicit Http(Endpoint endpoint);
  ~Http();
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;

  const Endpoint& endpoint() const { return m_endpoint; }

  /// Any HTTP status is a response. Errors: could_not_run (no connection, cut, too long, deadline) or
  /// interrupted.
  Result<HttpResponse> send(const HttpRequest& request, const Patience& patience);

  /// All of them at once; the responses come in the order of the requests.
  std::vector<Result<HttpResponse>> send_all(const std::vector<HttpRequest>& requests,
                                             const Patience& patience);

  /// Hands out the body of a 2xx as it comes, to its end, and of any other status gives it in the response.
  /// `on_open` (may be empty) is called once the head of the response is there; it may send other requests,
  /// and an error of its own ends the stream. The sink gives false when it has seen enough: that is an error,
  /// too.
  Result<HttpResponse> stream(const HttpRequest& request, const Patience& patience,
                              const std::function<bool(std::string_view)>& sink,
                              const std::function<Result<void>()>& on_open);

private:
  class Transfer;
  struct Multi;

  Failure failure_of(const Transfer& transfer) const;
  std::optional<Failure> tls_failure_of(const Transfer& transfer) const;
  const char* restart_remedy() const;
  Result<HttpResponse> result_of(Transfer& transfer) const;
  /// `opening` may be null: there is no wait once the head of its response is there.
  Result<void> pump(const Patience& patience, const Transfer* opening);

  Endpoint m_endpoint;
  std::unique_ptr<Multi> m_multi;
};

} // namespace gate
