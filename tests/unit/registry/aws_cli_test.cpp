#include "registry/aws_cli.hpp"

#include <catch2/catch.hpp>

#include "registry/helper_environment.hpp"
#include "support/aws_stand.hpp"

using namespace gate;
using namespace gate::registry;
using gate::test::AwsStand;

namespace {

const std::string k_printed = R"(echo '{"Version":1,"AccessKeyId":"ASIA1","SecretAccessKey":"canary1","SessionToken":"canary2","Expiration":"2099-01-01T00:00:00+00:00"}')";

std::string of_process(AwsStand& stand, const std::string& command) {
  const auto got = ask_process(stand.world(), "dev", command);
  return got ? got->keys.id + " " + got->keys.secret.reveal() + " " + got->keys.session_token.reveal() + " from " + got->origin
             : got.error().message;
}

} // namespace

TEST_CASE("a credential_process is run word by word, and what it prints is read") {
  AwsStand stand;
  const std::string path = stand.program("my process", "[ \"$1\" = 'a b;$HOME' ] || exit 1\n" + k_printed);
  CHECK(of_process(stand, "'" + path + "' 'a b;$HOME'") == "ASIA1 canary1 canary2 from the credential_process of profile dev");
  CHECK(of_process(stand, "'" + path + "' other") == "the credential_process of profile dev gives no credentials");
}

TEST_CASE("what a credential_process gets wrong is said, without its output") {
  AwsStand stand;
  const auto with = [&](const std::string& script) { return of_process(stand, stand.program("p", script)); };
  const std::string name = "the credential_process of profile dev ";
  CHECK(of_process(stand, "'x") == name + "is no command: a quotation in it is not closed, or it has no first word");
  CHECK(of_process(stand, "''") == name + "is no command: a quotation in it is not closed, or it has no first word");
  CHECK(of_process(stand, "no-such-program") == name + "starts \"no-such-program\", which is not in PATH");
  CHECK(with("echo '{\"Version\":2,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"canary\"}'") == name + "prints what is no credentials of Version 1");
  CHECK(with("echo '{\"Version\":1,\"AccessKeyId\":\"a\"}'") == name + "prints what is no credentials of Version 1");
  CHECK(with("echo canary") == name + "prints what is no credentials of Version 1");
  CHECK(with("echo '{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\",\"Expiration\":\"2020-01-01T00:00:00Z\"}'") ==
        name + "gives credentials that have expired");
  stand.set("AWS_SESSION_TOKEN", "canary-session");
  CHECK(with("echo canary-out; echo no $AWS_SESSION_TOKEN >&2; exit 3") == name + "gives no credentials: \"no ***\"");
}

TEST_CASE("the aws program is asked for what gate does not know by itself") {
  AwsStand stand;
  std::filesystem::create_directory(stand.home() + "/bin");
  stand.set("PATH", stand.home() + "/bin");
  const auto none = ask_aws(stand.world(), "dev", "SSO");
  REQUIRE_FALSE(none);
  CHECK(none.error().message == "profile dev has its credentials from SSO, for which gate asks the aws program, and it is not in PATH");
  CHECK(none.error().remedy == "install the AWS CLI, or where it is: eval \"$(aws configure export-credentials --profile dev --format env)\"");

  stand.program("bin/aws", "[ \"$*\" = 'configure export-credentials --profile=-dev --format process' ] || { echo \"$*\" >&2; exit 2; }\n" + k_printed);
  const auto got = ask_aws(stand.world(), "-dev", "SSO");
  REQUIRE(got);
  CHECK(got->origin == "profile -dev (SSO, by aws configure export-credentials)");
  CHECK(got->remedy == "aws sso login --profile -dev");
  CHECK(ask_aws(stand.world(), "x", "login").error().remedy == "aws login --profile x");

  stand.program("bin/aws", "echo 'usage: aws [options]\naws: error: argument subcommand: Invalid choice, valid choices are:' >&2; exit 2");
  CHECK(ask_aws(stand.world(), "x", "SSO").error().message.find("the aws program in PATH is too old") == 0);
}

TEST_CASE("the user's own program sees what the user sees") {
  const Environment env = own_program_environment({"PATH=/bin", "VAULT_TOKEN=x", "AWS_PROFILE=dev", "GIT_DIR=/x", "GATE_SKIP=why", "GATE_SIGNING_KEY=canary", "GITLAB_OIDC_TOKEN=canary",
                                                   "AWS_WEB_IDENTITY_TOKEN=canary", "AWS_WEB_IDENTITY_TOKEN_FILE=/f",
                                                   "T=https://hub.docker.com/api/build/v1/source/canary/trigger/canary/call/"});
  CHECK(env == Environment{"PATH=/bin", "VAULT_TOKEN=x", "AWS_PROFILE=dev", "AWS_WEB_IDENTITY_TOKEN_FILE=/f"});
  AwsStand stand;
  stand.set("VAULT_TOKEN", "x");
  CHECK(of_process(stand, stand.program("p", "[ \"$VAULT_TOKEN\" ] || exit 1\n" + k_printed)) == "ASIA1 canary1 canary2 from the credential_process of profile dev");
}

TEST_CASE("a helper of docker's sees what it needs, and nothing else") {
  const Environment env = helper_environment({"PATH=/bin", "HOME=/h", "AWS_PROFILE=dev", "HTTPS_PROXY=p", "GITHUB_TOKEN=canary", "DEPLOY_HOOK=canary",
                                              "AWS_WEB_IDENTITY_TOKEN=canary", "AWS_WEB_IDENTITY_TOKEN_FILE=/f"});
  CHECK(env == Environment{"LANG=C.UTF-8", "PATH=/bin", "HOME=/h", "HTTPS_PROXY=p", "AWS_PROFILE=dev", "AWS_WEB_IDENTITY_TOKEN_FILE=/f"});
}
