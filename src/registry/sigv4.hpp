// AWS Signature Version 4 (docs.aws.amazon.com, "Create a signed AWS API request"), for requests without a
// query.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.hpp"

namespace gate::registry {

struct AwsKeys {
  std::string id;
  Secret secret;
  Secret session_token; ///< empty for keys that last
};

/// What is signed. The session token is added by itself, and so is the date.
struct SigningRequest {
  std::string method;
  std::string host; ///< as the Host header has it
  std::string path;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string region;
  std::string service;
  std::chrono::system_clock::time_point now;
};

struct Signature {
  std::string amz_date; ///< the X-Amz-Date header
  Secret authorization; ///< the Authorization header
};

Signature sign(const SigningRequest& request, const AwsKeys& keys);

/// The steps on the way: "20260101T000000Z", …
std::string amz_date(std::chrono::system_clock::time_point now);
Secret canonical_request(const SigningRequest& request, const AwsKeys& keys);
std::string string_to_sign(const SigningRequest& request, const AwsKeys& keys);

} // namespace gate::registry
