#include "engine/push_answer.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/redact.hpp"
#include "engine/json.hpp"
#include "engine/login_text.hpp"
#include "engine/push_progress.hpp"

namespace gate {

namespace {

constexpr std::string_view k_hub = "docker.io";
constexpr std::size_t k_shown_text = 200;
constexpr std::size_t k_followed_layers = 1000;

enum class Trouble {
  no_repository,
  immutable,
  certificate,
  no_tls,
  expired,
  no_credentials,
  throttled,
  limited,
  not_permitted,
  refused,
  image_gone,
  unreachable,
  out_of_order,
  cut,
  other,
};

struct Sign {
  std::string_view text; ///< lower-case; with a space or a colon, so that no image's name can have it
  Trouble trouble;
};

// The first that is found decides. Texts of dockerd, of distribution's errcode and of AWS ECR. dockerd quotes an answer that is no JSON
// ("error parsing HTTP 403 response body: …"): it is the status that counts, unless the quoted words say more.
constexpr std::array k_signs{
    Sign{"name unknown:", Trouble::no_repository},
    Sign{"tag invalid:", Trouble::immutable},
    Sign{"repository is immutable", Trouble::immutable},
    Sign{"x509:", Trouble::certificate},
    Sign{"server gave http response to https client", Trouble::no_tls},
    Sign{"token has expired", Trouble::expired},
    Sign{"token is expired", Trouble::expired},
    Sign{"token expired", Trouble::expired},
    Sign{"no basic auth credentials", Trouble::no_credentials},
    Sign{"rate exceeded", Trouble::throttled},
    Sign{"toomanyrequests:", Trouble::limited},
    Sign{"429 too many requests", Trouble::limited},
    Sign{"error parsing http 429 ", Trouble::limited},
    Sign{"is not authorized to perform", Trouble::not_permitted},
    Sign{"denied:", Trouble::refused},
    Sign{"unauthorized:", Trouble::refused},
    Sign{"authentication required", Trouble::refused},
    Sign{"incorrect username or password", Trouble::refused},
    Sign{"401 unauthorized", Trouble::refused},
    Sign{"403 forbidden", Trouble::refused},
    Sign{"error parsing http 401 ", Trouble::refused},
    Sign{"error parsing http 403 ", Trouble::refused},
    Sign{"tag does not exist:", Trouble::image_gone},
    Sign{"does not exist locally", Trouble::image_gone},
    Sign{"no such image:", Trouble::image_gone},
    Sign{"connection reset by peer", Trouble::cut},
    Sign{"broken pipe", Trouble::cut},
    Sign{"server closed idle connection", Trouble::cut},
    Sign{"connection refused", Trouble::unreachable},
    Sign{"no such host", Trouble::unreachable},
    Sign{"i/o timeout", Trouble::unreachable},
    Sign{"tls handshake timeout", Trouble::unreachable},
    Sign{"network is unreachable", Trouble::unreachable},
    Sign{"no route to host", Trouble::unreachable},
    Sign{"context deadline exceeded", Trouble::unreachable},
    Sign{"request canceled", Trouble::unreachable},
    Sign{"unexpected http status: 5", Trouble::out_of_order},
    Sign{"error parsing http 5", Trouble::out_of_order},
    Sign{"500 internal server error", Trouble::out_of_order},
    Sign{"502 bad gateway", Trouble::out_of_order},
    Sign{"503 service unavailable", Trouble::out_of_order},
    Sign{"504 gateway", Trouble::out_of_order},
};

Trouble trouble_of(std::string_view text) {
  const std::string low = lower(text);
  for (const Sign& sign : k_signs) {
    if (low.find(sign.text) != std::string::npos) {
      return sign.trouble;
    }
  }
  return low == "eof" || low.ends_with(" eof") ? Trouble::cut : Trouble::other;
}

std::string login_command(const std::string& registry) {
  return registry == k_hub ? "docker login" : "docker login " + registry;
}

Error credential_error(Trouble trouble, const std::string& host, const std::string& why, bool has_login) {
  const std::string login = login_command(host);
  if (trouble == Trouble::expired) {
    return {ErrorKind::could_not_run, "the credentials for " + host + " have expired: " + why, login};
  }
  if (trouble == Trouble::not_permitted) {
    return {ErrorKind::could_not_run, host + " does not permit the push: " + why,
            "give this user the right to push there"};
  }
  if (trouble == Trouble::no_credentials || !has_login) {
    return {ErrorKind::could_not_run, host + " asks for credentials: " + why, login};
  }
  return {ErrorKind::could_not_run, host + " refused the credentials: " + why, login};
}

Error network_error(Trouble trouble, const std::string& host, const std::string& why) {
  switch (trouble) {
  case Trouble::certificate:
    return {ErrorKind::could_not_run, "the Engine does not trust the certificate of " + host + ": " + why,
            "have it renewed if it has expired; else put the certificate of its CA at /etc/docker/certs.d/" +
                host + "/ca.crt"};
  case Trouble::no_tls:
    return {ErrorKind::could_not_run, host + " does not speak TLS",
            "give it a certificate, or add \"" + host +
                "\" to insecure-registries in /etc/docker/daemon.json"};
  case Trouble::throttled:
  case Trouble::limited:
    return {ErrorKind::could_not_run, host + " takes no more requests for now: " + why, "push again later"};
  case Trouble::unreachable:
    return {ErrorKind::could_not_run, "the Engine does not reach " + host + ": " + why,
            "see whether " + host + " is up, and whether the Engine needs a proxy"};
  default:
    return {ErrorKind::could_not_run, host + " failed in the middle of the push: " + why, "push again later"};
  }
}

} // namespace

Secret registry_auth(const RegistryLogin* login, const std::string& registry) {
  if (login == nullptr) {
    return base64_of("{}", Base64::for_urls);
  }
  // The Engine compares the address with the host that it talks to; for Docker Hub it expects this old name.
  const std::string address = registry == k_hub ? "https://index.docker.io/v1/" : registry;
  const std::string& password = login->password.reveal();
  std::string json;
  json.reserve(6 * (login->user.size() + password.size() + address.size()) + 100);
  if (login->user == k_identity_token_user) {
    json += R"({"identitytoken":)";
  } else {
    json += R"({"username":)";
    append_json_string(json, login->user);
    json += R"(,"password":)";
  }
  append_json_string(json, password);
  json += R"(,"serveraddress":)";
  append_json_string(json, address);
  json += '}';
  const Secret plain(std::move(json));
  // RFC 4648, 5. The Engine drops a header in the other alphabet without a word.
  return base64_of(plain.reveal(), Base64::for_urls);
}

std::string shown_without_login(std::string_view text, const RegistryLogin* login, const std::string& registry) {
  Redactor redactor;
  if (login != nullptr) {
    redactor.add_login(login->user, login->password.reveal());
    redactor.add(registry_auth(login, registry).reveal());
  }
  std::string line = redactor.redacted(text);
  const bool is_cut = line.size() > k_shown_text;
  if (is_cut) {
    std::size_t end = k_shown_text;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U) {
      --end;
    }
    line.resize(end);
  }
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  return line + (is_cut ? "…" : "");
}

