#include "report/audit_json.hpp"

#include <nlohmann/json.hpp>

#include "report/time_text.hpp"

namespace gate {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::vector<Violation>& violations) {
  Json list = Json::array();
  for (const auto& violation : violations) {
    list.push_back({{"rule", violation.rule}, {"what", violation.what}, {"why", violation.why},
                    {"origin", violation.origin.file.empty() ? "" : violation.origin.str()}});
  }
  return list;
}

Json json_of(const std::optional<BypassRecord>& record) {
  if (!record) {
    return nullptr;
  }
  return {{"time", rfc3339_text(record->at)}, {"where", record->where == BypassRecord::Where::server ? "server" : "client"},
          {"who", record->who},          {"reason", record->reason},
          {"old", record->old_oid.hex()}, {"new", record->new_oid.hex()}};
}

Json json_of(const LoneBypass& bypass) {
  Json document = {{"ref", bypass.record.ref.full()}, {"used", bypass.is_used}};
  document.update(json_of(std::optional(bypass.record)));
  document["rules"] = Json::array();
  for (const auto& rule : bypass.record.rules) {
    document["rules"].push_back({{"rule", rule.id}, {"what", rule.what}});
  }
  return document;
}

Json json_of(const AuditStep& step) {
  return {{"commit", step.commit.hex()},
          {"before", step.before.hex()},
          {"subject", step.subject},
          {"violations", json_of(step.violations)},
          {"bypassed", json_of(step.bypassed)},
          {"evaluated", json_of(step.told)},
          {"bypass", json_of(step.bypass)}};
}

} // namespace

std::string to_json(const Audit& audit) {
  Json refs = Json::array();
  for (const auto& ref : audit.refs) {
    Json steps = Json::array();
    for (const auto& step : ref.steps) {
      steps.push_back(json_of(step));
    }
    refs.push_back({{"ref", ref.ref.full()}, {"tip", ref.tip.hex()}, {"judged", ref.judged}, {"unjudged", ref.unjudged},
                    {"untold", ref.untold}, {"steps", std::move(steps)}});
  }
  Json bypasses = Json::array();
  for (const auto& bypass : audit.bypasses) {
    bypasses.push_back(json_of(bypass));
  }
  const Json document = {{"schema", "gate-audit/1"},  {"remote", audit.remote},  {"clean", audit.clean()},
                         {"notices", audit.notices}, {"refs", std::move(refs)}, {"bypasses", std::move(bypasses)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace gate
