#include "engine/service_limits.hpp"

#include <algorithm>

#include "engine/compose_values.hpp"

namespace gate {

namespace {

// 0 stands for no limit.
template <typename Number> Number stricter(Number one, Number other) {
  return one == 0 || other == 0 ? std::max(one, other) : std::min(one, other);
}

/// Takes stricter values of several places.
class Limits {
public:
  explicit Limits(const ContainerLimits& suite) : m_limits(suite) {}

  void memory(const std::string& key, const Json& value) {
    take(key, value, parse_bytes(value), [&](std::int64_t bytes) { m_limits.memory = stricter(m_limits.memory, bytes); });
  }
  void cpus(const std::string& key, const Json& value) {
    take(key, value, parse_cores(value), [&](std::int64_t cores) { m_limits.nano_cpus = stricter(m_limits.nano_cpus, cores); });
  }
  void pids(const std::string& key, const Json& value) {
    const std::optional<std::int64_t> unlimited = value == -1 || value == "-1" ? std::optional<std::int64_t>(0) : parse_bytes(value);
    take(key, value, unlimited, [&](std::int64_t count) {
      const auto most = static_cast<unsigned>(std::min<std::int64_t>(count, 1U << 30U));
      m_limits.pids = stricter(m_limits.pids, most);
    });
  }
  // The kernel's own terms for cores: so many microseconds of each period.
  void quota(const Json& quota, const Json& period) {
    constexpr std::int64_t k_usual_period = 100'000;
    constexpr std::int64_t k_billion = 1'000'000'000;
    constexpr std::int64_t k_most = 1'000'000'000;
    const std::int64_t of = period.is_number_integer() ? period.get<std::int64_t>() : k_usual_period;
    if (quota.is_number_integer() && quota.get<std::int64_t>() > 0 && quota.get<std::int64_t>() < k_most && of > 0) {
      m_limits.nano_cpus = stricter(m_limits.nano_cpus, quota.get<std::int64_t>() * k_billion / of);
    }
  }
  const ContainerLimits& limits() const { return m_limits; }
  const std::vector<std::string>& unreadable() const { return m_unreadable; }

private:
  template <typename Take> void take(const std::string& key, const Json& value, const std::optional<std::int64_t>& read, const Take& taken) {
    if (value.is_null()) {
      return;
    }
    if (read) {
      taken(*read);
    } else {
      m_unreadable.push_back(key + ": " + (value.is_string() ? text_of(value) : value.dump(-1, ' ', false, Json::error_handler_t::replace)));
    }
  }

  ContainerLimits m_limits;
  std::vector<std::string> m_unreadable;
};

Limits read_limits(const Json& definition, const ContainerLimits& suite) {
  Limits limits(suite);
  limits.memory("mem_limit", member(definition, "mem_limit"));
  limits.cpus("cpus", member(definition, "cpus"));
  limits.pids("pids_limit", member(definition, "pids_limit"));
  limits.quota(member(definition, "cpu_quota"), member(definition, "cpu_period"));
  const Json& deploy = member(member(member(definition, "deploy"), "resources"), "limits");
  limits.memory("deploy.resources.limits.memory", member(deploy, "memory"));
  limits.cpus("deploy.resources.limits.cpus", member(deploy, "cpus"));
  limits.pids("deploy.resources.limits.pids", member(deploy, "pids"));
  return limits;
}

} // namespace

std::optional<ContainerLimits> service_limits(const Json& definition, const ContainerLimits& suite) {
  const Limits limits = read_limits(definition, suite);
  return limits.unreadable().empty() ? std::optional(limits.limits()) : std::nullopt;
}

std::vector<std::string> unreadable_limits(const Json& definition) { return read_limits(definition, {}).unreadable(); }

} // namespace gate
