#include "registry/authorizer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/base64.hpp"
#include "registry/docker_config.hpp"
#include "registry/json.hpp"

namespace gate::registry {

namespace {

Secret basic(const RegistryLogin& login) {
  const Secret pair(login.user + ":" + login.password.reveal());
  const Secret encoded(base64(pair.reveal()));
  return Secret("Basic " + encoded.reveal());
}

const Challenge* find(const std::vector<Challenge>& challenges, const std::string& scheme) {
  const auto found = std::find_if(challenges.begin(), challenges.end(),
                                  [&](const Challenge& challenge) { return challenge.scheme == scheme; });
  return found == challenges.end() ? nullptr : &*found;
}

// A header's value ends at the end of the line: what a server hands out must not add another one.
bool is_token(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

} // namespace

Authorizer::Authorizer(HttpClient& client, const RegistryLogin* login, std::string repository)
    : m_client(client), m_login(login), m_repository(std::move(repository)) {
  login_was_renewed();
}

void Authorizer::login_was_renewed() {
  m_header = Secret();
  if (m_login != nullptr) {
    m_client.unsaid().add_login(m_login->user, m_login->password.reveal());
  }
}

// A token is for what was known when it was asked for.
void Authorizer::also_read(std::string repository) {
  m_also_read = std::move(repository);
  m_was_denied = false;
  if (m_header.reveal().rfind("Bearer ", 0) == 0) {
    m_header = Secret();
  }
}

bool Authorizer::has_identity_token() const {
  return m_login != nullptr && m_login->user == k_identity_token_user;
}

void Authorizer::use_basic() {
  if (m_login != nullptr && !has_identity_token()) {
    m_header = basic(*m_login);
  }
}

Result<bool> Authorizer::satisfy(const std::vector<std::string>& www_authenticate, const Origin& registry,
                                 const Request& request) {
  std::vector<Challenge> challenges;
  for (const std::string& header : www_authenticate) {
    const std::vector<Challenge> more = challenges_in(header);
    challenges.insert(challenges.end(), more.begin(), more.end());
  }
  if (const Challenge* const bearer = find(challenges, "bearer")) {
    return fetch_token(*bearer, registry, request);
  }
  if (find(challenges, "basic") == nullptr || m_login == nullptr || has_identity_token()) {
    return false;
  }
  const bool was_refused = m_header.reveal().rfind("Basic ", 0) == 0;
  use_basic();
  return !was_refused;
}

// Without a login only what is public can be had: some registries refuse to talk about more.
std::vector<std::string> Authorizer::scopes() const {
  std::vector<std::string> list{"repository:" + m_repository + ":" +
                                (m_login == nullptr ? "pull" : "pull,push")};
  if (!m_also_read.empty()) {
    list.push_back("repository:" + m_also_read + ":pull");
  }
  return list;
}

HttpCall Authorizer::token_call(const Challenge& challenge, const Url& realm) const {
  std::string query = "service=" + percent_encoded(challenge.parameter("service"));
  if (has_identity_token()) { // RFC 6749, section 3.3: one parameter, with spaces
    std::string all;
    for (const std::string& scope : scopes()) {
      all += (all.empty() ? "" : " ") + scope;
    }
    query += "&scope=" + percent_encoded(all);
  } else { // distribution, docs/spec/auth/token.md: one for each
    for (const std::string& scope : scopes()) {
      query += "&scope=" + percent_encoded(scope);
    }
  }
  HttpCall call{"GET", realm.origin, {}, {}, {}, true};
  if (has_identity_token()) { // RFC 6749, section 6; distribution, docs/spec/auth/oauth.md
    call.method = "POST";
    call.target = Secret(realm.target);
    call.body = Secret("grant_type=refresh_token&client_id=gate&" + query +
                       "&refresh_token=" + percent_encoded(m_login->password.reveal()));
    call.headers.push_back({"Content-Type", Secret("application/x-www-form-urlencoded")});
    return call;
  }
  call.target = Secret(realm.target + (realm.target.find('?') == std::string::npos ? "?" : "&") + query);
  if (m_login != nullptr) {
    call.headers.push_back({"Authorization", basic(*m_login)});
  }
  return call;
}

Result<bool> Authorizer::fetch_token(const Challenge& challenge, const Origin& registry,
                                     const Request& request) {
  const std::optional<Url> realm = Url::parse(challenge.parameter("realm"));
  // The password goes there. Where the registry itself has to have TLS, so has this; and a stranger's
  // registry has no business with a server on this machine.
  const bool safe = realm && (is_loopback(realm->origin.host) ? is_loopback(registry.host)
                                                              : realm->origin.scheme == "https");
  if (!safe) {
    return Failure(nonsense(request, "it does not say at which https address logins are taken"));
  }
  tl::expected<HttpAnswer, HttpFailure> answer = m_client.send(token_call(challenge, *realm));
  if (!answer) {
    return Failure(answer.error().error);
  }
  const Secret body(std::move(answer->body));
  m_was_denied = answer->status == 401 || answer->status == 403;
  if (!answer->ok()) {
    // 400 and 404, too, are said by some about a wrong login; their words tell.
    return Failure(refusal(request, answer->status, body.reveal()));
  }
  const SecretJson json(body.reveal());
  Secret token(text_of(member(json.get(), "token")));
  if (token.empty()) {
    token = Secret(text_of(member(json.get(), "access_token")));
  }
  if (!is_token(token.reveal())) {
    return Failure(nonsense(request, realm->origin.authority() + " gives no token"));
  }
  m_client.unsaid().add(token.reveal());
  m_header = Secret("Bearer " + token.reveal());
  return true;
}

} // namespace gate::registry
