#include "registry/ci_identity.hpp"

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

std::string identity(AwsStand& stand) {
  const auto found = ci_identity(stand.world());
  if (!found) {
    return found.error().message;
  }
  return *found ? (*found)->token.reveal() + " from " + (*found)->from : "none";
}

} // namespace

TEST_CASE("GitHub is asked for the identity token, for AWS") {
  AwsStand stand;
  Answer answer{200, R"({"count":1,"value":"canary.jwt"})"};
  LocalHttpServer server([&](const Asked&) { return answer; });
  stand.set("ACTIONS_ID_TOKEN_REQUEST_URL", server.url() + "/token?api-version=2.0");
  CHECK(identity(stand) == "none"); // one without the other
  stand.set("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "canary-bearer");
  CHECK(identity(stand) == "canary.jwt from GitHub's identity token");
  REQUIRE(server.asked().size() == 1);
  CHECK(server.asked()[0].method == "GET");
  CHECK(server.asked()[0].target == "/token?api-version=2.0&audience=sts.amazonaws.com");
  CHECK(server.asked()[0].headers.at("authorization") == "bearer canary-bearer");

  answer = {403, R"({"message":"not with canary-bearer"})"};
  CHECK(identity(stand).find("gives no identity token (403): \"not with ***\"") != std::string::npos);
  answer = {200, R"({"value":1})"};
  CHECK(identity(stand).find("gives an answer without an identity token in it") != std::string::npos);
  answer = {302, "", "Location: https://elsewhere.example.com/\r\n"};
  CHECK(identity(stand).find("gives no identity token (302)") != std::string::npos);
}

TEST_CASE("GitHub's token is not asked for without TLS") {
  AwsStand stand;
  stand.set("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "canary-bearer");
  stand.set("ACTIONS_ID_TOKEN_REQUEST_URL", "http://pipelines.example.com/token");
  CHECK(identity(stand) == "pipelines.example.com is to be talked to without TLS, which gate does with this machine only");
  stand.set("ACTIONS_ID_TOKEN_REQUEST_URL", "file:///etc/passwd");
  CHECK(identity(stand).find("ACTIONS_ID_TOKEN_REQUEST_URL is no address") == 0);
}

TEST_CASE("GitLab and CircleCI put the token into a variable") {
  AwsStand stand;
  CHECK(identity(stand) == "none");
  stand.set("CIRCLE_OIDC_TOKEN", "c1");
  CHECK(identity(stand) == "c1 from CircleCI's identity token (CIRCLE_OIDC_TOKEN)");
  stand.set("CIRCLE_OIDC_TOKEN_V2", "c2");
  CHECK(identity(stand) == "c2 from CircleCI's identity token (CIRCLE_OIDC_TOKEN_V2)");
  stand.set("GITLAB_OIDC_TOKEN", "g");
  CHECK(identity(stand) == "g from GitLab's identity token (GITLAB_OIDC_TOKEN)");
  stand.set("AWS_WEB_IDENTITY_TOKEN", "w");
  CHECK(identity(stand) == "w from the identity token of AWS_WEB_IDENTITY_TOKEN");
  stand.set("AWS_WEB_IDENTITY_TOKEN", "canary\nx");
  CHECK(identity(stand) == "AWS_WEB_IDENTITY_TOKEN holds no identity token: there are blanks in it");
}

TEST_CASE("each CI service has its own way to get a token") {
  CHECK(ci_identity_remedy({"GITHUB_ACTIONS=true"}).find("id-token: write") != std::string::npos);
  CHECK(ci_identity_remedy({"GITLAB_CI=true"}).find("id_tokens") != std::string::npos);
  CHECK(ci_identity_remedy({"CIRCLECI=true"}).find("context") != std::string::npos);
  CHECK(ci_identity_remedy({}).find("AWS_WEB_IDENTITY_TOKEN_FILE") != std::string::npos);
}