bool PushReader::take(std::string_view bytes) {
  while (!bytes.empty() && !m_too_long) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (m_line.size() + piece.size() > k_line_limit) {
      blame("the Engine's answer has a line without an end");
      m_too_long = true;
      break;
    }
    m_line += piece;
    if (end == std::string_view::npos) {
      break;
    }
    read(m_line);
    m_line.clear();
    bytes.remove_prefix(end + 1);
  }
  return !m_too_long;
}

void PushReader::finish() {
  if (!m_too_long) {
    read(m_line);
  }
  m_line.clear();
}

void PushReader::blame(std::string_view what) {
  if (m_error.empty()) {
    m_error = what;
    m_error_is_ours = true;
  }
}

void PushReader::read(std::string_view line) {
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
    return;
  }
  const Json json = parse_json(line);
  if (!json.is_object()) {
    blame("the Engine's answer makes no sense");
    return;
  }
  // "message" is what a refusal has that is no stream.
  for (const Json* text :
       {&member(member(json, "errorDetail"), "message"), &member(json, "error"), &member(json, "message")}) {
    if (text->is_string() && !text_of(*text).empty() && (m_error.empty() || m_error_is_ours)) {
      m_error = text_of(*text);
      m_error_is_ours = false;
    }
  }
  if (json.contains("error") || json.contains("errorDetail")) {
    blame("the Engine does not say why");
  }
  constexpr std::string_view k_algorithm = "sha256:";
  if (const std::string digest = text_of(member(member(json, "aux"), "Digest"));
      digest.rfind(k_algorithm, 0) == 0) {
    m_digest = Digest::parse(std::string_view(digest).substr(k_algorithm.size()));
  }
  const std::string layer = text_of(member(json, "id"));
  const std::string status = text_of(member(json, "status"));
  if (m_layers != nullptr) {
    m_layers->hear(layer, status, member(json, "progressDetail"));
  }
  if (status.rfind("Retrying in", 0) == 0 && m_retried.size() < k_followed_layers) {
    m_retried.insert(layer);
  } else if (status == "Pushed" || status == "Layer already exists" || status.rfind("Mounted from", 0) == 0) {
    m_retried.erase(layer);
  }
}

