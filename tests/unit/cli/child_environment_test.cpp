#include "cli/child_environment.hpp"

#include <catch2/catch.hpp>

using namespace gate;

TEST_CASE("children that gate starts for itself get no secrets of a publication") {
  CHECK(child_environment({"AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "AWS_SESSION_TOKEN=c", "AWS_SECURITY_TOKEN=c", "AWS_CONTAINER_AUTHORIZATION_TOKEN=d",
                           "DEPLOY=https://hub.docker.com/api/build/v1/source/1/trigger/2/call/",
                           "GATE_SKIP=the site is down",
                           "OLD=curl -X POST http://registry.hub.docker.com/u/me/app/trigger/1/"})
            .empty());
}

TEST_CASE("children get no identity token of CI's, which is as good as a login") {
  CHECK(child_environment({"ACTIONS_ID_TOKEN_REQUEST_TOKEN=a", "CIRCLE_OIDC_TOKEN=b", "CIRCLE_OIDC_TOKEN_V2=c", "GITLAB_OIDC_TOKEN=d", "AWS_WEB_IDENTITY_TOKEN=e"}).empty());
}

TEST_CASE("children are not told where the key lies that verdicts are signed with") { CHECK(child_environment({"GATE_SIGNING_KEY=/run/secrets/key"}).empty()); }

TEST_CASE("children get nothing that a policy says to hold a secret") {
  CHECK(child_environment({"DEPLOY=https://example.com/deploy?key=1", "DEPLOYED=yes", "PATH=/bin", "GIT_DIR=/x", "HOOK="}, {"DEPLOY", "PATH", "GIT_DIR", "HOOK", ""}) ==
        Environment{"DEPLOYED=yes", "PATH=/bin", "GIT_DIR=/x"});
}

TEST_CASE("what merely has the word trigger in it stays in their environment") {
  const Environment all{"PATH=/opt/trigger/bin:/usr/bin",
                        "HOME=/home/trigger/me",
                        "PWD=/srv/trigger/x",
                        "LD_LIBRARY_PATH=/opt/trigger/lib",
                        "PAGE=https://trigger/",
                        "SEARCH=https://example.com/?q=/trigger/",
                        "AWS_REGION=eu-west-1",
                        "GIT_CONFIG_VALUE_0=https://example.com/trigger/x.git",
                        "NOTHING="};
  CHECK(child_environment(all) == all);
}

TEST_CASE("git is never left without its path and home, whatever they are") {
  const Environment all{"PATH=https://h/trigger/1", "HOME=https://h/trigger/1", "GIT_DIR=https://h/trigger/1"};
  CHECK(child_environment(all) == all);
}
