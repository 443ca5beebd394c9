#include "policy/evaluate.hpp"

namespace gate {

namespace {

bool grants(const BypassRequest& request, const Bypass& bypass) {
  const bool has_reason = request.reason.find_first_not_of(" \t\r\n") != std::string::npos;
  return has_reason && bypass.allows(request.who);
}

} // namespace

Decision decide(std::vector<Violation> violations, const std::optional<BypassRequest>& request) {
  Decision decision;
  for (auto& violation : violations) {
    if (violation.enforcement != Enforcement::active) {
      decision.told.push_back(std::move(violation));
    } else if (request && grants(*request, violation.bypass)) {
      decision.bypassed.push_back(std::move(violation));
    } else {
      decision.denied.push_back(std::move(violation));
    }
  }
  return decision;
}

} // namespace gate
