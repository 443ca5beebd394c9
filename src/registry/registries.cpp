#include "registry/registries.hpp"

#include <map>
#include <optional>
#include <utility>

#include "registry/build_trigger.hpp"
#include "registry/credentials.hpp"
#include "registry/ecr.hpp"
#include "registry/ecr_public.hpp"
#include "registry/oci_repository.hpp"
#include "registry/webhook.hpp"

namespace gate {

namespace {

using namespace registry;

/// One that was opened before: a publication that stops for its tests goes on with the login and the
/// connection it has.
class OpenedBefore : public RemoteRepository {
public:
  explicit OpenedBefore(std::shared_ptr<RemoteRepository> repository) : m_repository(std::move(repository)) {}

  const RegistryLogin* login() const override { return m_repository->login(); }
  Result<std::optional<Manifest>> find(const std::string& tag) override { return m_repository->find(tag); }
  Result<void> put(const Manifest& manifest, const std::string& tag) override {
    return m_repository->put(manifest, tag);
  }
  Result<std::vector<std::string>> tags() override { return m_repository->tags(); }
  Result<void> renew_login() override { return m_repository->renew_login(); }
  Result<bool> take_over(const Manifest& manifest, const ImageName& from) override {
    return m_repository->take_over(manifest, from);
  }
  std::optional<Error> why_fixed(const std::string& tag) const override {
    return m_repository->why_fixed(tag);
  }
  Result<void> attach(const Manifest& subject, const Attachment& attachment) override {
    return m_repository->attach(subject, attachment);
  }
  Result<std::vector<std::string>> attached(const Digest& subject, const std::string& artifact_type) override {
    return m_repository->attached(subject, artifact_type);
  }

private:
  std::shared_ptr<RemoteRepository> m_repository;
};

/// One that did not let keys of another account see what it is: a refusal says whose they are.
class OfAnotherAccount : public OpenedBefore {
public:
  OfAnotherAccount(std::shared_ptr<RemoteRepository> repository, std::string login_command, Error doubt)
      : OpenedBefore(std::move(repository)), m_login_command(std::move(login_command)),
        m_doubt(std::move(doubt)) {}

  Result<std::optional<Manifest>> find(const std::string& tag) override {
    return explained(OpenedBefore::find(tag));
  }
  Result<void> put(const Manifest& manifest, const std::string& tag) override {
    return explained(OpenedBefore::put(manifest, tag));
  }
  Result<std::vector<std::string>> tags() override { return explained(OpenedBefore::tags()); }
  Result<bool> take_over(const Manifest& manifest, const ImageName& from) override {
    return explained(OpenedBefore::take_over(manifest, from));
  }
  Result<void> attach(const Manifest& subject, const Attachment& attachment) override {
    return explained(OpenedBefore::attach(subject, attachment));
  }
  Result<std::vector<std::string>> attached(const Digest& subject, const std::string& artifact_type) override {
    return explained(OpenedBefore::attached(subject, artifact_type));
  }

private:
  // What has a remedy of its own (no connection, a wrong certificate) has nothing to do with keys.
  template <typename T> Result<T> explained(Result<T> result) const {
    if (!result && result.error().kind == ErrorKind::could_not_run &&
        (result.error().remedy.empty() || result.error().remedy == m_login_command)) {
      result.error().message += "; " + m_doubt.message;
      result.error().remedy = m_doubt.remedy;
    }
    return result;
  }

  std::string m_login_command;
  Error m_doubt;
};

/// Where the logins for one image come from, for as long as its repository is open.
class LoginSource {
public:
  LoginSource(std::shared_ptr<const Environment> env, const Interrupt& interrupt, HttpClient& client,
              ImageName name)
      : m_env(std::move(env)), m_interrupt(&interrupt), m_client(&client), m_name(std::move(name)),
        m_host(EcrHost::parse(m_name.registry)), m_public(ecr_public_service(m_name.registry)) {}

  const std::optional<EcrHost>& ecr_host() const { return m_host; }
  bool is_aws() const { return m_host || m_public; }

