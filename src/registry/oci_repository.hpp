// A repository of any registry (OCI distribution-spec 1.1).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ports.hpp"
#include "registry/authorizer.hpp"
#include "registry/http_client.hpp"
#include "registry/refusal.hpp"

namespace gate::registry {

/// What differs from registry to registry.
struct RepositoryTraits {
  /// A login that is newer than the one that has expired (null: there was none); an error where there is
  /// none.
  std::function<Result<RegistryLogin>(const RegistryLogin* old)> new_login;
  /// RemoteRepository::why_fixed.
  std::function<std::optional<Error>(const std::string& tag)> why_fixed;
  /// The registry is known to take the password itself: saves a question.
  bool logs_in_at_once = false;
};

/// A login that the registry calls expired is renewed once in each question. Only a GET is ever led on to
/// another host, and without the login.
class OciRepository : public RemoteRepository {
public:
  OciRepository(std::unique_ptr<HttpClient> client, ImageName name, std::optional<RegistryLogin> login,
                RepositoryTraits traits);

  /// Does the registry know the repository? True where it does not want to say.
  Result<bool> is_known();

  const RegistryLogin* login() const override { return m_login ? &*m_login : nullptr; }
  /// Also for a digest, "sha256:…".
  Result<std::optional<Manifest>> find(const std::string& tag) override;
  Result<void> put(const Manifest& manifest, const std::string& tag) override;
  Result<std::vector<std::string>> tags() override;
  Result<void> renew_login() override;
  Result<bool> take_over(const Manifest& manifest, const ImageName& from) override;
  std::optional<Error> why_fixed(const std::string& tag) const override;
  Result<void> attach(const Manifest& subject, const Attachment& attachment) override;
  Result<std::vector<std::string>> attached(const Digest& subject, const std::string& artifact_type) override;

private:
  /// What is asked of the registry, apart from where it is and who asks.
  struct Question {
    std::string method;
    std::string target;
    const Manifest* manifest = nullptr; ///< to be sent
    bool for_manifest = false;          ///< the answer is to be one
    const std::string* blob = nullptr;  ///< to be sent
  };
  /// Digests of the manifests beside an image ("sha256:…"), and whether they stand in the index under a tag.
  struct Listing {
    std::vector<std::string> digests;
    bool is_by_tag = false;
  };

  Result<HttpAnswer> ask(const Question& question, const Request& request);
  Result<HttpAnswer> ask_once(const Question& question, const Secret& authorization);
  Result<HttpAnswer> ask_with_login(const Question& question, const Request& request);
  Result<HttpAnswer> follow(const HttpAnswer& redirect, const Question& question, const Request& request);
  Result<void> find_origin();
  Request request_for(const std::string& doing) const;
  std::string path(const std::string& what) const;
  Result<std::optional<Manifest>> manifest_from(HttpAnswer answer, const std::string& reference,
                                                const Request& request) const;
  Result<bool> take_parts(const Manifest& manifest, const std::string& from, int depth);
  Result<bool> take_manifest(const std::string& digest, const std::string& from, int depth);
  Result<bool> mount(const std::string& digest, const std::string& from);
  Result<void> put_blob(const std::string& bytes, const Request& request);
  Result<void> see_it_listed(const Digest& subject, const Manifest& referrer, const Attachment& attachment,
                             const Request& request);
  Result<void> list_by_tag(const Digest& subject, const Manifest& referrer, const Attachment& attachment,
                           const Request& request);
  Result<Listing> referrers(const Digest& subject, const std::string& type);
  Result<Listing> referrers_by_tag(const Digest& subject, const std::string& type);
  Result<std::optional<std::string>> document(const std::string& referrer, const Digest& subject,
                                              const std::string& type);
  void call_off(const std::string& location, const Question& question, const Request& request);

  std::unique_ptr<HttpClient> m_client;
  ImageName m_name;
  std::optional<RegistryLogin> m_login;
  RepositoryTraits m_traits;
  Authorizer m_authorizer;
  std::optional<Origin> m_origin; ///< once it is known
};

} // namespace gate::registry
