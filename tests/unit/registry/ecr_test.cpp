#include "registry/ecr.hpp"

#include <catch2/catch.hpp>

using namespace gate;
using namespace gate::registry;

TEST_CASE("the name of an ECR registry says all that must be known") {
  const auto plain = EcrHost::parse("123456789012.dkr.ecr.eu-west-1.amazonaws.com");
  REQUIRE(plain);
  CHECK(plain->account == "123456789012");
  CHECK(plain->region == "eu-west-1");
  CHECK(plain->suffix == "amazonaws.com");
  CHECK_FALSE(plain->fips);
  CHECK(EcrHost::parse("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com")->fips);
}

TEST_CASE("each partition has an API of its own") {
  const auto api = [](const char* host) { return EcrHost::parse(host)->api_host(); };
  CHECK(api("123456789012.dkr.ecr.us-east-1.amazonaws.com") == "api.ecr.us-east-1.amazonaws.com");
  CHECK(api("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn") == "api.ecr.cn-north-1.amazonaws.com.cn");
  CHECK(api("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu") == "api.ecr.eusc-de-east-1.amazonaws.eu");
  CHECK(api("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com") ==
        "ecr-fips.us-gov-west-1.amazonaws.com");
  CHECK(api("123456789012.dkr-ecr.eu-west-1.on.aws") == "ecr.eu-west-1.api.aws");
  CHECK(api("123456789012.dkr-ecr-fips.us-east-1.on.aws") == "ecr-fips.us-east-1.api.aws");
}

TEST_CASE("other registries are not ECR") {
  for (const char* const host :
       {"", "public.ecr.aws", "docker.io", "12345678901.dkr.ecr.eu-west-1.amazonaws.com",
        "1234567890123.dkr.ecr.eu-west-1.amazonaws.com", "123456789012.dkr.ecr.amazonaws.com",
        "123456789012.dkr.ecr..amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.com",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com:5000", "123456789012.dkr.ecr.a/b.amazonaws.com",
        "123456789012.dkr.ecr", "123456789012.dkr.ecr.", "123456789012.dkr.ecr-fips"}) {
    CAPTURE(host);
    CHECK_FALSE(EcrHost::parse(host));
  }
}

TEST_CASE("the address of the API can be set, as AWS's own tools read it") {
  const EcrHost host = *EcrHost::parse("123456789012.dkr.ecr.eu-west-1.amazonaws.com");
  const auto at = [&](const Environment& env) {
    const auto url = ecr_endpoint(host, env);
    return url ? url->origin.str() + url->target : url.error().message;
  };
  CHECK(at({}) == "https://api.ecr.eu-west-1.amazonaws.com/");
  CHECK(at({"AWS_ENDPOINT_URL=http://localhost:4566"}) == "http://localhost:4566/");
  CHECK(at({"AWS_ENDPOINT_URL=http://all", "AWS_ENDPOINT_URL_ECR=https://ecr.example.com/x"}) ==
        "https://ecr.example.com/x");
  CHECK(at({"AWS_ENDPOINT_URL_ECR=http://x", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"}) ==
        "https://api.ecr.eu-west-1.amazonaws.com/");
  CHECK(at({"AWS_ENDPOINT_URL_ECR=ftp://x"}) == "AWS_ENDPOINT_URL_ECR is no http or https address");
}

TEST_CASE("AWS's keys come in pairs") {
  CHECK_FALSE(*aws_keys({}));
  CHECK_FALSE(*aws_keys({"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY="}));
  CHECK(aws_keys({"AWS_ACCESS_KEY_ID=a"}).error().message ==
        "of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set");
  CHECK_FALSE(aws_keys({"AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b\n"}));
  const auto keys = aws_keys({"AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_SESSION_TOKEN=c"});
  REQUIRE((keys && *keys));
  CHECK((*keys)->session_token.reveal() == "c");
}

TEST_CASE("an error of ECR is known by its type, and not by its status") {
  const auto of = [](const char* body) { return ecr_trouble(400, body); };
  CHECK(of(R"({"__type":"UnrecognizedClientException","message":"x"})") == EcrTrouble::wrong_keys);
  CHECK(of(R"({"__type":"a.b#ExpiredTokenException"})") == EcrTrouble::old_session);
  CHECK(of(R"({"__type":"AccessDeniedException","Message":"x"})") == EcrTrouble::not_allowed);
  CHECK(
      of(R"({"__type":"InvalidSignatureException","message":"Signature expired: 1 is now earlier than 2"})") ==
      EcrTrouble::wrong_clock);
  CHECK(of(R"({"__type":"InvalidSignatureException","message":"The request signature ..."})") ==
        EcrTrouble::wrong_keys);
  CHECK(of(R"({"__type":"ThrottlingException"})") == EcrTrouble::busy);
  CHECK(of(R"({"__type":"RepositoryNotFoundException"})") == EcrTrouble::no_repository);
  CHECK(of("<html>") == EcrTrouble::other);
  CHECK(of(R"({"__type":[]})") == EcrTrouble::other);
  CHECK(ecr_trouble(503, "") == EcrTrouble::busy);
}
