#include <catch2/catch.hpp>

#include "report/time_text.hpp"
#include "report/verdict_list.hpp"

using namespace gate;

namespace {

using namespace std::chrono_literals;

const std::chrono::system_clock::time_point k_now = std::chrono::system_clock::from_time_t(1'767'225'600); // 2026-01-01

ListedVerdict listed(const std::string& suite, std::chrono::seconds age) {
  Verdict verdict{};
  verdict.suite = suite;
  verdict.tree = *Oid::parse(std::string(40, 'a'));
  verdict.commit = *Oid::parse(std::string(40, 'b'));
  verdict.started = k_now - age - 10s;
  verdict.finished = k_now - age;
  verdict.platform = "linux/amd64";
  return {verdict, {}};
}

} // namespace

TEST_CASE("ages are told in whole units, and never rounded up") {
  CHECK(ago_text(k_now - 59s, k_now) == "just now");
  CHECK(ago_text(k_now + 1h, k_now) == "just now");
  CHECK(ago_text(k_now - 119s, k_now) == "1 min ago");
  CHECK(ago_text(k_now - 119min, k_now) == "1 h ago");
  CHECK(ago_text(k_now - 47h, k_now) == "47 h ago");
  CHECK(ago_text(k_now - 71h, k_now) == "2 days ago");
}

TEST_CASE("a list of verdicts says of each who stands behind it, the newest first") {
  auto taken = listed("web", 60s);
  taken.voucher = Voucher{"ci@example.com\x1b", SignerRole::ci, "SHA256:x"};
  CHECK(render_verdicts({listed("api", 7200s), taken}, {false, "", k_now}) == "passed     suite  tree      commit    by\n"
                                                                             "1 min ago  web    aaaaaaaa  bbbbbbbb  ci@example.com\\x1b (ci)\n"
                                                                             "2 h ago    api    aaaaaaaa  bbbbbbbb  this machine\n");
}

TEST_CASE("a list of verdicts for programs names the voucher, or null") {
  auto taken = listed("web", 60s);
  taken.voucher = Voucher{"dev@example.com", SignerRole::dev, "SHA256:x"};
  const std::string text = to_json({listed("api", 7200s), taken});
  CHECK(text.find("\"schema\": \"gate-verdicts/1\"") != std::string::npos);
  CHECK(text.find("\"web\"") < text.find("\"api\""));
  CHECK(text.find("\"role\": \"dev\"") != std::string::npos);
  CHECK(text.find("\"by\": null") != std::string::npos);
  CHECK(text.find("\"finished\": \"2025-12-31T23:59:00Z\"") != std::string::npos);
  CHECK(to_json(std::vector<ListedVerdict>{}).find("\"verdicts\": []") != std::string::npos);
}
