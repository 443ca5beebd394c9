// The identity token that a CI service gives to a job (OpenID Connect), in exchange for which AWS STS gives
// keys.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "registry/aws_credentials.hpp"

namespace gate::registry {

struct CiIdentity {
  Secret token;
  std::string from; ///< for people: "GitHub's identity token"
};

/// The first of:
/// GitHub: asked for, at ACTIONS_ID_TOKEN_REQUEST_URL with ACTIONS_ID_TOKEN_REQUEST_TOKEN, for the audience
/// sts.amazonaws.com. A job has both
///   variables when its permissions say `id-token: write` (docs.github.com, "OpenID Connect in Amazon Web
///   Services").
/// GitLab: the job's own `id_tokens` has put it into a variable of any name (docs.gitlab.com, "Configure
/// OpenID Connect in AWS"); gate reads
///   AWS_WEB_IDENTITY_TOKEN, then GITLAB_OIDC_TOKEN, which is the name in GitLab's examples.
/// CircleCI: CIRCLE_OIDC_TOKEN_V2, then CIRCLE_OIDC_TOKEN (circleci.com/docs, "Using OpenID Connect tokens in
/// jobs"). Nothing where there is none of these.
Result<std::optional<CiIdentity>> ci_identity(const AwsWorld& world);

/// What lets a job have such a token: for the CI service that the environment is of, else in general.
std::string ci_identity_remedy(const Environment& env);

} // namespace gate::registry
