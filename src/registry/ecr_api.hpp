// The signed calls that AWS's two APIs of container registries have in common (AWS JSON 1.1; botocore's
// data/ecr/2015-09-21 and data/ecr-public/2020-10-30, service-2.json).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "os/interrupt.hpp"
#include "os/process.hpp"
#include "ports.hpp"
#include "registry/aws_credentials.hpp"
#include "registry/http_client.hpp"

namespace gate::registry {

/// What an error of the API means.
enum class EcrTrouble {
  wrong_keys,
  old_session,
  not_allowed,
  wrong_clock,
  no_repository,
  repository_exists,
  busy,
  other,
};

/// "__type" decides; the status only where there is none.
EcrTrouble ecr_trouble(long status, std::string_view body);

/// Which API, and where.
struct EcrService {
  std::string title;         ///< for people: "AWS ECR"
  std::string signing_name;  ///< also the prefix of its permissions
  std::string target_prefix; ///< of X-Amz-Target
  std::string variable;      ///< AWS_ENDPOINT_URL_<this> says where it is
  std::string host;          ///< unless a variable says so
  std::string region;
  std::string suffix; ///< of the partition
};

class EcrApi {
public:
  struct Reply {
    long status = 0;
    Secret body;
  };

  /// With AWS's credentials for it. Nothing when there are none; an error where those that are configured
  /// can't be had. `client` outlives it.
  static Result<std::optional<EcrApi>> open(HttpClient& client, EcrService service, const Environment& env,
                                            const Interrupt& interrupt);

  EcrApi(HttpClient& client, EcrService service, Url endpoint, AwsCredentials credentials);

  /// Any answer but those that pass by themselves: throttling and failures of AWS's own are tried again. The
  /// same call twice has to do no harm.
  Result<Reply> call(const std::string& operation, const std::string& body);
  Failure failure_of(const std::string& operation, const Reply& reply) const;

  /// The login in an answer's "authorizationToken".
  Result<RegistryLogin> decoded(const Secret& token) const;

  /// Whose keys these are, for people.
  const std::string& origin() const { return m_credentials.origin; }

private:
  tl::expected<HttpAnswer, HttpFailure> send_signed(const std::string& operation, const std::string& body);
  std::string where() const;

  HttpClient* m_client;
  EcrService m_service;
  Url m_endpoint;
  AwsCredentials m_credentials;
  std::chrono::system_clock::duration m_clock_skew{0}; ///< how far AWS's clock is ahead
};

} // namespace gate::registry
