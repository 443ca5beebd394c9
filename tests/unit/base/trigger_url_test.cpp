#include "base/trigger_url.hpp"

#include <catch2/catch.hpp>

using namespace gate;

TEST_CASE("a trigger's URL is known by its scheme and its path") {
  using Urls = std::vector<std::string_view>;
  CHECK(trigger_urls("https://hub.docker.com/api/build/v1/source/1/trigger/2/call/") ==
        Urls{"https://hub.docker.com/api/build/v1/source/1/trigger/2/call/"});
  CHECK(trigger_urls("curl -X POST 'HTTP://h/u/me/app/trigger/1/?a=b' && curl \"https://me@h/trigger/2\";") ==
        Urls{"HTTP://h/u/me/app/trigger/1/?a=b", "https://me@h/trigger/2"});
  for (const char* const text :
       {"", "h", "http", "https://", "https://hub.docker.com", "/opt/trigger/bin:/usr/bin", "https://trigger/", "https://h/?x=/trigger/1",
        "https://h/#/trigger/1", "https://h/x /trigger/1", "file:///srv/trigger/1", "git@h:me/trigger/x", "https:/h/trigger/1"}) {
    CAPTURE(text);
    CHECK(trigger_urls(text).empty());
  }
}
