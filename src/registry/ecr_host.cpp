#include "registry/ecr_host.hpp"

#include <algorithm>
#include <array>

namespace gate::registry {

namespace {

constexpr std::size_t k_account_digits = 12;
constexpr std::string_view k_digits = "0123456789";
constexpr std::string_view k_region_characters = "abcdefghijklmnopqrstuvwxyz0123456789-";
constexpr std::array<std::string_view, 7> k_suffixes{"amazonaws.com", "amazonaws.com.cn", "amazonaws.eu",
                                                     "sc2s.sgov.gov", "c2s.ic.gov",       "cloud.adc-e.uk",
                                                     "csp.hci.ic.gov"};

/// Names that have an IPv6 address as well.
struct DualStack {
  std::string_view registries;
  std::string_view apis;
  std::string_view partition;
};

constexpr std::array<DualStack, 3> k_dual_stacks{{
    {"on.aws", "api.aws", "amazonaws.com"},
    {"on.amazonwebservices.com.cn", "api.amazonwebservices.com.cn", "amazonaws.com.cn"},
    {"on.amazonwebservices.eu", "api.amazonwebservices.eu", "amazonaws.eu"},
}};

const DualStack* dual_stack_of(const std::string& suffix) {
  const auto* const found = std::find_if(k_dual_stacks.begin(), k_dual_stacks.end(),
                                         [&](const DualStack& names) { return names.registries == suffix; });
  return found == k_dual_stacks.end() ? nullptr : found;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

} // namespace

std::optional<EcrHost> EcrHost::parse(std::string_view host) {
  EcrHost result;
  result.account = host.substr(0, k_account_digits);
  if (result.account.size() != k_account_digits ||
      result.account.find_first_not_of(k_digits) != std::string::npos) {
    return std::nullopt;
  }
  host.remove_prefix(k_account_digits);
  if (!take(host, ".dkr.ecr") && !take(host, ".dkr-ecr")) {
    return std::nullopt;
  }
  result.fips = take(host, "-fips");
  const std::size_t dot = host.find('.', 1);
  if (!take(host, ".") || dot == std::string_view::npos) {
    return std::nullopt;
  }
  result.region = host.substr(0, dot - 1);
  result.suffix = host.substr(dot);
  const bool known = dual_stack_of(result.suffix) != nullptr ||
                     std::find(k_suffixes.begin(), k_suffixes.end(), result.suffix) != k_suffixes.end();
  if (!known || result.region.empty() || result.region.front() == '-' ||
      result.region.find_first_not_of(k_region_characters) != std::string::npos) {
    return std::nullopt;
  }
  return result;
}

std::string EcrHost::api_host() const {
  if (const DualStack* const names = dual_stack_of(suffix)) {
    return (fips ? "ecr-fips." : "ecr.") + region + "." + std::string(names->apis);
  }
  return (fips ? "ecr-fips." : "api.ecr.") + region + "." + suffix;
}

std::string EcrHost::partition_suffix() const {
  const DualStack* const names = dual_stack_of(suffix);
  return names == nullptr ? suffix : std::string(names->partition);
}

} // namespace gate::registry
