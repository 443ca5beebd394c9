#include "registry/aws_credentials.hpp"

#include <catch2/catch.hpp>

#include "registry/aws_answer.hpp"
#include "support/aws_stand.hpp"
#include "support/local_http_server.hpp"

using namespace gate;
using namespace gate::registry;
using gate::test::Answer;
using gate::test::Asked;
using gate::test::AwsStand;
using gate::test::LocalHttpServer;

namespace {

// Every role's keys have the name of the role and of the keys that it was assumed with in them.
Answer sts(const Asked& asked) {
  const auto field = [&](const std::string& name) {
    const std::size_t at = asked.body.find(name + "=");
    return at == std::string::npos ? std::string() : asked.body.substr(at + name.size() + 1, asked.body.find('&', at) - at - name.size() - 1);
  };
  const std::string role = field("RoleArn").substr(field("RoleArn").rfind("%2F") + 3);
  std::string by = field("WebIdentityToken");
  if (by.empty()) {
    const std::string& signed_by = asked.headers.at("authorization");
    const std::size_t at = signed_by.find("Credential=") + 11;
    by = signed_by.substr(at, signed_by.find('/', at) - at);
  }
  return {200, "<R><Credentials><AccessKeyId>" + role + "(" + by + ")</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
               "<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></R>"};
}

const std::string k_role = "role_arn = arn:aws:iam::1:role/";

/// A stand with an STS.
struct RoleStand : AwsStand {
  RoleStand() { set("AWS_ENDPOINT_URL_STS", server.url()); }
  LocalHttpServer server{sts};
};

} // namespace

TEST_CASE("the environment's keys come first") {
  AwsStand stand;
  stand.write(".aws/credentials", "[dev]\naws_access_key_id = F\naws_secret_access_key = s\n");
  stand.set("AWS_PROFILE", "dev");
  CHECK(stand.found() == "F s  from profile dev (~/.aws/credentials)");
  stand.set("AWS_ACCESS_KEY_ID", "E");
  CHECK(stand.found().find("of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set | unset AWS_ACCESS_KEY_ID ") == 0);
  stand.set("AWS_SECRET_ACCESS_KEY", "s");
  CHECK(stand.found() == "E s  from AWS_ACCESS_KEY_ID");
  stand.unset("AWS_ACCESS_KEY_ID");
  CHECK(stand.found() == "F s  from profile dev (~/.aws/credentials)");
  stand.set("AWS_ACCESS_KEY_ID", "E");
  stand.set("AWS_SESSION_TOKEN", "t");
  CHECK(stand.found() == "E s t from AWS_ACCESS_KEY_ID");
  stand.set("AWS_SESSION_TOKEN", "t\n");
  CHECK(stand.found().find("one of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN has blanks in it") == 0);
}

TEST_CASE("without any credentials there are none, and that is no error") {
  AwsStand stand;
  CHECK(stand.found() == "none");
  stand.set("AWS_PROFILE", "dev");
  CHECK(stand.found().find("AWS has no profile \"dev\" in ~/.aws/credentials and ~/.aws/config") == 0);
}

TEST_CASE("a profile's sources come in botocore's order") {
  RoleStand stand;
  std::filesystem::create_directory(stand.home() + "/bin");
  stand.set("PATH", stand.home() + "/bin:/bin:/usr/bin");
  const auto printing = [](const std::string& id) { return "echo '{\"Version\":1,\"AccessKeyId\":\"" + id + "\",\"SecretAccessKey\":\"s\"}'"; };
  stand.program("bin/aws", printing("A"));
  std::string config = "[default]\naws_access_key_id = C\naws_secret_access_key = s\n";
  const auto found = [&] {
    stand.write(".aws/config", config);
    const std::string text = stand.found();
    return text.substr(0, text.find(' '));
  };
  CHECK(found() == "C");
  config += "credential_process = " + stand.program("p", printing("P")) + "\n";
  CHECK(found() == "P");
  config += "login_session = x\n";
  CHECK(found() == "A");
  stand.write(".aws/credentials", "[default]\naws_access_key_id = F\naws_secret_access_key = s\n");
  CHECK(found() == "F");
  config += "sso_account_id = 1\n";
  CHECK(found() == "A");
  config += "web_identity_token_file = " + stand.write("jwt", "W\n") + "\n" + k_role + "web\n";
  CHECK(found() == "web(W)");
  stand.set("AWS_WEB_IDENTITY_TOKEN_FILE", stand.write("jwt2", "V"));
  stand.set("AWS_ROLE_ARN", "arn:aws:iam::1:role/env");
  stand.set("AWS_ROLE_SESSION_NAME", "named");
  CHECK(found() == "env(V)");
  CHECK(stand.server.asked().back().body.find("&RoleSessionName=named&") != std::string::npos);
}

