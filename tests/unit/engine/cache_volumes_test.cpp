#include "engine/cache_volumes.hpp"

#include <catch2/catch.hpp>

using namespace gate;

TEST_CASE("a cache's volume is one for each repository, suite and path") {
  const std::string name = cache_volume("0a1b", "api", "/root/.cache/pip");
  CHECK(name.rfind("gate-cache-0a1b-", 0) == 0);
  CHECK(name.size() == std::string("gate-cache-0a1b-").size() + 12);
  CHECK(name == cache_volume("0a1b", "api", "/root/.cache/pip"));
  CHECK(name != cache_volume("0a1b", "api", "/root/.cache"));
  CHECK(name != cache_volume("0a1b", "web", "/root/.cache/pip"));
  CHECK(name != cache_volume("0a1c", "api", "/root/.cache/pip"));
  CHECK(cache_volume("r", "a", "b/c") != cache_volume("r", "a/b", "c"));
}
