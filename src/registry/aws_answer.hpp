// What AWS's services and programs answer when they are asked for credentials.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "registry/aws_credentials.hpp"

namespace gate::registry {

/// RFC 3339, of any offset: "2026-01-01T00:00:00Z", "2026-01-01T02:00:00.5+02:00". Nothing for anything else.
std::optional<std::chrono::system_clock::time_point> aws_time(std::string_view text);

/// Can it be a key, a token: visible ASCII, no blanks, not empty? Else it would not survive in a header.
bool is_visible_ascii(std::string_view text);

/// Both halves are there, and nothing that could not be sent.
bool are_whole(const AwsKeys& keys);

/// A JSON object with AccessKeyId, SecretAccessKey and Expiration, and the session token by the name that
/// `token` says. Nothing when a key is missing or can't be one. `origin` and `remedy` are left to the caller.
std::optional<AwsCredentials> credentials_in_json(std::string_view text, const std::string& token);

/// Puts the keys that the aws program finds for this profile ("" for its own choice) into the environment.
std::string aws_export_command(const std::string& profile);

/// A variable's value, "" when it is not set.
std::string variable_of(const Environment& env, std::string_view name);

} // namespace gate::registry
