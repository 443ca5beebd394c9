#include "registry/sts.hpp"

#include <catch2/catch.hpp>

#include "support/aws_stand.hpp"
#include "support/local_http_server.hpp"

using namespace gate;
using namespace gate::registry;
using gate::test::Answer;
using gate::test::Asked;
using gate::test::AwsStand;
using gate::test::LocalHttpServer;

namespace {

constexpr const char* k_arn = "arn:aws:iam::123456789012:role/push";

std::string answer_with(const std::string& credentials) {
  return "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><AssumedRoleUser/>"
         "<Credentials>\n  " + credentials + "\n</Credentials></AssumeRoleResult></AssumeRoleResponse>";
}

const std::string k_keys = "<AccessKeyId>ASIA1</AccessKeyId> <SecretAccessKey>canary+/1</SecretAccessKey>"
                           "<SessionToken>canary//2==</SessionToken><Expiration>2026-01-01T00:00:00Z</Expiration>";

std::string error_with(const std::string& code, const std::string& message) {
  return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message + "</Message></Error></ErrorResponse>";
}

AwsCredentials base_keys() {
  AwsCredentials by;
  by.keys = {"AKIA1", Secret("canary-base"), Secret("canary-token")};
  by.origin = "profile base";
  by.remedy = "mend base";
  return by;
}

} // namespace

TEST_CASE("the answer of STS is read strictly") {
  const auto keys = credentials_in_xml(answer_with(k_keys));
  REQUIRE(keys);
  CHECK(keys->keys.id == "ASIA1");
  CHECK(keys->keys.secret.reveal() == "canary+/1");
  CHECK(keys->keys.session_token.reveal() == "canary//2==");
  CHECK(std::chrono::system_clock::to_time_t(*keys->expires) == 1767225600);
  const auto with = [](std::string text, const std::string& from, const std::string& to) { return text.replace(text.find(from), from.size(), to); };
  const std::string good = answer_with(k_keys);
  for (const std::string& bad :
       {std::string(), k_keys, answer_with(""), answer_with(k_keys + k_keys), good + "<Credentials></Credentials>", "<!-- -->" + good,
        with(good, "ASIA1", ""), with(good, "ASIA1", "A B"), with(good, "ASIA1", "A&amp;B"), with(good, "ASIA1", "<b>A</b>"),
        with(good, "canary+/1", "a\nb"), with(good, "2026", "soon"), with(good, "</SessionToken>", ""), with(good, "</Credentials>", "")}) {
    CAPTURE(bad);
    CHECK_FALSE(credentials_in_xml(bad));
  }
}

TEST_CASE("an error of STS is read, and its words are") {
  const StsRefusal refusal = refusal_in_xml(error_with("AccessDenied", "&lt;x&gt; &amp;amp; &quot;y&quot;"));
  CHECK(refusal.code == "AccessDenied");
  CHECK(refusal.message == "<x> &amp; \"y\"");
  CHECK(refusal_in_xml("<html>").code.empty());
}

TEST_CASE("STS is where the registry is") {
  CHECK(sts_host("eu-west-1", "amazonaws.com") == "sts.eu-west-1.amazonaws.com");
  CHECK(sts_host("cn-north-1", "amazonaws.com.cn") == "sts.cn-north-1.amazonaws.com.cn");
  CHECK(sts_host("eu-west-1", "on.aws") == "sts.eu-west-1.api.aws");
  CHECK(sts_host("cn-north-1", "on.amazonwebservices.com.cn") == "sts.cn-north-1.api.amazonwebservices.com.cn");
}

