#include <catch2/catch.hpp>

#include "git/remotes.hpp"

using namespace gate;

TEST_CASE("a remote brings every branch, or only those that its refspecs name") {
  const auto all = [](const char* refspec) {
    return fetches_every_branch({{"remote.origin.url", "x"}, {"remote.origin.fetch", refspec}, {"remote.other.fetch", "+refs/heads/*:refs/remotes/other/*"}}, "origin");
  };
  CHECK(all("+refs/heads/*:refs/remotes/origin/*"));
  CHECK(all("refs/heads/*:refs/remotes/origin/*"));
  CHECK_FALSE(all("+refs/heads/feature:refs/remotes/origin/feature"));
  CHECK_FALSE(all("+refs/heads/team/*:refs/remotes/origin/team/*"));
  CHECK_FALSE(fetches_every_branch({{"remote.origin.url", "x"}}, "origin"));
  CHECK(fetches_every_branch({}, "origin"));
}

TEST_CASE("remotes are named once, whatever is set of them") {
  CHECK(remotes_in({{"remote.pushdefault", "x"}, {"remote.up.stream.url", "a"}, {"remote.origin.fetch", "b"}, {"remote.up.stream.fetch", "c"}, {"branch.x.remote", "d"}}) ==
        std::vector<std::string>{"origin", "up.stream"});
}

TEST_CASE("the URL that a remote is fetched from, as git rewrites it") {
  const std::vector<ConfigValue> config{{"remote.origin.url", "hub:team/app.git"},
                                        {"remote.origin.url", "https://second.example/app"},
                                        {"remote.origin.pushurl", "https://push.example/app"},
                                        {"url.https://host.example/.insteadof", "hub:"},
                                        {"url.https://host.example/t/.insteadof", "hub:team/"},
                                        {"url.ssh://push.example/.pushinsteadof", "hub:team/app"},
                                        {"remote.plain.url", "/srv/app.git"},
                                        {"remote.empty.url", ""},
                                        {"remote.none.fetch", "+refs/heads/*:refs/remotes/none/*"}};
  CHECK(fetch_url_in(config, "origin") == "https://host.example/t/app.git");
  CHECK(fetch_url_in(config, "plain") == "/srv/app.git");
  CHECK_FALSE(fetch_url_in(config, "empty"));
  CHECK_FALSE(fetch_url_in(config, "none"));
  CHECK_FALSE(fetch_url_in(config, "/srv/app.git"));
}