PushRefusal push_refusal(std::string_view text, const ImageName& name, const std::string& tag,
                         const RegistryLogin* login) {
  const Trouble trouble = trouble_of(text);
  const std::string why = shown_without_login(text, login, name.registry);
  const std::string& host = name.registry;
  const auto error = [&](const std::string& message, const std::string& remedy) {
    return PushRefusal{{ErrorKind::could_not_run, message, remedy}};
  };
  switch (trouble) {
  case Trouble::no_repository:
    return error("the repository " + name.repository + " does not exist at " + host,
                 "make it there, or correct the image's name");
  case Trouble::immutable:
    return error("the tag " + tag + " of " + name.str() + " is taken, and may not be moved: " + why,
                 "choose a tag that is new with every commit, or let this one be moved at " + host);
  case Trouble::image_gone:
    return error("the Engine has no image to push as " + name.str() + ":" + tag + " any more",
                 "run the suite again");
  case Trouble::expired:
  case Trouble::no_credentials:
  case Trouble::not_permitted:
  case Trouble::refused:
    return {credential_error(trouble, host, why, login != nullptr), false, trouble == Trouble::expired};
  case Trouble::certificate:
  case Trouble::no_tls:
  case Trouble::limited:
  case Trouble::unreachable:
    return {network_error(trouble, host, why)};
  case Trouble::throttled:
  case Trouble::out_of_order:
  case Trouble::cut:
    return {network_error(trouble, host, why), true};
  case Trouble::other:
    break;
  }
  return error("the push to " + host + " failed: " + why, "");
}

bool is_by_tag(std::string_view name) {
  return name.find('@') == std::string_view::npos;
}

std::vector<std::string> left_by_push(const std::vector<std::string>& names, const std::string& repository,
                                      const std::string& tag) {
  std::vector<std::string> left;
  bool has_home = false; // a name that stays, so that the image does
  bool has_tag = false;  // of this repository, which stays
  for (const std::string& name : names) {
    const bool is_lent = name == repository + ":" + tag;
    has_tag = has_tag || (!is_lent && is_by_tag(name) && name.rfind(repository + ":", 0) == 0);
    has_home = has_home || (!is_lent && is_by_tag(name));
    if (is_lent) {
      left.insert(left.begin(), name);
    } else if (name.rfind(repository + "@", 0) == 0) {
      left.push_back(name);
    }
  }
  if (!has_home) {
    return {};
  }
  if (has_tag) {
    left.resize(!left.empty() && is_by_tag(left.front()) ? 1 : 0);
  }
  return left;
}

} // namespace gate
