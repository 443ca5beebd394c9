#include "engine/engine_api.hpp"

#include <algorithm>
#include <charconv>

#include <poll.h>

#include "engine/answer.hpp"
#include "engine/json.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int k_oldest_api = 1040;
constexpr int k_newest_api = 1047;
constexpr seconds k_hello_limit{4};

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000);
}

const char* path_of(ObjectKind kind) {
  switch (kind) {
  case ObjectKind::container:
    return "/containers";
  case ObjectKind::network:
    return "/networks";
  case ObjectKind::volume:
    break;
  }
  return "/volumes";
}

Labels labels_of(const Json& json) {
  Labels labels;
  if (json.is_object()) {
    for (const auto& [name, value] : json.items()) {
      labels[name] = text_of(value);
    }
  }
  return labels;
}

HttpRequest removal_of(const std::string& version, const Listed& object) {
  const std::string query = object.kind == ObjectKind::container ? "?force=1&v=1"
                            : object.kind == ObjectKind::volume  ? "?force=1"
                                                                 : "";
  return {"DELETE", version + path_of(object.kind) + "/" + percent_encoded(object.id) + query, {}};
}

} // namespace

std::optional<int> parse_api_version(std::string_view text) {
  int major = 0;
  int minor = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, major);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') {
    return std::nullopt;
  }
  const auto second = std::from_chars(first.ptr + 1, end, minor);
  if (second.ec != std::errc() || second.ptr != end || major < 0 || minor < 0 || major > 99 || minor > 999) {
    return std::nullopt;
  }
  return major * 1000 + minor;
}

Patience at_most(const Patience& patience, milliseconds length) {
  Patience shorter = patience;
  const Clock::time_point end = Clock::now() + length;
  shorter.deadline = patience.deadline ? std::min(*patience.deadline, end) : end;
  return shorter;
}

Result<void> pause_for(milliseconds length, const Patience& patience) {
  const Clock::time_point end = Clock::now() + length;
  for (milliseconds left = length; left.count() > 0; left = std::chrono::ceil<milliseconds>(end - Clock::now())) {
    pollfd waiting{patience.interrupt != nullptr ? patience.interrupt->fd() : -1, POLLIN, 0};
    poll(&waiting, 1, static_cast<int>(std::min(left, k_turn).count()));
    if (patience.called_off()) {
      return interrupted();
    }
    if (patience.tick) {
      patience.tick();
    }
  }
  return {};
}

Result<HttpResponse> EngineApi::call(const std::string& method, const std::string& path,
                                     const std::string& body, const Patience& patience) {
  return m_http.send({method, m_version + path, body}, at_most(patience, k_call_limit));
}

Result<void> EngineApi::connect(const Patience& patience) {
  const Result<HttpResponse> hello = m_http.send({"GET", "/_ping", {}}, at_most(patience, k_hello_limit));
  if (!hello) {
    return Failure(hello.error());
  }
  const std::string& where = endpoint().host;
  const std::optional<int> version = parse_api_version(hello->api_version);
  if (hello->status == 400 && hello->body.find("HTTPS server") != std::string::npos) {
    return could_not_run("the Engine at " + where + " speaks TLS only",
                         "set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem");
  }
  if (hello->status != 200 || !version) {
    return could_not_run("what answers at " + where + " is not a healthy Docker Engine", "docker info");
  }
  if (*version < k_oldest_api) {
    return could_not_run("the Engine at " + where + " is too old: its API is " + version_text(*version) +
                             ", gate needs " + version_text(k_oldest_api),
                         "update Docker to 19.03 or later");
  }
  m_version = "/v" + version_text(std::min(*version, k_newest_api));
  return {};
}

Result<std::vector<Listed>> EngineApi::list(ObjectKind kind, const std::string& label,
                                            const Patience& patience) {
  const std::string list = kind == ObjectKind::container ? "/json?all=1&" : "?";
  const Result<HttpResponse> response =
      call("GET", path_of(kind) + list + filter_query("label", label), {}, patience);
  if (!response) {
    return Failure(response.error());
  }
  const Json json = parse_json(response->body);
  const Json& items = kind == ObjectKind::volume ? member(json, "Volumes") : json;
  if (response->status != 200) {
    return refusal(*response, "list what it has");
  }
  std::vector<Listed> objects;
  for (const Json& item : list_of(items)) {
    const std::string id = text_of(member(item, kind == ObjectKind::volume ? "Name" : "Id"));
    if (!id.empty()) {
      objects.push_back({kind, id, labels_of(member(item, "Labels"))});
    }
  }
  return objects;
}

Result<std::size_t> EngineApi::remove(const std::vector<Listed>& objects, const Patience& patience) {
  std::vector<HttpRequest> requests;
  for (const Listed& object : objects) {
    requests.push_back(removal_of(m_version, object));
  }
  std::size_t refused = 0;
  for (const Result<HttpResponse>& response : m_http.send_all(requests, at_most(patience, k_call_limit))) {
    if (!response) {
      return Failure(response.error());
    }
    refused += response->status >= 300 && response->status != 404 ? 1U : 0U;
  }
  return refused;
}

Result<EngineMachine> EngineApi::machine(const Patience& patience) {
  const Result<HttpResponse> response = call("GET", "/info", {}, patience);
  if (!response) {
    return Failure(response.error());
  }
  const Json json = parse_json(response->body);
  const Json& cores = member(json, "NCPU");
  const Json& memory = member(json, "MemTotal");
  if (response->status != 200 || !cores.is_number_unsigned() || !memory.is_number_unsigned()) {
    return refusal(*response, "say what its machine has");
  }
  return EngineMachine{std::max(1U, cores.get<unsigned>()), memory.get<std::int64_t>()};
}

Result<std::string> EngineApi::create_network(const std::string& json, const Patience& patience) {
  return id_of_new(call("POST", "/networks/create", json, patience), "create the network");
}

Result<void> EngineApi::create_volume(const std::string& json, const Patience& patience) {
  const Result<HttpResponse> response = call("POST", "/volumes/create", json, patience);
  if (!response) {
    return Failure(response.error());
  }
  return response->status == 201 || response->status == 200 ? Result<void>() : refusal(*response, "create the volume");
}

} // namespace gate