TEST_CASE("a role is assumed with the keys of another profile, and that one's with a third's") {
  RoleStand stand;
  stand.set("AWS_PROFILE", "a");
  stand.write(".aws/credentials", "[base]\naws_access_key_id = B\naws_secret_access_key = s\n");
  stand.write(".aws/config", "[profile a]\n" + k_role + "top\nsource_profile = b\nexternal_id = e\nrole_session_name = n\nduration_seconds = 1000\n" +
                                 "[profile b]\n" + k_role + "middle\nsource_profile = base\n");
  CHECK(stand.found() == "top(middle(B)) s t from the role arn:aws:iam::1:role/top of profile a");
  CHECK(stand.server.asked().back().body.find("&RoleSessionName=n&ExternalId=e&DurationSeconds=1000") != std::string::npos);
  CHECK(stand.server.asked().back().headers.at("x-amz-security-token") == "t");
}

TEST_CASE("a role is assumed with what its credential_source says") {
  RoleStand stand;
  stand.set("AWS_PROFILE", "a");
  LocalHttpServer container([](const Asked&) { return Answer{200, R"({"AccessKeyId":"ECS","SecretAccessKey":"s","Token":"t"})"}; });
  const auto with = [&](const std::string& source) {
    stand.write(".aws/config", "[profile a]\n" + k_role + "top\ncredential_source = " + source + "\n");
    return stand.found();
  };
  CHECK(with("EcsContainer").find("AWS's profile a takes its credentials from EcsContainer, where there are none | aws configure --profile a") == 0);
  CHECK(with("Environment").find("AWS's profile a takes its credentials from Environment, where there are none") == 0);
  CHECK(with("Ec2InstanceMetadata").find("AWS's profile a takes its credentials from Ec2InstanceMetadata, where there are none") == 0);
  CHECK(with("Magic").find("AWS's profile a has a credential_source \"Magic\", which is none of ") == 0);
  stand.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url());
  CHECK(with("EcsContainer") == "top(ECS) s t from the role arn:aws:iam::1:role/top of profile a");
}

TEST_CASE("a chain of roles that leads nowhere is told") {
  RoleStand stand;
  stand.set("AWS_PROFILE", "a");
  const auto with = [&](const std::string& config) {
    stand.write(".aws/config", config);
    const std::string text = stand.found();
    return text.substr(0, text.find(" | "));
  };
  CHECK(with("[profile a]\n" + k_role + "x\nsource_profile = b\n") == "AWS's profile a has a source_profile \"b\", which there is not");
  CHECK(with("[profile a]\n" + k_role + "x\n") == "AWS's profile a has a role_arn, but neither source_profile nor credential_source");
  CHECK(with("[profile a]\n" + k_role + "x\nsource_profile = a\ncredential_source = Environment\n") ==
        "AWS's profile a has both source_profile and credential_source");
  const std::string back = " has a source_profile that leads back, or too far";
  CHECK(with("[profile a]\n" + k_role + "x\nsource_profile = a\n") == "AWS's profile a" + back);
  CHECK(with("[profile a]\n" + k_role + "x\nsource_profile = b\n[profile b]\n" + k_role + "y\nsource_profile = a\n") == "AWS's profile b" + back);
  std::string far;
  for (char c = 'a'; c < 'z'; ++c) {
    far += std::string("[profile ") + c + "]\n" + k_role + "x\nsource_profile = " + static_cast<char>(c + 1) + "\n";
  }
  CHECK(with(far + "[profile z]\n") == "AWS's profile h" + back);
  CHECK(with("[profile a]\n" + k_role + "x\nsource_profile = b\n[profile b]\nregion = x\n") ==
        "AWS's profile b is the source_profile of a, but has no credentials");
  CHECK(with("[profile a]\n" + k_role + "x\nsource_profile = b\nduration_seconds = 1h\n[profile b]\n") ==
        "AWS's profile a has a duration_seconds \"1h\", which is no number of seconds");
  CHECK(with("[profile a]\n" + k_role + "x\nsource_profile = a\naws_access_key_id = A\naws_secret_access_key = s\n") ==
        "x(A) s t from the role arn:aws:iam::1:role/x of profile a"); // its own keys are what it means
}

TEST_CASE("gate asks for no code of a device, and says who does") {
  AwsStand stand;
  stand.set("AWS_PROFILE", "a b");
  stand.write(".aws/config", "[profile 'a b']\n" + k_role + "x\nsource_profile = b\nmfa_serial = arn:aws:iam::1:mfa/me\n");
  CHECK(stand.found() == "AWS's profile a b asks for the code of an MFA device, which gate does not ask for | "
                         "eval \"$(aws configure export-credentials --profile 'a b' --format env)\"");
}

