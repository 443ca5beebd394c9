// A repository of any registry (OCI distribution-spec 1.1).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ports.hpp"
#include "registry/authorizer.hpp"
#include "registry/http_client.hpp"
#include "registry/refusal.hpp"

namespace gate::registry {

class OciRepository : public RemoteRepository {
public:
  OciRepository(std::unique_ptr<HttpClient> client, ImageName name, std::optional<RegistryLogin> login);

  /// For a registry that is known to take it: saves a question.
  void log_in_at_once() { m_authorizer.use_basic(); }

  const RegistryLogin* login() const override { return m_login ? &*m_login : nullptr; }
  Result<std::optional<Manifest>> find(const std::string& tag) override;
  Result<void> put(const Manifest& manifest, const std::string& tag) override;
  Result<std::vector<std::string>> tags() override;

private:
  /// What is asked of the registry, apart from where it is and who asks.
  struct Question {
    std::string method;
    std::string target;
    const Manifest* manifest = nullptr; ///< to be sent
    bool for_manifest = false;          ///< the answer is to be one
  };

  Result<HttpAnswer> ask(const Question& question, const Request& request);
  Result<HttpAnswer> ask_once(const Question& question, const Secret& authorization);
  Result<HttpAnswer> follow(const HttpAnswer& redirect, const Question& question, const Request& request);
  Result<void> find_origin();
  Request request_for(const std::string& doing) const;
  std::string path(const std::string& what) const;

  std::unique_ptr<HttpClient> m_client;
  ImageName m_name;
  std::optional<RegistryLogin> m_login;
  Authorizer m_authorizer;
  std::optional<Origin> m_origin; ///< once it is known
};

} // namespace gate::registry
