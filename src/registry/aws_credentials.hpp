// AWS's credentials, in the order in which AWS's own programs look for them (botocore 1.43, botocore/credentials.py).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "os/interrupt.hpp"
#include "os/process.hpp"
#include "registry/http_client.hpp"
#include "registry/sigv4.hpp"

namespace gate::registry {

/// Keys, and where they come from.
struct AwsCredentials {
  AwsKeys keys;
  std::string origin;  ///< for people, never a secret: "AWS_ACCESS_KEY_ID", "profile dev (~/.aws/credentials)", "the container's role"
  std::string remedy;  ///< the command or setting that mends keys that are wrong or have expired
  std::optional<std::chrono::system_clock::time_point> expires;
};

struct AwsWorld {
  const Environment& env;      ///< gate's own: AWS_*, HOME, CI's variables
  const Interrupt& interrupt;
  HttpClient& client;          ///< for STS, container and instance metadata, CI's identity tokens
  std::string region;          ///< of the registry: STS is asked there (sts.REGION.SUFFIX)
  std::string suffix;          ///< of its partition: "amazonaws.com"
};

/// The first that there are: environment; the profile's assumed role (source_profile, credential_source), web identity
/// (AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE, or CI's own identity token: GitHub, GitLab, CircleCI), shared credentials file,
/// credential_process, config file; container; instance (IMDSv2). What gate does not know by itself (SSO, login) is asked of
/// `aws configure export-credentials` where that program is. Nothing when there are none at all; a source that is configured and
/// fails is an error, and the next one is not tried. Nothing is written anywhere.
Result<std::optional<AwsCredentials>> aws_credentials(const AwsWorld& world);

/// Where an AWS service's API is: AWS_ENDPOINT_URL_<SERVICE> and AWS_ENDPOINT_URL come before `otherwise`, unless
/// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS (docs.aws.amazon.com/sdkref, "Service-specific endpoints"). `service` is "ECR" or "STS".
Result<Url> aws_endpoint(const Environment& env, const std::string& service, const std::string& otherwise_host);

} // namespace gate::registry
