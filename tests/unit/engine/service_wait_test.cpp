#include "engine/service_wait.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace gate;

namespace {

std::string table(const std::string& local, const std::string& state) {
  return "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
         "   0: " + local + " 00000000:0000 " + state + " 00000000:00000000 00:00000000 00000000     0        0 20000 1 0000 100 0 0 10 0\n";
}

} // namespace

// As Linux writes them on a machine whose numbers begin with their lowest byte.
TEST_CASE("who listens at a port") {
  CHECK(has_listener(table("00000000:1388", "0A"), 5000, true));
  CHECK(has_listener(table("020011AC:1388", "0A"), 5000, true));
  CHECK_FALSE(has_listener(table("00000000:1388", "0A"), 5001, true));
  CHECK_FALSE(has_listener(table("00000000:1388", "01"), 5000, true)); // a connection
  CHECK(has_listener(table("00000000000000000000000000000000:1388", "0A"), 5000, true));
  CHECK_FALSE(has_listener("", 5000, true));
  CHECK_FALSE(has_listener("0: what is this 0A\n1: zz:zz 0 0A\n", 5000, true));
}

TEST_CASE("a loopback address counts for the service itself only, the Engine's DNS server never") {
  for (const std::string local : {"0100007F:1388", "00000000000000000000000001000000:1388", "0000000000000000FFFF00000100007F:1388"}) {
    INFO(local);
    CHECK_FALSE(has_listener(table(local, "0A"), 5000, true));
    CHECK(has_listener(table(local, "0A"), 5000, false));
  }
  CHECK_FALSE(has_listener(table("0B00007F:1388", "0A"), 5000, false));
}
