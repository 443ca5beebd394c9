#include "registry/build_trigger.hpp"

#include <catch2/catch.hpp>

#include "registry/registries.hpp"

using namespace gate;
using namespace gate::registry;

namespace {

std::string address_in(const std::string& text) {
  const auto address = trigger_address(text);
  return address ? address->origin.str() + address->target.reveal() : "none";
}

const std::string k_new = "https://hub.docker.com/api/build/v1/source/1a-2b/trigger/3c-4d/call/";
const std::string k_old = "https://registry.hub.docker.com/u/me/app/trigger/0123-abc/";

} // namespace

TEST_CASE("both generations of trigger addresses are known") {
  CHECK(address_in(k_new) == k_new);
  CHECK(address_in(k_old) == k_old);
  CHECK(address_in("https://cloud.docker.com/api/build/v1/source/1/trigger/2/call/") ==
        "https://cloud.docker.com/api/build/v1/source/1/trigger/2/call/");
  CHECK(address_in("  HTTPS://x " + k_new + "\n") == k_new);
  CHECK(address_in("http://127.0.0.1:8080/u/me/app/trigger/1/") ==
        "http://127.0.0.1:8080/u/me/app/trigger/1/");
}

TEST_CASE("the address is taken out of a curl command, and nothing else is") {
  CHECK(address_in("curl --data build=true -X POST " + k_old) == k_old);
  CHECK(address_in("curl -H 'Content-Type: application/json' --data '{\"docker_tag\": \"x\"}' -X POST '" +
                   k_new + "'; rm -rf /") == k_new);
  CHECK(address_in("curl \"" + k_new + "\" && curl \"" + k_new + "\"") == k_new);
}

TEST_CASE("what is no trigger of Docker Hub is not used") {
  for (const std::string& text :
       {std::string(), std::string("https://"), std::string("http"), k_old + " " + k_new, k_new + "?x=1",
        k_new + "%2e", std::string("http://hub.docker.com/api/build/v1/source/1/trigger/2/call/"),
        std::string("https://hub.docker.com.evil.com/u/me/app/trigger/1/"),
        std::string("https://me@hub.docker.com/u/me/app/trigger/1/"),
        std::string("https://hub.docker.com:8443/u/me/app/trigger/1/"),
        std::string("https://hub.docker.com/u/me/app/../trigger/1/"), std::string("https://hub.docker.com/"),
        std::string("http://example.com/u/me/app/trigger/1/"), std::string("file:///u/trigger/1/")}) {
    CAPTURE(text);
    CHECK(address_in(text) == "none");
  }
}

TEST_CASE("a trigger that was certainly not sent is refused, and its address is not told") {
  const Interrupt interrupt;
  const auto triggers = make_build_triggers({}, interrupt);
  const Secret nobody("http://127.0.0.1:1/u/me/app/trigger/1234-5678/");
  CHECK(triggers->is_usable(nobody));
  const TriggerAnswer answer = triggers->fire(nobody, *RefName::branch("staging"));
  CHECK(answer.outcome == TriggerAnswer::Outcome::refused);
  CHECK(answer.reason ==
        "Docker Hub's build trigger was not sent: no connection to 127.0.0.1:1: nobody takes it");
  CHECK(triggers->fire(Secret("nothing"), *RefName::branch("staging")).outcome ==
        TriggerAnswer::Outcome::refused);
  CHECK(triggers->fire(nobody, *RefName::branch("a\xff")).reason ==
        "Docker Hub's build trigger was not sent: the branch's name is not UTF-8");
}
