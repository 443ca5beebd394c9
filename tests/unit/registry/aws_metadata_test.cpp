#include "registry/aws_metadata.hpp"

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

const std::string k_keys =
    R"({"Code":"Success","AccessKeyId":"ASIA1","SecretAccessKey":"canary1","Token":"canary2","Expiration":"2026-01-01T00:00:00Z"})";

} // namespace

TEST_CASE("a container's credentials are asked for with its token") {
  AwsStand stand;
  Answer answer{200, k_keys};
  LocalHttpServer server([&](const Asked&) { return answer; });
  stand.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url() + "/v1/credentials?x=1");
  stand.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic canary-auth");
  CHECK(stand.found() == "ASIA1 canary1 canary2 from the container's role");
  CHECK(server.asked()[0].target == "/v1/credentials?x=1");
  CHECK(server.asked()[0].headers.at("authorization") == "Basic canary-auth");

  SECTION("the file's token comes first, and is read anew") {
    stand.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", stand.write("token", "canary-file\n"));
    CHECK(stand.look());
    CHECK(server.asked()[1].headers.at("authorization") == "canary-file");
    stand.write("token", "a\r\nX-Other: b");
    CHECK(stand.found().find("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE gives what can't be in a header") == 0);
    std::filesystem::remove(stand.home() + "/token");
    CHECK(stand.found().find("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names") == 0);
    CHECK(server.asked().size() == 2);
  }
  SECTION("a failure is told without secrets, and the next source is not tried") {
    answer = {400, R"({"code":"x","message":"no Basic canary-auth"})"};
    CHECK(stand.found().find("are none (400): \"no ***\"") != std::string::npos);
    answer = {200, R"({"AccessKeyId":"a b","SecretAccessKey":"canary1"})"};
    const std::string told = stand.found();
    CHECK(told.find("are none (200)") != std::string::npos);
    CHECK(told.find("canary") == std::string::npos);
  }
}

TEST_CASE("a container's credentials come from the container's own addresses only") {
  AwsStand stand;
  const auto full = [&](const char* url) {
    stand.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    return stand.found().substr(0, 80);
  };
  const std::string refused = "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of the contai";
  CHECK(full("http://example.com/") == refused);
  CHECK(full("http://169.254.169.254/") == refused);
  CHECK(full("http://169.254.170.2.example.com/") == refused);
  CHECK(full("http://127.example.com/") == refused);
  CHECK(full("http://me@127.0.0.1/") == refused);
  CHECK(full("ftp://127.0.0.1/") == refused);
  stand.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@example.com/");
  CHECK(stand.found().find("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path") == 0);
}

TEST_CASE("an instance is asked with a token, and only for what it has") {
  AwsStand stand;
  stand.unset("AWS_EC2_METADATA_DISABLED");
  int token_status = 200;
  std::string roles = "push\n";
  Answer keys{200, k_keys};
  LocalHttpServer server([&](const Asked& asked) {
    if (asked.method == "PUT" && asked.target == "/x/latest/api/token") {
      return Answer{token_status, "canary-token"};
    }
    if (asked.headers.count("x-aws-ec2-metadata-token") == 0 || asked.headers.at("x-aws-ec2-metadata-token") != "canary-token") {
      return Answer{401, ""};
    }
    if (asked.target == "/x/latest/meta-data/iam/security-credentials/") {
      return roles.empty() ? Answer{404, ""} : Answer{200, roles};
    }
    return asked.target == "/x/latest/meta-data/iam/security-credentials/push" ? keys : Answer{404, ""};
  });
  for (const char* const slash : {"/x", "/x/"}) {
    stand.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url() + slash);
    CHECK(stand.found() == "ASIA1 canary1 canary2 from the instance's role push");
  }
  CHECK(server.asked()[0].headers.at("x-aws-ec2-metadata-token-ttl-seconds") == "300");

  SECTION("nothing is no error") {
    roles.clear();
    CHECK(stand.found() == "none");
    token_status = 405;
    CHECK(stand.found() == "none");
    stand.set("AWS_EC2_METADATA_DISABLED", "TRUE");
    const std::size_t before = server.asked().size();
    CHECK(stand.found() == "none");
    CHECK(server.asked().size() == before);
  }
  SECTION("a role without keys is") {
    keys = {200, R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume it"})"};
    CHECK(stand.found().find("the instance's metadata has no keys for its role push (200): \"EC2 cannot assume it\"") == 0);
    roles = "../../evil";
    CHECK(stand.found().find("the instance's metadata does not say what role it has") == 0);
  }
}

TEST_CASE("where an instance's address is named, it must answer") {
  AwsStand stand;
  stand.unset("AWS_EC2_METADATA_DISABLED");
  stand.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9");
  CHECK(stand.found().find("the instance's metadata service did not answer: no connection to 127.0.0.1:9") == 0);
  stand.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "metadata");
  CHECK(stand.found() == "AWS_EC2_METADATA_SERVICE_ENDPOINT is no http or https address | unset AWS_EC2_METADATA_SERVICE_ENDPOINT");
}
