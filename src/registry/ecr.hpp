// AWS ECR's own API (botocore's data/ecr/2015-09-21/service-2.json).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "os/process.hpp"
#include "ports.hpp"
#include "registry/ecr_host.hpp"
#include "registry/http_client.hpp"
#include "registry/sigv4.hpp"

namespace gate::registry {

/// Puts the keys that the aws program would use, whatever they come from, into the environment.
inline constexpr const char* k_aws_keys_command = "eval \"$(aws configure export-credentials --format env)\"";

/// The keys of the environment; nothing when there are none. An error when there is only half of them.
Result<std::optional<AwsKeys>> aws_keys(const Environment& env);

/// Where the API is: AWS_ENDPOINT_URL_ECR and AWS_ENDPOINT_URL come before AWS's own
/// (docs.aws.amazon.com/sdkref, "Service-specific endpoints").
Result<Url> ecr_endpoint(const EcrHost& host, const Environment& env);

/// What an error of the API means.
enum class EcrTrouble {
  wrong_keys,
  old_session,
  not_allowed,
  wrong_clock,
  no_repository,
  busy,
  other,
};

EcrTrouble ecr_trouble(long status, std::string_view body);

class Ecr {
public:
  Ecr(HttpClient& client, EcrHost host, Url endpoint, AwsKeys keys);

  /// GetAuthorizationToken: good for twelve hours, in every repository that the keys may reach.
  Result<RegistryLogin> login();
  /// DescribeRepositories. Where the keys may not ask, the push will tell.
  Result<void> check_exists(const std::string& repository);

private:
  struct Reply {
    long status = 0;
    Secret body;
  };

  Result<Reply> call(const std::string& operation, const std::string& body);
  tl::expected<HttpAnswer, HttpFailure> send_signed(const std::string& operation, const std::string& body);
  Failure failure_of(const std::string& operation, const Reply& reply) const;

  HttpClient& m_client;
  EcrHost m_host;
  Url m_endpoint;
  AwsKeys m_keys;
  std::chrono::system_clock::duration m_clock_skew{0}; ///< how far AWS's clock is ahead
};

} // namespace gate::registry
