// The Authorization header for one repository (distribution-spec's token authentication; RFC 7617, RFC 6750).
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "ports.hpp"
#include "registry/challenge.hpp"
#include "registry/http_client.hpp"
#include "registry/refusal.hpp"

namespace gate::registry {

/// Keeps what the registry took last; in memory only.
class Authorizer {
public:
  /// `login` may be null; it outlives this, and its owner may change it (login_was_renewed).
  Authorizer(HttpClient& client, const RegistryLogin* login, std::string repository);

  /// Empty until something was asked for.
  const Secret& header() const { return m_header; }
  /// Without being asked: for registries that are known to take it.
  void use_basic();
  /// After the login that was given has been replaced by another one.
  void login_was_renewed();
  /// From now on parts of this repository are read, too (a mount; distribution-spec), or "": no more.
  void also_read(std::string repository);
  /// The last token was denied: the login is not allowed what was to be done.
  bool was_denied() const { return m_was_denied; }
  /// Makes the header that `www_authenticate` asks for. False when there is no more to offer than what was
  /// refused.
  Result<bool> satisfy(const std::vector<std::string>& www_authenticate, const Origin& registry,
                       const Request& request);

private:
  Result<bool> fetch_token(const Challenge& challenge, const Origin& registry, const Request& request);
  HttpCall token_call(const Challenge& challenge, const Url& realm) const;
  std::vector<std::string> scopes() const;
  bool has_identity_token() const;

  HttpClient& m_client;
  const RegistryLogin* m_login;
  std::string m_repository;
  std::string m_also_read;
  bool m_was_denied = false;
  Secret m_header;
};

} // namespace gate::registry