TEST_CASE("in CI a role is assumed with CI's own identity token") {
  RoleStand stand;
  stand.set("AWS_ROLE_ARN", "arn:aws:iam::1:role/ci");
  stand.set("GITHUB_ACTIONS", "true");
  CHECK(stand.found() == "AWS_ROLE_ARN names a role, but there is no identity token to assume it with | "
                         "give the job `permissions: { id-token: write }`, and run it again");
  LocalHttpServer github([](const Asked&) { return Answer{200, R"({"value":"jwt"})"}; });
  stand.set("ACTIONS_ID_TOKEN_REQUEST_URL", github.url() + "/");
  stand.set("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "x");
  CHECK(stand.found() == "ci(jwt) s t from the role arn:aws:iam::1:role/ci (GitHub's identity token)");
  CHECK(github.asked()[0].target == "/?audience=sts.amazonaws.com");
  stand.set("AWS_WEB_IDENTITY_TOKEN_FILE", stand.home() + "/none");
  CHECK(stand.found().find("AWS_WEB_IDENTITY_TOKEN_FILE names " + stand.home() + "/none, which is not there") == 0);
}

TEST_CASE("without a role CI's token is not asked for") {
  AwsStand stand;
  LocalHttpServer github([](const Asked&) { return Answer{200, R"({"value":"jwt"})"}; });
  stand.set("ACTIONS_ID_TOKEN_REQUEST_URL", github.url() + "/");
  stand.set("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "x");
  CHECK(stand.found() == "none");
  CHECK(github.asked().empty());
}

TEST_CASE("a source that fails is not passed over") {
  AwsStand stand;
  stand.write(".aws/config", "[default]\ncredential_process = /bin/false\naws_access_key_id = C\naws_secret_access_key = s\n");
  CHECK(stand.found().find("the credential_process of profile default gives no credentials") == 0);
  stand.write(".aws/credentials", "[default]\naws_access_key_id = F\n");
  CHECK(stand.found() == "AWS's profile default has an aws_access_key_id in ~/.aws/credentials, but no aws_secret_access_key | "
                         "aws configure --profile default");
}

TEST_CASE("keys that are found are not told by the client any more") {
  AwsStand stand;
  stand.set("AWS_ACCESS_KEY_ID", "E");
  stand.set("AWS_SECRET_ACCESS_KEY", "canary-secret");
  stand.set("AWS_SESSION_TOKEN", "canary-token");
  REQUIRE(stand.look());
  CHECK(stand.client.unsaid().redacted("E canary-secret canary-token") == "E *** ***");
}

TEST_CASE("where an AWS service is can be set, as AWS's own programs read it") {
  const auto at = [](const Environment& env) {
    const auto url = aws_endpoint(env, "STS", "sts.eu-west-1.amazonaws.com");
    return url ? url->origin.str() + url->target : url.error().message;
  };
  CHECK(at({}) == "https://sts.eu-west-1.amazonaws.com/");
  CHECK(at({"AWS_ENDPOINT_URL=http://localhost:4566"}) == "http://localhost:4566/");
  CHECK(at({"AWS_ENDPOINT_URL=http://all", "AWS_ENDPOINT_URL_STS=https://sts.example.com/x"}) == "https://sts.example.com/x");
  CHECK(at({"AWS_ENDPOINT_URL_ECR=http://ecr"}) == "https://sts.eu-west-1.amazonaws.com/");
  CHECK(at({"AWS_ENDPOINT_URL_STS=http://x", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=True"}) == "https://sts.eu-west-1.amazonaws.com/");
  CHECK(at({"AWS_ENDPOINT_URL_STS=ftp://x"}) == "AWS_ENDPOINT_URL_STS is no http or https address");
  CHECK(at({"AWS_ENDPOINT_URL=http://x/?y"}) == "AWS_ENDPOINT_URL is no http or https address");
}

TEST_CASE("times are RFC 3339's") {
  const auto seconds = [](const char* text) {
    const auto time = aws_time(text);
    return time ? std::chrono::system_clock::to_time_t(*time) : -1;
  };
  CHECK(seconds("2026-01-01T00:00:00Z") == 1767225600);
  CHECK(seconds("2026-01-01T02:00:00.123+02:00") == 1767225600);
  CHECK(seconds("2025-12-31T22:30:00-01:30") == 1767225600);
  for (const char* const bad : {"", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00.Z"}) {
    CAPTURE(bad);
    CHECK(seconds(bad) == -1);
  }
}