TEST_CASE("a form for STS is signed as botocore signs it") {
  const std::string form = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpush&RoleSessionName=me";
  const AwsKeys keys{"AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), Secret("tok/en==")};
  const Signature signature = sign({"POST",
                                    "sts.eu-west-1.amazonaws.com",
                                    "/",
                                    {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
                                    form,
                                    "eu-west-1",
                                    "sts",
                                    std::chrono::system_clock::from_time_t(1767225600)},
                                   keys);
  CHECK(signature.authorization.reveal() ==
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/sts/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, "
        "Signature=0691095f06ca68bfe91874d2e94e52bbb12170cb3c8530106e21b12ec118c038");
}

TEST_CASE("a role is assumed with somebody's keys") {
  AwsStand stand;
  LocalHttpServer server([](const Asked&) { return Answer{200, answer_with(k_keys)}; });
  stand.set("AWS_ENDPOINT_URL_STS", server.url());
  const auto got = assume_role(stand.world(), {k_arn, "me", "x&y", 900}, base_keys());
  REQUIRE(got);
  CHECK(got->keys.id == "ASIA1");
  REQUIRE(server.asked().size() == 1);
  const Asked asked = server.asked().front();
  CHECK(asked.body == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpush"
                      "&RoleSessionName=me&ExternalId=x%26y&DurationSeconds=900");
  CHECK(asked.headers.at("content-type") == "application/x-www-form-urlencoded; charset=utf-8");
  CHECK(asked.headers.at("x-amz-security-token") == "canary-token");
  CHECK(asked.headers.at("authorization").find("/eu-west-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,") !=
        std::string::npos);
  // What came is never told by the client, either.
  CHECK(stand.client.unsaid().redacted("a canary+/1 b canary//2== c canary-base") == "a *** b *** c ***");
}

TEST_CASE("a token is exchanged without a signature") {
  AwsStand stand;
  LocalHttpServer server([](const Asked&) { return Answer{200, answer_with(k_keys)}; });
  stand.set("AWS_ENDPOINT_URL_STS", server.url());
  REQUIRE(assume_role_by_token(stand.world(), {k_arn, {}, {}, 0}, Secret("canary.j+w.t"), "a token"));
  const Asked asked = server.asked().front();
  CHECK(asked.headers.count("authorization") == 0);
  CHECK(asked.body.find("Action=AssumeRoleWithWebIdentity&") == 0);
  CHECK(asked.body.find("&RoleSessionName=gate-") != std::string::npos);
  CHECK(asked.body.find("&WebIdentityToken=canary.j%2Bw.t") != std::string::npos);
}

TEST_CASE("what STS refuses is said with what mends it, and without secrets") {
  AwsStand stand;
  Answer answer;
  LocalHttpServer server([&](const Asked&) { return answer; });
  stand.set("AWS_ENDPOINT_URL_STS", server.url());
  const auto told = [&](int status, const std::string& body) {
    answer = {status, body};
    const auto got = assume_role(stand.world(), {k_arn, "me", {}, 0}, base_keys());
    REQUIRE_FALSE(got);
    CHECK(got.error().kind == ErrorKind::could_not_run);
    return got.error().message.substr(got.error().message.find(' ', 11) + 1) + " | " + got.error().remedy;
  };
  CHECK(told(403, error_with("AccessDenied", "not canary-base")) ==
        "does not let the keys of profile base be the role arn:aws:iam::123456789012:role/push: \"not ***\" | "
        "see whom it lets in: aws iam get-role --role-name push --query Role.AssumeRolePolicyDocument");
  CHECK(told(403, error_with("ExpiredToken", "old")) ==
        "does not take the keys of profile base for the role arn:aws:iam::123456789012:role/push (\"ExpiredToken\"): \"old\" | mend base");
  CHECK(told(200, "<html>").find("gives an answer without keys in it") == 0);
  CHECK(told(404, "<html>").find("gives an answer that is none of STS (404)") == 0);
  CHECK(told(307, "").find("gives an answer that is none of STS (307)") == 0);
}

TEST_CASE("STS's clock counts, and what passes is asked again") {
  AwsStand stand;
  int times = 0;
  LocalHttpServer server([&](const Asked&) {
    ++times;
    if (times == 1) {
      return Answer{403, error_with("SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2"), "Date: Thu, 01 Jan 2032 00:00:00 GMT\r\n"};
    }
    return times == 2 ? Answer{400, error_with("Throttling", "Rate exceeded")} : Answer{200, answer_with(k_keys)};
  });
  stand.set("AWS_ENDPOINT_URL_STS", server.url());
  REQUIRE(assume_role(stand.world(), {k_arn, "me", {}, 0}, base_keys()));
  REQUIRE(server.asked().size() == 3);
  CHECK(server.asked()[1].headers.at("x-amz-date").substr(0, 8) == "20320101");
}

TEST_CASE("nothing is sent for what is no role, or to nobody") {
  AwsStand stand;
  for (const char* const arn : {"", "push", "arn:aws:iam::1:role/a b", "arn:aws:iam::1:role/\n"}) {
    CHECK_FALSE(assume_role(stand.world(), {arn, "me", {}, 0}, base_keys()));
  }
  stand.set("AWS_ENDPOINT_URL_STS", "ftp://x");
  CHECK(assume_role(stand.world(), {k_arn, "me", {}, 0}, base_keys()).error().message == "AWS_ENDPOINT_URL_STS is no http or https address");
}
