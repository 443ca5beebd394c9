// What a registry wants to know before it answers (RFC 9110, section 11.6.1; distribution-spec's token
// authentication).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gate::registry {

struct Challenge {
  std::string scheme;                            ///< lower-case: "basic", "bearer"
  std::map<std::string, std::string> parameters; ///< names in lower case

  std::string parameter(const std::string& name) const;
};

/// All challenges of one WWW-Authenticate header; what makes no sense is left out.
std::vector<Challenge> challenges_in(std::string_view header);

/// The address of the next page: `<address>; rel="next"` (RFC 8288).
std::optional<std::string> next_link(const std::vector<std::string>& link_headers);

} // namespace gate::registry
