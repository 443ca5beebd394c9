#include "registry/oci_repository.hpp"

#include <chrono>
#include <utility>

#include "base/ascii.hpp"
#include "registry/challenge.hpp"
#include "registry/credentials.hpp"
#include "registry/docker_config.hpp"
#include "registry/manifest.hpp"

namespace gate::registry {

namespace {

constexpr int k_most_pages = 50;
constexpr std::chrono::milliseconds k_loopback_limit{1000};

bool is_digest(const std::string& reference) {
  return reference.rfind("sha256:", 0) == 0;
}

// Docker Hub's images have another name than its registry.
std::string api_host(const std::string& registry) {
  return registry == "docker.io" ? "registry-1.docker.io" : registry;
}

// A digest is no tag: its colon stays, since not every server decodes the path.
std::string manifest_path(const std::string& reference) {
  return "/manifests/" + (is_digest(reference) ? reference : percent_encoded(reference));
}

// ECR says so with a 403, and in plain text; nobody has a code for it.
bool says_login_is_old(const HttpAnswer& answer) {
  return (answer.status == 401 || answer.status == 403) &&
         lower(server_words(answer.body)).find("expired") != std::string::npos;
}

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

} // namespace

OciRepository::OciRepository(std::unique_ptr<HttpClient> client, ImageName name,
                             std::optional<RegistryLogin> login, RepositoryTraits traits)
    : m_client(std::move(client)), m_name(std::move(name)), m_login(std::move(login)),
      m_traits(std::move(traits)), m_authorizer(*m_client, m_login ? &*m_login : nullptr, m_name.repository) {
  if (m_traits.logs_in_at_once) {
    m_authorizer.use_basic();
  }
}

Request OciRepository::request_for(const std::string& doing) const {
  std::string user = m_login ? m_login->user : std::string();
  if (user == k_identity_token_user) {
    user = "an identity token";
  }
  return {m_name.registry, doing, user, login_command(m_name), &m_client->unsaid()};
}

std::string OciRepository::path(const std::string& what) const {
  return "/v2/" + m_name.repository + what;
}

// As docker does: a registry on this machine may do without TLS, and is first tried with.
Result<void> OciRepository::find_origin() {
  const std::optional<Url> url = Url::parse("https://" + api_host(m_name.registry) + "/");
  if (!url) {
    return could_not_run(m_name.registry + " is no name of a registry");
  }
  Origin origin = url->origin;
  if (is_loopback(origin.host)) {
    HttpCall call{"GET", origin, Secret("/v2/"), {}, {}};
    call.connect_limit = k_loopback_limit;
    const tl::expected<HttpAnswer, HttpFailure> answer = m_client->send(call);
    if (!answer && !answer.error().no_tls) {
      return Failure(answer.error().error);
    }
    if (!answer) {
      const std::optional<Url> plain = Url::parse("http://" + m_name.registry + "/");
      origin = plain ? plain->origin : origin;
    }
  }
  m_origin = origin;
  return {};
}

Result<HttpAnswer> OciRepository::ask_once(const Question& question, const Secret& authorization) {
  HttpCall call{question.method, *m_origin, Secret(question.target), {}, {}, true};
  if (!authorization.empty()) {
    call.headers.push_back({"Authorization", Secret(std::string(authorization.reveal()))});
  }
  if (question.for_manifest) {
    call.headers.push_back({"Accept", Secret(manifest_types())});
  }
  if (question.manifest != nullptr) {
    call.headers.push_back({"Content-Type", Secret(std::string(question.manifest->media_type))});
    call.body = Secret(std::string(question.manifest->bytes));
  } else if (question.blob != nullptr) {
    call.headers.push_back({"Content-Type", Secret("application/octet-stream")});
    call.body = Secret(std::string(*question.blob));
  } else if (question.method == "POST") {
    call.headers.push_back({"Content-Type", {}}); // none: there is no form
  }
  tl::expected<HttpAnswer, HttpFailure> answer = m_client->send(call);
  if (!answer) {
    return Failure(answer.error().error);
  }
  return std::move(*answer);
}

Result<HttpAnswer> OciRepository::ask(const Question& question, const Request& request) {
  if (!m_origin) {
    if (Result<void> found = find_origin(); !found) {
      return Failure(found.error());
    }
  }
  Result<HttpAnswer> answer = ask_with_login(question, request);
  if (answer && says_login_is_old(*answer) && renew_login()) {
    answer = ask_with_login(question, request);
  }
  if (answer && is_redirect(answer->status) && question.method == "GET") {
    return follow(*answer, question, request);
  }
  return answer;
}

Result<HttpAnswer> OciRepository::ask_with_login(const Question& question, const Request& request) {
  Result<HttpAnswer> answer = ask_once(question, m_authorizer.header());
  if (answer && answer->status == 401) {
    const Result<bool> satisfied =
        m_authorizer.satisfy(answer->all_headers("www-authenticate"), *m_origin, request);
    if (!satisfied) {
      return Failure(satisfied.error());
    }
    if (*satisfied) {
      answer = ask_once(question, m_authorizer.header());
    }
  }
  return answer;
}

// Once, and without the login: it is for the registry, not for where its bytes lie.
Result<HttpAnswer> OciRepository::follow(const HttpAnswer& redirect, const Question& question,
                                         const Request& request) {
  const std::optional<Url> target = resolved({*m_origin, question.target}, redirect.header("location"));
  const bool safe = target && (is_loopback(target->origin.host) ? is_loopback(m_origin->host)
                                                                : target->origin.scheme == "https");
  if (!safe) {
    return Failure(refusal(request, redirect.status, ""));
  }
  HttpCall call{"GET", target->origin, Secret(target->target), {}, {}, true};
  if (question.for_manifest) {
    call.headers.push_back({"Accept", Secret(manifest_types())});
  }
  tl::expected<HttpAnswer, HttpFailure> answer = m_client->send(call);
  if (!answer) {
    return Failure(answer.error().error);
  }
  return std::move(*answer);
}

Result<std::optional<Manifest>> OciRepository::find(const std::string& tag) {
  const Request request = request_for("reading " + m_name.repository + (is_digest(tag) ? "@" : ":") + tag);
  Result<HttpAnswer> answer = ask({"GET", path(manifest_path(tag)), nullptr, true}, request);
  if (!answer) {
    return Failure(answer.error());
  }
  return manifest_from(std::move(*answer), tag, request);
}

Result<std::optional<Manifest>> OciRepository::manifest_from(HttpAnswer answer, const std::string& reference,
                                                             const Request& request) const {
  if (answer.status == 404) {
    return std::optional<Manifest>();
  }
  if (answer.status != 200) {
    return Failure(refusal(request, answer.status, answer.body));
  }
  Result<Manifest> manifest = read_manifest(std::move(answer.body), answer.header("content-type"),
                                            answer.header("docker-content-digest"));
  if (!manifest) {
    return Failure(nonsense(request, manifest.error().message));
  }
  if (is_digest(reference) && manifest->digest.str() != reference) {
    return Failure(nonsense(request, "its digest is not the one that was asked for"));
  }
  return std::optional<Manifest>(std::move(*manifest));
}

Result<void> OciRepository::put(const Manifest& manifest, const std::string& tag) {
  const Request request = request_for("tagging " + m_name.repository + (is_digest(tag) ? "@" : ":") + tag);
  const Result<HttpAnswer> answer = ask({"PUT", path(manifest_path(tag)), &manifest, false}, request);
  if (!answer) {
    return Failure(answer.error());
  }
  const long status = answer->status;
  if (status == 400 || status == 409 || status == 412) {
    // Where tags are immutable, the second of two equal tries is refused, too.
    if (const Result<std::optional<Manifest>> there = find(tag);
        there && *there && (*there)->digest == manifest.digest) {
      return {};
    }
  }
  if (status != 201 && status != 200) {
    Error error = refusal(request, status, answer->body);
    if (const std::optional<Error> fixed = why_fixed(tag); fixed && error.remedy.empty()) {
      error.remedy = fixed->remedy;
    }
    return Failure(std::move(error));
  }
  const std::string digest = answer->header("docker-content-digest");
  if (digest.rfind("sha256:", 0) == 0 && digest != manifest.digest.str()) {
    return Failure(nonsense(request, "it says that it keeps another digest than the one it was given"));
  }
  return {};
}

Result<bool> OciRepository::is_known() {
  const Request request = request_for("listing the tags of " + m_name.repository);
  const Result<HttpAnswer> answer = ask({"GET", path("/tags/list?n=1")}, request);
  if (!answer) {
    return Failure(answer.error());
  }
  return answer->status != 404;
}

std::optional<Error> OciRepository::why_fixed(const std::string& tag) const {
  return m_traits.why_fixed ? m_traits.why_fixed(tag) : std::nullopt;
}

Result<void> OciRepository::renew_login() {
  if (!m_login || !m_traits.new_login) {
    return could_not_run("there is no login for " + m_name.registry + " that could be renewed",
                         login_command(m_name));
  }
  Result<RegistryLogin> fresh = m_traits.new_login(&*m_login);
  if (!fresh) {
    return Failure(fresh.error());
  }
  *m_login = std::move(*fresh); // where it was: others point to it
  m_authorizer.login_was_renewed();
  if (m_traits.logs_in_at_once) {
    m_authorizer.use_basic();
  }
  return {};
}

Result<std::vector<std::string>> OciRepository::tags() {
  const Request request = request_for("listing the tags of " + m_name.repository);
  std::vector<std::string> all;
  std::string target = path("/tags/list?n=1000");
  for (int page = 0; page < k_most_pages; ++page) {
    const Result<HttpAnswer> answer = ask({"GET", target}, request);
    if (!answer) {
      return Failure(answer.error());
    }
    if (answer->status == 404) {
      return all;
    }
    if (answer->status != 200) {
      return Failure(refusal(request, answer->status, answer->body));
    }
    const Result<std::vector<std::string>> tags = read_tags(answer->body);
    if (!tags) {
      return Failure(nonsense(request, tags.error().message));
    }
    all.insert(all.end(), tags->begin(), tags->end());
    const std::optional<std::string> link = next_link(answer->all_headers("link"));
    if (!link) {
      return all;
    }
    const std::optional<Url> next = resolved({*m_origin, target}, *link);
    if (!next || next->origin.host != m_origin->host || next->origin.port != m_origin->port ||
        next->target == target) {
      return Failure(nonsense(request, "its next page is somewhere else"));
    }
    target = next->target;
  }
  return could_not_run(m_name.str() + " has more tags than gate reads", "remove tags that nobody needs");
}

} // namespace gate::registry
