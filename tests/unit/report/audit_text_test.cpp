#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "report/audit_json.hpp"
#include "report/audit_text.hpp"

using namespace gate;

namespace {

const Oid k_a = *Oid::parse(std::string(40, 'a'));
const Oid k_b = *Oid::parse(std::string(40, 'b'));

Audit found() {
  Violation violation{"direct-push", *RefName::branch("master"), "it landed", "merges only", {"aaaaaaaa:gate.toml", 4, 9}, "never shown", Enforcement::active, {}};
  BypassRecord record{BypassRecord::Where::server, std::chrono::system_clock::from_time_t(1'700'000'000), "lead@example.org", "down \x1b[2J", "origin", *RefName::branch("master"), k_a, k_b, {}};
  AuditStep bad{k_b, k_a, "red \x1b[31m \xff", {violation}, {}, {}, {}};
  AuditStep bypassed{k_a, k_b, "ok", {}, {violation}, {}, record};
  return {"origin", {{*RefName::branch("master"), k_b, 7, {bad, bypassed}}, {*RefName::branch("staging"), k_a, 1, {}}}, {"a note"}};
}

} // namespace

TEST_CASE("an audit tells branch by branch what broke a rule, and what a bypass let through") {
  CHECK(render(found(), {false, "audit"}) == "gate: note: a note\n"
                                             "gate: master at bbbbbbbb: 7 steps judged, 1 against a rule, 1 by a bypass\n"
                                             "\n"
                                             "  direct-push  bbbbbbbb \"red \\x1b[31m \\xff\"\n"
                                             "    what  it landed\n"
                                             "    why   merges only   (aaaaaaaa:gate.toml:4:9)\n"
                                             "\n"
                                             "  bypassed direct-push  aaaaaaaa \"ok\"\n"
                                             "    what  it landed\n"
                                             "    why   merges only   (aaaaaaaa:gate.toml:4:9)\n"
                                             "    by    lead@example.org, 2023-11-14 22:13 UTC\n"
                                             "    for   down \\x1b[2J\n"
                                             "\n"
                                             "gate: staging at aaaaaaaa: 1 step judged, none against a rule\n");
  CHECK(render(Audit{}, {false, "audit"}) == "gate: nothing to audit: no policy protects a branch here\n");
}

TEST_CASE("tags are told together, and what no step shows behind all") {
  Audit audit = found();
  const auto v1 = *RefName::parse("refs/tags/v1");
  const auto v2 = *RefName::parse("refs/tags/v2");
  AuditStep bad{k_b, Oid(), "", {Violation{"name", v2, "its name", "names match", {}, "", Enforcement::active, {}}}, {}, {}, {}};
  audit.refs = {{v1, k_a, 1, {}}, {v2, k_a, 1, {bad}}};
  audit.notices.clear();
  const auto at = std::chrono::system_clock::from_time_t(1'700'000'000);
  const BypassRecord deleted{BypassRecord::Where::server, at, "", "unused \x1b[2J", "origin", v1, k_a, Oid(), {{"deletion", "v1 would go"}}};
  const BypassRecord granted{BypassRecord::Where::client, at, "lead@example.org", "down", "origin", *RefName::branch("master"), k_a, k_b, {}};
  audit.bypasses = {{deleted, true}, {granted, false}, {granted, true}};
  CHECK(render(audit, {false, "audit"}) == "gate: 2 tags judged, 1 against a rule\n"
                                           "\n"
                                           "  name  refs/tags/v2 at bbbbbbbb\n"
                                           "    what  its name\n"
                                           "    why   names match\n"
                                           "\n"
                                           "gate: refs/tags/v1 was deleted by a bypass; it stood at aaaaaaaa\n"
                                           "    rule  deletion: v1 would go\n"
                                           "    by    somebody who is not known, 2023-11-14 22:13 UTC\n"
                                           "    for   unused \\x1b[2J\n"
                                           "gate: master: a bypass was granted, and nothing says that it was used: aaaaaaaa to bbbbbbbb\n"
                                           "    by    lead@example.org, as it was said there, 2023-11-14 22:13 UTC\n"
                                           "    for   down\n"
                                           "gate: master: bbbbbbbb came by a bypass of what no commit shows\n"
                                           "    by    lead@example.org, as it was said there, 2023-11-14 22:13 UTC\n"
                                           "    for   down\n");
  const auto document = nlohmann::json::parse(to_json(audit));
  CHECK(document["refs"][1]["ref"] == "refs/tags/v2");
  CHECK(document["bypasses"][0]["ref"] == "refs/tags/v1");
  CHECK(document["bypasses"][0]["used"] == true);
  CHECK(document["bypasses"][0]["rules"][0]["rule"] == "deletion");
  CHECK(document["bypasses"][1]["used"] == false);
}

TEST_CASE("the same as JSON, whatever the bytes are") {
  const auto document = nlohmann::json::parse(to_json(found()));
  CHECK(document["schema"] == "gate-audit/1");
  CHECK(document["clean"] == false);
  CHECK(document["refs"][0]["steps"][0]["subject"] == "red \x1b[31m \xef\xbf\xbd");
  CHECK(document["refs"][0]["steps"][0]["violations"][0]["origin"] == "aaaaaaaa:gate.toml:4:9");
  CHECK(document["refs"][0]["steps"][0]["bypass"].is_null());
  CHECK(document["refs"][0]["steps"][1]["bypass"]["time"] == "2023-11-14T22:13:20Z");
  CHECK(document["refs"][1]["steps"].empty());
}