  /// Nothing for another registry's image, and where there are no keys of AWS at all.
  Result<std::optional<EcrApi>> aws() const {
    if (!is_aws()) {
      return std::optional<EcrApi>();
    }
    return EcrApi::open(*m_client, m_host ? ecr_service(*m_host) : *m_public, *m_env, *m_interrupt);
  }
  Result<std::optional<RegistryLogin>> dockers() const { return dockers_login(*m_env, *m_interrupt, m_name); }
  /// One that AWS hands out now, or another one than docker had before.
  Result<RegistryLogin> newer_than(const RegistryLogin* old) const;

private:
  std::shared_ptr<const Environment> m_env;
  const Interrupt* m_interrupt;
  HttpClient* m_client;
  ImageName m_name;
  std::optional<EcrHost> m_host;
  std::optional<EcrService> m_public;
};

Result<RegistryLogin> LoginSource::newer_than(const RegistryLogin* old) const {
  Result<std::optional<EcrApi>> api = aws();
  if (!api) {
    return Failure(api.error());
  }
  if (*api) {
    return m_host ? Ecr(std::move(**api), *m_host).login() : EcrPublic(std::move(**api)).login();
  }
  Result<std::optional<RegistryLogin>> kept = dockers();
  if (!kept) {
    return Failure(kept.error());
  }
  const bool is_same = *kept && old != nullptr && (*kept)->user == old->user &&
                       (*kept)->password.reveal() == old->password.reveal();
  if (!*kept || is_same) {
    return could_not_run("the login for " + m_name.registry + " has expired, and docker knows no newer one",
                         login_command(m_name));
  }
  return std::move(**kept);
}

/// What was found out before the registry itself is asked.
struct Access {
  std::optional<RegistryLogin> login;
  TagMutability mutability;
  std::optional<Error> unknown; ///< the keys' own account has no such repository
  std::optional<Error> doubt;   ///< Ecr::doubt
};

Result<Access> ecr_access(EcrApi api, const EcrHost& host, const std::string& repository,
                          const RepositoryTerms& terms) {
  Ecr ecr(std::move(api), host);
  Result<RegistryLogin> login = ecr.login();
  if (!login) {
    return Failure(login.error());
  }
  Result<TagMutability> mutability = ecr.repository(repository, terms);
  if (!mutability) {
    return Failure(mutability.error());
  }
  return Access{std::move(*login), std::move(*mutability), std::nullopt, ecr.doubt()};
}

Result<Access> ecr_public_access(EcrApi api, const std::string& repository, const RepositoryTerms& terms) {
  EcrPublic ecr(std::move(api));
  Result<RegistryLogin> login = ecr.login();
  if (!login) {
    return Failure(login.error());
  }
  Result<std::optional<Error>> unknown = ecr.why_unknown(repository);
  if (!unknown) {
    return Failure(unknown.error());
  }
  if (*unknown && terms.may_create) {
    (*unknown)->message += ", and create = true makes none there: everybody would be shown its name";
  }
  return Access{std::move(*login), {}, std::move(*unknown), std::nullopt};
}

Result<Access> dockers_access(const LoginSource& source, const ImageName& name) {
  Result<std::optional<RegistryLogin>> kept = source.dockers();
  if (!kept) {
    return Failure(kept.error());
  }
  if (source.is_aws() && !*kept) {
    return could_not_run(
        "there is no login for " + name.registry +
            ": neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY nor AWS's files, a container's role "
            "or an instance's give keys, and docker knows none",
        k_aws_keys_command);
  }
  return Access{std::move(*kept), {}, std::nullopt, std::nullopt};
}

Result<Access> find_access(const LoginSource& source, const ImageName& name, const RepositoryTerms& terms) {
  Result<std::optional<EcrApi>> api = source.aws();
  if (!api) {
    return Failure(api.error());
  }
  if (!*api) {
    return dockers_access(source, name);
  }
  return source.ecr_host() ? ecr_access(std::move(**api), *source.ecr_host(), name.repository, terms)
                           : ecr_public_access(std::move(**api), name.repository, terms);
}

class AllRegistries : public Registries {
public:
  AllRegistries(Environment env, const Interrupt& interrupt)
      : m_env(std::make_shared<const Environment>(std::move(env))), m_interrupt(interrupt) {}

  Result<std::unique_ptr<RemoteRepository>> open(const ImageName& name,
                                                 const RepositoryTerms& terms) override;

private:
  Result<std::unique_ptr<RemoteRepository>> open_anew(const ImageName& name,
                                                      const RepositoryTerms& terms) const;

  std::map<std::string, std::shared_ptr<RemoteRepository>> m_opened; // by the image's name
  std::shared_ptr<const Environment> m_env;
  const Interrupt& m_interrupt;
};

// Only what could be opened is kept. Such a repository is there, so that a later call has nothing left to
// create, whatever its terms.
Result<std::unique_ptr<RemoteRepository>> AllRegistries::open(const ImageName& name,
                                                              const RepositoryTerms& terms) {
  std::shared_ptr<RemoteRepository>& opened = m_opened[name.str()];
  if (!opened) {
    Result<std::unique_ptr<RemoteRepository>> repository = open_anew(name, terms);
    if (!repository) {
      return repository;
    }
    opened = std::move(*repository);
  }
  return std::make_unique<OpenedBefore>(opened);
}

Result<std::unique_ptr<RemoteRepository>> AllRegistries::open_anew(const ImageName& name,
                                                                   const RepositoryTerms& terms) const {
  auto client = std::make_unique<HttpClient>(*m_env, m_interrupt, name.registry);
  const LoginSource source(m_env, m_interrupt, *client, name);
  Result<Access> access = find_access(source, name, terms);
  if (!access) {
    return Failure(access.error());
  }
  RepositoryTraits traits;
  traits.new_login = [source](const RegistryLogin* old) { return source.newer_than(old); };
  if (source.ecr_host()) {
    traits.logs_in_at_once = true;
    traits.why_fixed = [host = *source.ecr_host(), repository = name.repository,
                        mutability = std::move(access->mutability),
                        moving_tags = terms.moving_tags](const std::string& tag) {
      return why_fixed(host, repository, mutability, tag, moving_tags);
    };
  }
  auto repository =
      std::make_unique<OciRepository>(std::move(client), name, std::move(access->login), std::move(traits));
  if (access->unknown) {
    const Result<bool> known = repository->is_known();
    if (!known || !*known) {
      return Failure(known ? *access->unknown : known.error());
    }
  }
  if (access->doubt) {
    return std::make_unique<OfAnotherAccount>(std::move(repository), login_command(name),
                                              *std::move(access->doubt));
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

std::unique_ptr<Webhooks> make_webhooks(Environment env, const Interrupt& interrupt) {
  return std::make_unique<registry::HttpWebhooks>(std::move(env), interrupt);
}

} // namespace gate
