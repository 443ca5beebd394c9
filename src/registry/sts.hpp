// AWS's Security Token Service: keys for a role (docs.aws.amazon.com, "AWS STS API Reference", 2011-06-15:
// the query protocol, whose answers are XML).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "registry/aws_credentials.hpp"

namespace gate::registry {

/// A role, and how it is wanted.
struct AwsRole {
  std::string arn;
  std::string session_name; ///< empty: gate makes one
  std::string external_id;  ///< empty: none
  int duration_s = 0;       ///< 0: AWS's own choice
};

/// AssumeRole, signed with somebody's keys. The result has neither origin nor remedy.
Result<AwsCredentials> assume_role(const AwsWorld& world, const AwsRole& role, const AwsCredentials& by);

/// AssumeRoleWithWebIdentity, which is not signed: the token is all. `from` says for people whose token it
/// is.
Result<AwsCredentials> assume_role_by_token(const AwsWorld& world, const AwsRole& role, const Secret& token,
                                            const std::string& from);

/// The host of STS for a registry of this region: "sts.eu-west-1.amazonaws.com".
std::string sts_host(const std::string& region, const std::string& suffix);

/// The keys of an answer. Strictly: each of the four tags once, in <Credentials>, and nothing in them that is
/// no key.
std::optional<AwsCredentials> credentials_in_xml(std::string_view body);

/// What an error says; both empty for what is no error of STS.
struct StsRefusal {
  std::string code;
  std::string message;
};
StsRefusal refusal_in_xml(std::string_view body);

} // namespace gate::registry
