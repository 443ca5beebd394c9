#include "registry/docker_config.hpp"

#include <catch2/catch.hpp>

#include "os/files.hpp"
#include "os/interrupt.hpp"
#include "registry/credentials.hpp"

using namespace gate;
using namespace gate::registry;

namespace {

const ImageName k_hub{"docker.io", "library/app"};
const ImageName k_other{"registry.example.com:5000", "app"};

std::string login_in(const std::string& config, const ImageName& name) {
  const Result<ConfiguredLogin> found = configured_login(config, login_key_of(name));
  if (!found) {
    return "error: " + found.error().message;
  }
  if (!found->helper.empty()) {
    return "helper " + found->helper;
  }
  return found->login ? found->login->user + " " + found->login->password.reveal() : "none";
}

/// A home with docker's configuration and a credential helper in it.
class Home {
public:
  explicit Home(const std::string& helper_script) {
    REQUIRE(write_file(path() / ".docker/config.json", R"({"credsStore": "fake"})", 0600));
    if (!helper_script.empty()) {
      REQUIRE(write_file(path() / "bin/docker-credential-fake", "#!/bin/sh\n" + helper_script, 0755));
    }
  }
  const std::filesystem::path& path() const { return m_folder.path(); }
  Environment env() const {
    return {"PATH=" + (path() / "bin").string() + ":/usr/bin:/bin", "HOME=" + path().string(),
            "AWS_PROFILE=p", "GITHUB_TOKEN=t"};
  }

private:
  TemporaryFolder m_folder = *TemporaryFolder::make("/tmp", "gate-login-");
};

} // namespace

TEST_CASE("a login is found under the registry's name") {
  const std::string config = R"({"auths": {"registry.example.com:5000": {"auth": "bWU6c2VjcmV0"},
                                           "https://index.docker.io/v1/": {"auth": "aHViOng6eQ=="}}})";
  CHECK(login_in(config, k_other) == "me secret");
  CHECK(login_in(config, k_hub) == "hub x:y");
  CHECK(login_in(config, {"registry.example.com", "app"}) == "none");
}

TEST_CASE("older and other forms of a login are read as docker reads them") {
  CHECK(login_in(R"({"auths": {"https://registry.example.com:5000/v1/": {"auth": "bWU6c2VjcmV0"}}})",
                 k_other) == "me secret");
  CHECK(login_in(R"({"auths": {"registry.example.com:5000": {"username": "u", "password": "p"}}})",
                 k_other) == "u p");
  CHECK(
      login_in(R"({"auths": {"registry.example.com:5000": {"auth": "bWU6c2VjcmV0", "identitytoken": "T"}}})",
               k_other) == "<token> T");
  CHECK(login_in(R"({"auths": {"registry.example.com:5000": {}}})", k_other) == "none");
  CHECK(login_in("{}", k_other) == "none");
}

TEST_CASE("a helper comes before what is written down, and that for one registry before that for all") {
  const std::string config = R"({"credHelpers": {"registry.example.com:5000": "one"}, "credsStore": "all",
                                 "auths": {"registry.example.com:5000": {"auth": "bWU6c2VjcmV0"}}})";
  CHECK(login_in(config, k_other) == "helper one");
  CHECK(login_in(config, k_hub) == "helper all");
}

TEST_CASE("a configuration that makes no sense is an error") {
  CHECK(login_in("", k_other) == "error: it is no JSON object");
  CHECK(login_in("[]", k_other) == "error: it is no JSON object");
  CHECK(login_in(std::string(100000, '['), k_other) == "error: it is no JSON object");
  CHECK(login_in(R"({"credsStore": "../x"})", k_other) ==
        R"(error: "../x" is no name of a credential helper)");
  CHECK(login_in(R"({"auths": {"registry.example.com:5000": {"auth": "!"}}})", k_other) ==
        "error: the login for registry.example.com:5000 is not base64 of user:password");
  CHECK(login_in(R"({"auths": [1], "credHelpers": 7, "credsStore": null})", k_other) == "none");
  CHECK(login_in(R"({"auths": {"registry.example.com:5000": 7}})", k_other) == "none");
}

TEST_CASE("a helper gets the registry's name and little else") {
  const Interrupt interrupt;
  const Home home(
      R"sh(printf '{"Username": "%s", "Secret": "%s"}' "$1 $(cat)" "$AWS_PROFILE$GITHUB_TOKEN$HOME")sh");
  const auto login = dockers_login(home.env(), interrupt, k_hub);
  REQUIRE((login && *login));
  CHECK((*login)->user == "get https://index.docker.io/v1/");
  CHECK((*login)->password.reveal() == "p" + home.path().string());
}

TEST_CASE("a helper without a login is no error, and one that fails is") {
  const Interrupt interrupt;
  const Home without("echo 'credentials not found in native keychain'; exit 1");
  CHECK_FALSE(dockers_login(without.env(), interrupt, k_other)->has_value());
  const Home failing("echo 'keychain is locked' >&2; exit 1");
  CHECK(dockers_login(failing.env(), interrupt, k_other).error().message ==
        R"(docker-credential-fake gives no login: "keychain is locked")");
  const Home garbage("echo hello");
  CHECK(dockers_login(garbage.env(), interrupt, k_other).error().message ==
        "docker-credential-fake gives an answer that is no login");
  const Home missing("");
  CHECK(dockers_login(missing.env(), interrupt, k_other).error().message ==
        "docker's configuration names docker-credential-fake for logins, but it is not in PATH");
}

TEST_CASE("a helper that fails is not quoted with what is secret") {
  const Interrupt interrupt;
  const Home failing("echo \"{\\\"Username\\\": \\\"me\\\", \\\"Secret\\\": \\\"canary-secret\\\"}\"; exit 1");
  const std::string said = dockers_login(failing.env(), interrupt, k_other).error().message;
  CHECK(said == R"(docker-credential-fake gives no login: "{"Username": "me", "Secret": "***"}")");
  const Home keys("echo \"signed with $AWS_SECRET_ACCESS_KEY\" >&2; exit 1");
  Environment env = keys.env();
  env.push_back("AWS_SECRET_ACCESS_KEY=canary+aws/key");
  CHECK(dockers_login(env, interrupt, k_other).error().message == R"(docker-credential-fake gives no login: "signed with ***")");
}

TEST_CASE("without a configuration there is no login") {
  const Interrupt interrupt;
  CHECK_FALSE(dockers_login({"HOME=/nonexistent"}, interrupt, k_other)->has_value());
  CHECK_FALSE(dockers_login({}, interrupt, k_other)->has_value());
}

TEST_CASE("the command that logs in fits the registry") {
  CHECK(login_command(k_hub) == "docker login");
  CHECK(login_command(k_other) == "docker login registry.example.com:5000");
  CHECK(login_command({"123456789012.dkr.ecr.eu-west-1.amazonaws.com", "app"}) ==
        "aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin "
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
}
