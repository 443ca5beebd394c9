#include "registry/ecr_public.hpp"

#include <utility>

#include "base/shell_word.hpp"
#include "registry/json.hpp"

namespace gate::registry {

namespace {

constexpr const char* k_region = "us-east-1"; // the only one that hands out logins (data/endpoints.json)

} // namespace

std::optional<EcrService> ecr_public_service(std::string_view host) {
  const bool is_dual_stack = host == "ecr-public.aws.com";
  if (!is_dual_stack && host != "public.ecr.aws") {
    return std::nullopt;
  }
  return EcrService{"AWS ECR Public",
                    "ecr-public",
                    "SpencerFrontendService",
                    "ECR_PUBLIC",
                    is_dual_stack ? "ecr-public.us-east-1.api.aws" : "api.ecr-public.us-east-1.amazonaws.com",
                    k_region,
                    "amazonaws.com"};
}

EcrPublic::EcrPublic(EcrApi api) : m_api(std::move(api)) {}

Result<RegistryLogin> EcrPublic::login() {
  const std::string operation = "GetAuthorizationToken";
  const Result<EcrApi::Reply> reply = m_api.call(operation, "{}");
  if (!reply) {
    return Failure(reply.error());
  }
  if (reply->status != 200) {
    return m_api.failure_of(operation, *reply);
  }
  const SecretJson json(reply->body.reveal());
  const Secret token(text_of(member(member(json.get(), "authorizationData"), "authorizationToken")));
  return m_api.decoded(token);
}

Result<std::optional<Error>> EcrPublic::why_unknown(const std::string& repository) {
  const std::string name = repository.substr(repository.find('/') + 1);
  const Json question{{"repositoryNames", Json::array({name})}};
  const Result<EcrApi::Reply> reply = m_api.call("DescribeRepositories", question.dump());
  if (!reply) {
    return Failure(reply.error());
  }
  if (ecr_trouble(reply->status, reply->body.reveal()) != EcrTrouble::no_repository) {
    return std::optional<Error>();
  }
  return std::optional<Error>(Error{
      ErrorKind::could_not_run, "AWS ECR Public has no repository " + repository,
      "aws ecr-public create-repository --repository-name " + shell_word(name) + " --region " + k_region});
}

} // namespace gate::registry
