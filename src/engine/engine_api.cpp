#include "engine/engine_api.hpp"

#include <algorithm>
#include <charconv>

#include <poll.h>

#include "engine/answer.hpp"
#include "engine/heartbeat.hpp"
#include "engine/json.hpp"
#include "engine/stream.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int k_oldest_api = 1040;
constexpr int k_newest_api = 1047;
constexpr seconds k_hello_limit{4};
constexpr seconds k_call_limit{60};
constexpr milliseconds k_tick{100};

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
    poll(&waiting, 1, static_cast<int>(std::min(left, k_tick).count()));
    if (patience.interrupt != nullptr && patience.interrupt->raised()) {
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
  const std::string where = "unix://" + m_http.socket_path();
  const std::optional<int> version = parse_api_version(hello->api_version);
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

Result<std::string> EngineApi::create_container(const std::string& json, const Patience& patience) {
  const Result<HttpResponse> response = call("POST", "/containers/create", json, patience);
  if (!response) {
    return Failure(response.error());
  }
  const std::string id = text_of(member(parse_json(response->body), "Id"));
  if (response->status != 201 || id.empty()) {
    return refusal(*response, "create the container");
  }
  return id;
}

Result<void> EngineApi::start_container(const std::string& id, const Patience& patience) {
  const Result<HttpResponse> response = call("POST", "/containers/" + id + "/start", {}, patience);
  if (!response) {
    return Failure(response.error());
  }
  if (response->status != 204 && response->status != 304) {
    return refusal(*response, "start the container");
  }
  return {};
}

Result<ContainerState> EngineApi::container_state(const std::string& id, const Patience& patience) {
  const Result<HttpResponse> response = call("GET", "/containers/" + id + "/json", {}, patience);
  if (!response) {
    return Failure(response.error());
  }
  const Json json = parse_json(response->body);
  const Json& state = member(json, "State");
  if (response->status != 200 || !member(state, "Running").is_boolean() ||
      !member(state, "ExitCode").is_number_integer()) {
    return refusal(*response, "say how the container is");
  }
  return ContainerState{is_true(member(state, "Running")), is_true(member(state, "OOMKilled")),
                        number_of(member(state, "ExitCode"), -1), text_of(member(state, "Error")),
                        text_of(member(json, "Image"))};
}

Result<std::vector<WritableBind>> EngineApi::writable_binds(const std::string& label, const Patience& patience) {
  const Result<HttpResponse> response = call("GET", "/containers/json?" + filter_query("label", label), {}, patience);
  if (!response) {
    return Failure(response.error());
  }
  std::vector<WritableBind> binds;
  const Json containers = parse_json(response->body);
  for (const Json& container : list_of(containers)) {
    for (const Json& mount : list_of(member(container, "Mounts"))) {
      const std::string target = text_of(member(mount, "Destination"));
      if (member(mount, "Type") == "bind" && is_true(member(mount, "RW")) && !target.empty() && target.front() == '/') {
        binds.push_back({text_of(member(container, "Id")), target});
      }
    }
  }
  return binds;
}

Result<bool> EngineApi::ran_out_of_memory(const std::string& id, std::time_t since, const Patience& patience) {
  const Json filters = {{"container", Json::array({id})}, {"event", Json::array({"oom"})}};
  const std::string query = "?since=" + std::to_string(since) + "&until=" + std::to_string(std::time(nullptr) + 1) +
                            "&filters=" + percent_encoded(filters.dump());
  const Result<HttpResponse> response = call("GET", "/events" + query, {}, patience);
  if (!response) {
    return Failure(response.error());
  }
  return response->status == 200 && response->body.find("\"oom\"") != std::string::npos;
}

Result<int> EngineApi::wait_container(const std::string& id, const Patience& patience) {
  const Heartbeat heartbeat(m_http, patience);
  const Result<HttpResponse> response =
      m_http.send({"POST", m_version + "/containers/" + id + "/wait", {}}, heartbeat.patience());
  if (!response) {
    return Failure(response.error());
  }
  const Json json = parse_json(response->body);
  const Json& status = member(json, "StatusCode");
  const std::string error = text_of(member(member(json, "Error"), "Message"));
  if (response->status != 200 || !status.is_number_integer() || !error.empty()) {
    return refusal(*response,
                   "wait for the container" + (error.empty() ? std::string() : " (" + error + ")"));
  }
  return status.get<int>();
}

Result<HttpResponse> EngineApi::stream(const HttpRequest& request,
                                       const std::function<void(std::string_view)>& sink,
                                       const std::function<Result<void>()>& on_open,
                                       const Patience& patience) {
  FrameReader frames(sink);
  const Heartbeat heartbeat(m_http, patience);
  Result<HttpResponse> response = m_http.stream(
      request, heartbeat.patience(), [&](std::string_view bytes) { return frames.take(bytes); }, on_open);
  if (response && response->status < 300 && !frames.at_boundary()) {
    return could_not_run("the output of the container was cut in the middle");
  }
  return response;
}

Result<void> EngineApi::attach(const std::string& id, const std::function<void(std::string_view)>& sink,
                               const std::function<Result<void>()>& start, const Patience& patience) {
  const HttpRequest request{
      "POST", m_version + "/containers/" + id + "/attach?stream=1&stdout=1&stderr=1", {}};
  const Result<HttpResponse> response = stream(request, sink, start, patience);
  if (!response) {
    return Failure(response.error());
  }
  return response->status < 300 ? Result<void>() : refusal(*response, "attach to the container");
}

Result<void> EngineApi::logs(const std::string& id, unsigned lines,
                             const std::function<void(std::string_view)>& sink, const Patience& patience) {
  const HttpRequest request{
      "GET", m_version + "/containers/" + id + "/logs?stdout=1&stderr=1&tail=" + std::to_string(lines), {}};
  const Result<HttpResponse> response = stream(request, sink, {}, at_most(patience, k_call_limit));
  if (!response) {
    return Failure(response.error());
  }
  return response->status < 300 ? Result<void>() : refusal(*response, "show the container's log");
}

Result<ProcessEnd> EngineApi::exec(const std::string& id, const std::vector<std::string>& argv,
                                   const std::function<void(std::string_view)>& sink,
                                   const Patience& patience, const std::string& user) {
  Json wish{{"AttachStdout", true}, {"AttachStderr", true}, {"Tty", false}, {"Cmd", argv}};
  if (!user.empty()) {
    wish["User"] = user;
  }
  const std::string body = wish.dump(-1, ' ', false, Json::error_handler_t::replace);
  const Result<HttpResponse> made = call("POST", "/containers/" + id + "/exec", body, patience);
  if (!made) {
    return Failure(made.error());
  }
  const std::string exec = text_of(member(parse_json(made->body), "Id"));
  if (made->status != 201 || exec.empty()) {
    return refusal(*made, "run " + argv.front());
  }
  const HttpRequest start{"POST", m_version + "/exec/" + exec + "/start", R"({"Detach":false,"Tty":false})"};
  const Result<HttpResponse> run = stream(start, sink, {}, patience);
  if (!run) {
    return Failure(run.error());
  }
  // A process may close its outputs and go on: only its end counts. The wait grows to half a second.
  milliseconds wait{10};
  while (true) {
    const Result<HttpResponse> state = call("GET", "/exec/" + exec + "/json", {}, patience);
    if (!state) {
      return Failure(state.error());
    }
    const Json json = parse_json(state->body);
    if (state->status != 200 || !member(json, "Running").is_boolean()) {
      return refusal(*state, "say how " + argv.front() + " ended");
    }
    if (run->status >= 300 && !member(json, "ExitCode").is_number_integer()) {
      return refusal(*run, "run " + argv.front());
    }
    if (!is_true(member(json, "Running")) && member(json, "ExitCode").is_number_integer()) {
      const std::string reason =
          run->status < 300 ? std::string() : text_of(member(parse_json(run->body), "message"));
      return ProcessEnd{number_of(member(json, "ExitCode"), -1), reason};
    }
    if (const Result<void> paused = pause_for(wait, patience); !paused) {
      return Failure(paused.error());
    }
    wait = std::min(wait * 2, milliseconds(500));
  }
}

} // namespace gate
