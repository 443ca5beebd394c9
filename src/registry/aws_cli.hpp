// Programs that print AWS credentials: a profile's credential_process, and the aws program for what gate does
// not know by itself.
#pragma once

#include <string>

#include "base/error.hpp"
#include "registry/aws_credentials.hpp"

namespace gate::registry {

/// Runs the profile's credential_process and reads the JSON that it prints (docs.aws.amazon.com/sdkref,
/// "Process credential provider", Version 1). Its words are split as botocore does, and no shell is between.
/// It may take half a minute.
Result<AwsCredentials> ask_process(const AwsWorld& world, const std::string& profile,
                                   const std::string& command);

/// `aws configure export-credentials --format process`, which prints the same. `why` says for people what it
/// is that the profile has, e.g. "SSO"; an error, too, where the program is not there.
Result<AwsCredentials> ask_aws(const AwsWorld& world, const std::string& profile, const std::string& why);

} // namespace gate::registry
