#include "policy/lint_verdicts.hpp"

#include <algorithm>
#include <utility>

#include "policy/verdict_trust.hpp"

namespace gate {

namespace {

// Where no block says which, every suite of the policy is asked for.
bool is_asked_for(const Policy& policy, const std::string& suite) {
  return std::any_of(policy.blocks.begin(), policy.blocks.end(), [&](const Block& block) {
    const auto& require = block.rules.require;
    return block.enforcement.value == Enforcement::active && (!require || std::find(require->value.begin(), require->value.end(), suite) != require->value.end());
  });
}

} // namespace

std::vector<Finding> lint_verdicts(const Policy& policy) {
  std::vector<Finding> findings;
  const auto warn = [&](const Place& place, std::string message, std::string hint) {
    findings.push_back({Finding::Severity::warning, {place, std::move(message), std::move(hint)}});
  };
  if (!policy.verdicts) {
    return findings;
  }
  const auto& settings = *policy.verdicts;
  for (const auto& principal : settings.ci) {
    if (principal.find_first_not_of('*') == std::string::npos) {
      warn(settings.place, "[verdicts] ci = [\"*\"] takes everybody's word everywhere: a signature says who claims that tests passed, not that they ran",
           "name the principal of CI's key");
    } else if (std::find(settings.dev.begin(), settings.dev.end(), principal) != settings.dev.end()) {
      warn(settings.place, "[verdicts] names " + principal + " in \"ci\" and in \"dev\": as \"ci\" it counts", "take it out of one of them");
    }
  }
  for (const auto& [name, suite] : policy.suites) {
    if (!suite.reusable && is_asked_for(policy, name)) {
      warn(suite.place, "suite " + name + " is not reusable, so no verdict of it counts anywhere: a git server that asks for verdicts lets nothing pass that needs it",
           "give it a \"max_age\" instead, or take it out of \"require\"");
    }
  }
  return findings;
}

std::vector<Finding> lint_verdict_signers(const VerdictSettings& settings, std::string_view text, const std::string& name) {
  std::vector<Finding> findings;
  for (const auto& line : parse_allowed_signers(text, name).signers) {
    const auto role = role_of(line, settings.ci, settings.dev);
    if (!role) {
      continue;
    }
    const Place place{name, line.line, 1};
    const std::string who = line.principals.front() + " has the role \"" + std::string(name_of(*role)) + "\" in [verdicts]";
    if (line.is_authority) {
      findings.push_back({Finding::Severity::warning, {place, who + ", and a key that signs certificates vouches for no verdict", "name the keys themselves"}});
    } else if (!line.names(k_verdict_namespace)) {
      const std::string space(k_verdict_namespace);
      std::string hint = line.namespaces.empty() ? "e.g. namespaces=\"git," + space + "\", and " + space + " alone for a key that signs no commits"
                                                 : "add " + space + " to its namespaces";
      findings.push_back({Finding::Severity::warning, {place, who + ", and this line does not have the namespace " + space + ": the key's verdicts don't count", std::move(hint)}});
    }
  }
  return findings;
}

} // namespace gate
