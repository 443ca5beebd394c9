#include "registry/sigv4.hpp"

#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace gate;
using namespace gate::registry;
using Json = nlohmann::json;

namespace {

// botocore's own signatures.
Json vectors() {
  std::ifstream file(GATE_SOURCE_DIR "/tests/unit/registry/sigv4_vectors.json");
  return Json::parse(file);
}

SigningRequest request_of(const Json& vector) {
  const std::string url = vector["url"];
  const std::string host = url.substr(8, url.find('/', 8) - 8);
  SigningRequest request{vector["method"],
                         host,
                         url.substr(url.find('/', 8)),
                         {},
                         vector["body"],
                         vector["region"],
                         vector["service"],
                         std::chrono::system_clock::from_time_t(vector["epoch"])};
  for (const auto& [name, value] : vector["headers"].items()) {
    if (name != "X-Amz-Date" && name != "X-Amz-Security-Token") {
      request.headers.emplace_back(name, value);
    }
  }
  return request;
}

AwsKeys keys_of(const Json& vector) {
  return {vector["access_key"], Secret(vector["secret_key"].get<std::string>()),
          Secret(vector["session_token"].is_string() ? vector["session_token"].get<std::string>() : "")};
}

} // namespace

TEST_CASE("requests are signed as botocore signs them") {
  const Json all = vectors();
  REQUIRE(all.size() == 3);
  for (const Json& vector : all) {
    const SigningRequest request = request_of(vector);
    const AwsKeys keys = keys_of(vector);
    CHECK(amz_date(request.now) == vector["amz_date"]);
    CHECK(canonical_request(request, keys).reveal() == vector["canonical_request"]);
    CHECK(string_to_sign(request, keys) == vector["string_to_sign"]);
    const Signature signature = sign(request, keys);
    CHECK(signature.amz_date == vector["amz_date"]);
    CHECK(signature.authorization.reveal() == vector["authorization"]);
  }
}

TEST_CASE("headers are signed in the order of their names") {
  SigningRequest request = request_of(vectors()[0]);
  request.headers.emplace_back("X-Amz-Target-Extra", "x");
  const std::string text = canonical_request(request, keys_of(vectors()[0])).reveal();
  CHECK(text.find("x-amz-target;x-amz-target-extra") != std::string::npos);
}
