#include "registry/http_client.hpp"

#include <catch2/catch.hpp>

using namespace gate;
using namespace gate::registry;

namespace {

bool is_registrys(const std::string& url, const std::string& registry) { return is_of_registry(Url::parse(url)->origin, registry); }

} // namespace

TEST_CASE("the authorities of certs.d are the registry's, and nobody else's") {
  CHECK(is_registrys("https://r.example.com/v2/", "r.example.com"));
  CHECK(is_registrys("https://r.example.com:443/v2/", "r.example.com"));
  CHECK(is_registrys("https://r.example.com/v2/", "r.example.com:443"));
  CHECK(is_registrys("https://r.example.com:5000/token?service=x", "r.example.com:5000"));
  CHECK_FALSE(is_registrys("https://r.example.com/v2/", "r.example.com:5000"));
  CHECK_FALSE(is_registrys("https://auth.example.com/token", "r.example.com"));
  CHECK_FALSE(is_registrys("https://api.ecr.eu-west-1.amazonaws.com/", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"));
  CHECK_FALSE(is_registrys("https://registry-1.docker.io/v2/", "docker.io")); // as docker has it
}

TEST_CASE("a proxy's own login is not told, either") {
  const Interrupt interrupt;
  HttpClient client({"HTTPS_PROXY=http://me:canary-proxy@proxy.example.com:3128", "http_proxy=proxy.example.com:3128"}, interrupt, "r");
  CHECK(client.unsaid().redacted("canary-proxy at proxy.example.com:3128") == "*** at proxy.example.com:3128");
}
