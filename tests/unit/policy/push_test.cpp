#include <catch2/catch.hpp>

#include "policy/push.hpp"

using namespace gate;

namespace {
const std::string k_a(40, 'a');
const std::string k_b(40, 'b');
const std::string k_zero(40, '0');
} // namespace

TEST_CASE("each line of pre-push's input is one update") {
  const auto updates = parse_ref_updates("refs/heads/x " + k_a + " refs/heads/main " + k_b + "\n(delete) " + k_zero + " refs/heads/y " + k_b + "\nHEAD~1 " + k_a + " refs/heads/z " + k_zero + "\n").value();
  REQUIRE(updates.size() == 3);
  CHECK(updates[0].ref.full() == "refs/heads/main");
  CHECK(updates[0].new_oid.hex() == k_a);
  CHECK(updates[0].old_oid.hex() == k_b);
  CHECK(updates[1].removes());
  CHECK(updates[1].local_ref == "(delete)");
  CHECK(updates[2].creates());
}

TEST_CASE("the local side may hold spaces, and a last line feed may be missing") {
  const auto updates = parse_ref_updates("HEAD@{1 day ago} " + k_a + " refs/heads/main " + k_b).value();
  REQUIRE(updates.size() == 1);
  CHECK(updates[0].local_ref == "HEAD@{1 day ago}");
}

TEST_CASE("empty input is no update") { CHECK(parse_ref_updates("").value().empty()); }

TEST_CASE("a malformed line is an error that names it") {
  const std::string good = "refs/heads/x " + k_a + " refs/heads/main " + k_b + "\n";
  for (const std::string& bad : {std::string("\n"), std::string("x\n"), "refs/heads/x " + k_a + " refs/heads/main\n", "x " + k_a + " main " + k_b + "\n",
                                 "x " + k_a.substr(1) + " refs/heads/main " + k_b + "\n", "x " + k_a + " refs/heads/main " + std::string(64, 'b') + "\n",
                                 " " + k_a + " refs/heads/main " + k_b + "\n", "x " + k_a + " refs/heads/a..b " + k_b + "\n", good.substr(0, good.size() - 1) + "\r\n"}) {
    INFO(bad);
    const auto updates = parse_ref_updates(good + bad);
    REQUIRE_FALSE(updates);
    CHECK(updates.error().message.rfind("line 2 ", 0) == 0);
    CHECK(updates.error().kind == ErrorKind::could_not_run);
  }
}

TEST_CASE("object names of SHA-256 repositories are read") {
  const auto updates = parse_ref_updates("x " + std::string(64, 'a') + " refs/heads/main " + std::string(64, '0') + "\n").value();
  CHECK(updates[0].creates());
}
