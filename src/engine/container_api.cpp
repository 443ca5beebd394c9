// The Engine's containers: the part of EngineApi that makes, starts, hears and asks them.
#include <algorithm>
#include <utility>

#include "engine/answer.hpp"
#include "engine/engine_api.hpp"
#include "engine/heartbeat.hpp"
#include "engine/stream.hpp"

namespace gate {

namespace {

using std::chrono::milliseconds;

std::string creation_path(const std::string& name) {
  return "/containers/create" + (name.empty() ? std::string() : "?name=" + percent_encoded(name));
}

Health health_of(const std::string& status) {
  return status == "healthy"     ? Health::healthy
         : status == "unhealthy" ? Health::unhealthy
         : status == "starting"  ? Health::starting
                                 : Health::none;
}

std::vector<std::string> addresses_of(const Json& networks) {
  std::vector<std::string> addresses;
  for (const auto& [name, network] : map_of(networks).items()) {
    for (const char* const field : {"IPAddress", "GlobalIPv6Address"}) {
      if (std::string address = text_of(member(network, field)); !address.empty()) {
        addresses.push_back(std::move(address));
      }
    }
  }
  return addresses;
}

} // namespace

Result<std::string> EngineApi::create_container(const std::string& json, const Patience& patience, const std::string& name) {
  return id_of_new(call("POST", creation_path(name), json, patience), "create the container");
}

Result<std::vector<std::string>> EngineApi::create_containers(const std::vector<std::pair<std::string, std::string>>& wanted,
                                                              const Patience& patience) {
  std::vector<HttpRequest> requests;
  for (const auto& [name, json] : wanted) {
    requests.push_back({"POST", m_version + creation_path(name), json});
  }
  std::vector<std::string> ids;
  for (const Result<HttpResponse>& response : m_http.send_all(requests, at_most(patience, k_call_limit))) {
    const std::string& name = wanted[ids.size()].first;
    Result<std::string> id = id_of_new(response, "create the container" + (name.empty() ? name : " " + name));
    if (!id) {
      return Failure(id.error());
    }
    ids.push_back(std::move(*id));
  }
  return ids;
}

Result<void> EngineApi::start_container(const std::string& id, const Patience& patience) {
  return start_containers({id}, patience);
}

Result<void> EngineApi::start_containers(const std::vector<std::string>& ids, const Patience& patience) {
  return post_to_all(ids, "/start", "start the container", {204, 304}, patience);
}

Result<void> EngineApi::kill_containers(const std::vector<std::string>& ids, const Patience& patience) {
  return post_to_all(ids, "/kill", "kill the container", {204, 404, 409}, patience);
}

Result<void> EngineApi::post_to_all(const std::vector<std::string>& ids, const std::string& path, const std::string& what,
                                    const std::vector<long>& fine, const Patience& patience) {
  std::vector<HttpRequest> requests;
  for (const std::string& id : ids) {
    requests.push_back({"POST", m_version + "/containers/" + id + path, {}});
  }
  for (const Result<HttpResponse>& response : m_http.send_all(requests, at_most(patience, k_call_limit))) {
    if (!response) {
      return Failure(response.error());
    }
    if (std::find(fine.begin(), fine.end(), response->status) == fine.end()) {
      return refusal(*response, what);
    }
  }
  return {};
}

Result<void> EngineApi::put_archive(const std::string& id, const std::string& folder, std::function<Result<std::string>()> archive,
                                    const Patience& patience) {
  const Heartbeat heartbeat(m_http, patience);
  const std::string path = m_version + "/containers/" + id + "/archive?path=" + percent_encoded(folder);
  const Result<HttpResponse> response = m_http.send({"PUT", path, {}, std::move(archive)}, heartbeat.patience());
  if (!response) {
    return Failure(response.error());
  }
  return response->status == 200 ? Result<void>() : refusal(*response, "put files into the container at " + folder);
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
  const Json& pid = member(state, "Pid");
  return ContainerState{is_true(member(state, "Running")),
                        health_of(text_of(member(member(state, "Health"), "Status"))),
                        addresses_of(member(member(json, "NetworkSettings"), "Networks")),
                        pid.is_number_integer() ? pid.get<long>() : 0,
                        is_true(member(state, "OOMKilled")),
                        number_of(member(state, "ExitCode"), -1),
                        text_of(member(state, "Error")),
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

Result<ProcessEnd> EngineApi::exec(const std::string& id, const ExecWish& wish,
                                   const std::function<void(std::string_view)>& sink, const Patience& patience) {
  Json json{{"AttachStdout", true}, {"AttachStderr", true}, {"Tty", false}, {"Cmd", wish.argv}, {"Env", wish.env}};
  if (!wish.user.empty()) {
    json["User"] = wish.user;
  }
  const std::string program = wish.argv.empty() ? std::string("nothing") : wish.argv.front();
  const std::string body = text_of_all(json);
  const Result<std::string> exec = id_of_new(call("POST", "/containers/" + id + "/exec", body, patience), "run " + program);
  if (!exec) {
    return Failure(exec.error());
  }
  const HttpRequest start{"POST", m_version + "/exec/" + *exec + "/start", R"({"Detach":false,"Tty":false})"};
  const Result<HttpResponse> run = stream(start, sink, {}, patience);
  if (!run) {
    return Failure(run.error());
  }
  // A process may close its outputs and go on: only its end counts. The wait grows to half a second.
  milliseconds wait{10};
  while (true) {
    const Result<HttpResponse> state = call("GET", "/exec/" + *exec + "/json", {}, patience);
    if (!state) {
      return Failure(state.error());
    }
    const Json ended = parse_json(state->body);
    if (state->status != 200 || !member(ended, "Running").is_boolean()) {
      return refusal(*state, "say how " + program + " ended");
    }
    if (run->status >= 300 && !member(ended, "ExitCode").is_number_integer()) {
      return refusal(*run, "run " + program);
    }
    if (!is_true(member(ended, "Running")) && member(ended, "ExitCode").is_number_integer()) {
      const std::string reason =
          run->status < 300 ? std::string() : text_of(member(parse_json(run->body), "message"));
      return ProcessEnd{number_of(member(ended, "ExitCode"), -1), reason};
    }
    if (const Result<void> paused = pause_for(wait, patience); !paused) {
      return Failure(paused.error());
    }
    wait = std::min(wait * 2, milliseconds(500));
  }
}

} // namespace gate
