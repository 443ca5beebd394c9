#include "engine/cache_volumes.hpp"

#include "base/digest.hpp"
#include "engine/endpoint.hpp"
#include "engine/suite_session.hpp"

namespace gate {

std::string cache_volume(std::string_view repository_id, std::string_view suite, std::string_view path) {
  constexpr std::size_t k_digits = 12;
  const std::string which = std::string(suite) + '\0' + std::string(path);
  return "gate-cache-" + std::string(repository_id) + "-" + Digest::of(which).hex().substr(0, k_digits);
}

// No label of the run: they outlive it.
Result<Json> cache_mounts(const SuiteSession& session) {
  Json mounts = Json::array();
  for (const std::string& path : session.suite().caches) {
    const std::string name = cache_volume(session.repository_id(), session.suite().name, path);
    const Json volume{{"Name", name}, {"Labels", {{k_cache_label, session.repository_id()}}}};
    const std::string body = text_of_all(volume);
    if (const Result<void> made = session.api().create_volume(body, session.patience()); !made) {
      return Failure(made.error());
    }
    mounts.push_back({{"Type", "volume"}, {"Source", name}, {"Target", path}, {"ReadOnly", false}});
  }
  return mounts;
}

Result<std::size_t> remove_cache_volumes(EngineApi& api, const std::string& repository_id, const Patience& patience) {
  const Result<std::vector<Listed>> volumes = api.list(ObjectKind::volume, std::string(k_cache_label) + "=" + repository_id, patience);
  if (!volumes) {
    return Failure(volumes.error());
  }
  const Result<std::size_t> refused = api.remove(*volumes, patience);
  return refused ? Result<std::size_t>(volumes->size() - *refused) : Failure(refused.error());
}

Result<std::size_t> remove_cache_volumes(const Environment& env, const std::string& repository_id, const Interrupt& interrupt) {
  Result<Endpoint> endpoint = find_endpoint(env, interrupt);
  if (!endpoint) {
    return Failure(endpoint.error());
  }
  EngineApi api(*std::move(endpoint));
  const Patience patience{std::nullopt, &interrupt, {}};
  if (const Result<void> hello = api.connect(patience); !hello) {
    return Failure(hello.error());
  }
  return remove_cache_volumes(api, repository_id, patience);
}

} // namespace gate
