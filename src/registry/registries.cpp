#include "registry/registries.hpp"

#include <map>
#include <optional>
#include <utility>

#include "registry/build_trigger.hpp"
#include "registry/credentials.hpp"
#include "registry/ecr.hpp"
#include "registry/oci_repository.hpp"

namespace gate {

namespace {

using namespace registry;

/// One that was opened before: a publication that stops for its tests goes on with the login and the connection it has.
class OpenedBefore : public RemoteRepository {
public:
  explicit OpenedBefore(std::shared_ptr<RemoteRepository> repository) : m_repository(std::move(repository)) {}

  const RegistryLogin* login() const override { return m_repository->login(); }
  Result<std::optional<Manifest>> find(const std::string& tag) override { return m_repository->find(tag); }
  Result<void> put(const Manifest& manifest, const std::string& tag) override {
    return m_repository->put(manifest, tag);
  }
  Result<std::vector<std::string>> tags() override { return m_repository->tags(); }

private:
  std::shared_ptr<RemoteRepository> m_repository;
};

class AllRegistries : public Registries {
public:
  AllRegistries(Environment env, const Interrupt& interrupt)
      : m_env(std::move(env)), m_interrupt(interrupt) {}

  Result<std::unique_ptr<RemoteRepository>> open(const ImageName& name) override;

private:
  Result<std::unique_ptr<RemoteRepository>> open_anew(const ImageName& name) const;
  Result<RegistryLogin> ecr_login(HttpClient& client, const EcrHost& host, AwsKeys keys,
                                  const ImageName& name) const;

  std::map<std::string, std::shared_ptr<RemoteRepository>> m_opened; // by the image's name
  Environment m_env;
  const Interrupt& m_interrupt;
};

Result<RegistryLogin> AllRegistries::ecr_login(HttpClient& client, const EcrHost& host, AwsKeys keys,
                                               const ImageName& name) const {
  Result<Url> endpoint = ecr_endpoint(host, m_env);
  if (!endpoint) {
    return Failure(endpoint.error());
  }
  Ecr ecr(client, host, std::move(*endpoint), std::move(keys));
  Result<RegistryLogin> login = ecr.login();
  if (!login) {
    return login;
  }
  if (Result<void> exists = ecr.check_exists(name.repository); !exists) {
    return Failure(exists.error());
  }
  return login;
}

Result<std::unique_ptr<RemoteRepository>> AllRegistries::open(const ImageName& name) {
  std::shared_ptr<RemoteRepository>& opened = m_opened[name.str()];
  if (!opened) {
    Result<std::unique_ptr<RemoteRepository>> repository = open_anew(name);
    if (!repository) {
      return repository;
    }
    opened = std::move(*repository);
  }
  return std::make_unique<OpenedBefore>(opened);
}

Result<std::unique_ptr<RemoteRepository>> AllRegistries::open_anew(const ImageName& name) const {
  auto client = std::make_unique<HttpClient>(m_env, m_interrupt, name.registry);
  const std::optional<EcrHost> ecr = EcrHost::parse(name.registry);
  std::optional<RegistryLogin> login;
  if (ecr) {
    Result<std::optional<AwsKeys>> keys = aws_keys(m_env);
    if (!keys) {
      return Failure(keys.error());
    }
    if (*keys) {
      Result<RegistryLogin> fresh = ecr_login(*client, *ecr, std::move(**keys), name);
      if (!fresh) {
        return Failure(fresh.error());
      }
      login = std::move(*fresh);
    }
  }
  if (!login) {
    Result<std::optional<RegistryLogin>> kept = dockers_login(m_env, m_interrupt, name);
    if (!kept) {
      return Failure(kept.error());
    }
    login = std::move(*kept);
  }
  if (ecr && !login) {
    return could_not_run(
        "there is no login for " + name.registry +
            ": AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and docker knows none",
        k_aws_keys_command);
  }
  auto repository = std::make_unique<OciRepository>(std::move(client), name, std::move(login));
  if (ecr) {
    repository->log_in_at_once();
  }
  return std::unique_ptr<RemoteRepository>(std::move(repository));
}

} // namespace

std::unique_ptr<Registries> make_registries(Environment env, const Interrupt& interrupt) {
  return std::make_unique<AllRegistries>(std::move(env), interrupt);
}

std::unique_ptr<BuildTriggers> make_build_triggers(Environment env, const Interrupt& interrupt) {
  return std::make_unique<registry::HubTriggers>(std::move(env), interrupt);
}

} // namespace gate
