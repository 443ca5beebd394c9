#include "registry/challenge.hpp"

#include <catch2/catch.hpp>

using namespace gate::registry;

TEST_CASE("a registry says where its tokens are") {
  const auto all = challenges_in(
      R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push")");
  REQUIRE(all.size() == 1);
  CHECK(all[0].scheme == "bearer");
  CHECK(all[0].parameter("realm") == "https://auth.docker.io/token");
  CHECK(all[0].parameter("service") == "registry.docker.io");
  CHECK(all[0].parameter("scope") == "repository:a/b:pull,push");
  CHECK(all[0].parameter("error").empty());
}

TEST_CASE("one header may hold several challenges, in any spelling") {
  const auto all = challenges_in(R"(NTLM, BASIC Realm = "a \"b\", c" , Digest x=1,y=2)");
  REQUIRE(all.size() == 3);
  CHECK(all[0].scheme == "ntlm");
  CHECK(all[1].scheme == "basic");
  CHECK(all[1].parameter("realm") == R"(a "b", c)");
  CHECK(all[2].parameter("y") == "2");
}

TEST_CASE("what is no challenge does no harm") {
  for (const char* const header : {"", ",,,", "=", "\"", "=\"", "Bearer realm=\"",
                                   "Bearer realm=", "Bearer \"realm\"", "\\", "Bearer ="}) {
    CAPTURE(header);
    for (const Challenge& challenge : challenges_in(header)) {
      CHECK(challenge.parameter("realm").empty());
    }
  }
}

TEST_CASE("the next page is the link that says so") {
  CHECK(next_link({R"(</v2/a/tags/list?last=b&n=1000>; rel="next")"}) == "/v2/a/tags/list?last=b&n=1000");
  CHECK(next_link({"<https://x/y>;rel=next"}) == "https://x/y");
  CHECK(next_link({R"(<a>; rel="prev", <b>; title="x,y;z"; Rel="NEXT")"}) == "b");
  CHECK(next_link({"<a>; rel=prev", "<b>; rel=next"}) == "b");
  for (const char* const header :
       {"", "<", "<a", "<a>", "<a>; rel=last", "<>; rel=next", "a; rel=next", ";;;"}) {
    CAPTURE(header);
    CHECK_FALSE(next_link({header}));
  }
}
