#include <catch2/catch.hpp>

#include "git/live_remotes.hpp"

using namespace gate;

namespace {
const std::string k_oid = "1111111111111111111111111111111111111111";
const std::string k_other = "2222222222222222222222222222222222222222";
const RefName k_staging = *RefName::branch("staging");
} // namespace

TEST_CASE("the tip is that of exactly this branch") {
  const auto tip = tip_in(k_other + "\trefs/heads/x/refs/heads/staging\n" + k_oid + "\trefs/heads/staging\n", k_staging);
  REQUIRE(tip);
  CHECK((*tip)->hex() == k_oid);
  CHECK_FALSE(*tip_in("", k_staging));
  CHECK_FALSE(*tip_in(k_other + "\trefs/heads/staging2\n", k_staging));
  CHECK_FALSE(*tip_in("warning: words\n", k_staging));
}

TEST_CASE("a remote that says something else than an object name is not believed") {
  CHECK_FALSE(tip_in("zzz\trefs/heads/staging\n", k_staging));
  CHECK_FALSE(tip_in("\trefs/heads/staging", k_staging));
}

TEST_CASE("a URL is told without user, password, query and fragment") {
  CHECK(without_secrets("https://user:pass@host.example/a/b.git") == "https://host.example/a/b.git");
  CHECK(without_secrets("https://token@host.example:8443/a") == "https://host.example:8443/a");
  CHECK(without_secrets("https://a@b@host.example/x") == "https://host.example/x");
  CHECK(without_secrets("https://host.example/a?token=x#y") == "https://host.example/a");
  CHECK(without_secrets("https://host.example/a@b") == "https://host.example/a@b");
  CHECK(without_secrets("ssh://git@host.example/a") == "ssh://host.example/a");
}

TEST_CASE("what is no URL stays as it is") {
  CHECK(without_secrets("git@host.example:a/b.git") == "git@host.example:a/b.git");
  CHECK(without_secrets("/srv/git/a.git") == "/srv/git/a.git");
}
