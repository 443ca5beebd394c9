#include "engine/compose_stack.hpp"

#include <algorithm>
#include <set>

#include "engine/rewrite.hpp"

namespace gate {

namespace {

constexpr std::chrono::milliseconds k_look{50};

bool knows_only(const Json& definition, std::initializer_list<std::string_view> keys, std::string& unknown) {
  for (const auto& [key, value] : map_of(definition).items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end() && !value.is_null() && value != false && key.rfind("x-", 0) != 0) {
      unknown = key;
      return false;
    }
  }
  return true;
}

/// Plans one stack.
class Planning {
public:
  explicit Planning(const ComposeRun& run) : m_run(run), m_project(run.session.owner().project()) {}

  tl::expected<Stack, std::string> plan();

private:
  bool service(const std::string& name);
  bool dependencies(const std::string& name);
  bool network(const std::string& name);
  bool volume(const std::string& name);
  Json labels_of(const Json& definition, const char* kind, const std::string& name) const;

  const ComposeRun& m_run;
  std::string m_project;
  Stack m_stack;
  std::string m_unknown;
};

tl::expected<Stack, std::string> Planning::plan() {
  std::set<std::string> networks;
  std::set<std::string> volumes;
  for (const std::string& name : m_run.services) {
    if (!service(name)) {
      return tl::unexpected(m_unknown);
    }
    networks.insert(m_stack.containers[name].network);
    volumes.insert(m_stack.containers[name].volumes.begin(), m_stack.containers[name].volumes.end());
  }
  const auto known = std::all_of(networks.begin(), networks.end(), [&](const std::string& name) { return network(name); }) &&
                     std::all_of(volumes.begin(), volumes.end(), [&](const std::string& name) { return volume(name); });
  return known ? tl::expected<Stack, std::string>(std::move(m_stack)) : tl::unexpected(m_unknown);
}

bool Planning::service(const std::string& name) {
  const SuiteSession& session = m_run.session;
  ContainerWish wish{m_project, session.owner().labels(), session.limits(), session.tree()};
  if (name == m_run.source.service) {
    wish.mounts = m_run.caches;
  }
  tl::expected<ServiceContainer, std::string> container = service_container(name, m_run.service(name), wish);
  if (!container) {
    m_unknown = "services." + name + "." + container.error();
    return false;
  }
  if (session.suite().network == SuiteNetwork::none) {
    container->body["HostConfig"]["Dns"] = Json::array({k_no_resolver});
  }
  m_stack.containers[name] = std::move(*container);
  return dependencies(name);
}

bool Planning::dependencies(const std::string& name) {
  const std::map<std::string, Condition> conditions{
      {"", Condition::started}, {"service_started", Condition::started}, {"service_healthy", Condition::healthy}, {"service_completed_successfully", Condition::completed}};
  const Json& value = member(m_run.service(name), "depends_on");
  m_unknown = "services." + name + ".depends_on";
  const auto add = [&](const std::string& other, const Json& detail) {
    const auto condition = conditions.find(text_of(member(detail, "condition")));
    const Json& required = member(detail, "required");
    std::string unknown;
    const bool is_known = condition != conditions.end() && (required.is_null() || is_true(required)) &&
                          knows_only(detail, {"condition", "required", "restart"}, unknown);
    // A service that is run alone waits for nothing.
    if (is_known && std::binary_search(m_run.services.begin(), m_run.services.end(), other)) {
      m_stack.waits[name][other] = condition->second;
    }
    return is_known;
  };
  const auto items = map_of(value).items();
  return std::all_of(items.begin(), items.end(), [&](const auto& item) { return add(item.key(), item.value()); }) &&
         std::all_of(list_of(value).begin(), list_of(value).end(), [&](const Json& item) { return add(text_of(item), {}); });
}

Json Planning::labels_of(const Json& definition, const char* kind, const std::string& name) const {
  Labels labels = m_run.session.owner().labels();
  labels["com.docker.compose.project"] = m_project;
  labels[std::string("com.docker.compose.") + kind] = name;
  Json all = with_labels(member(definition, "labels"), labels);
  for (Json& label : all) {
    label = label.is_string() ? label : label.is_null() ? Json("") : Json(label.dump());
  }
  return all;
}

bool Planning::network(const std::string& name) {
  const Json& definition = member(member(m_run.model, "networks"), name.c_str());
  if (!knows_only(definition, {"name", "driver", "internal", "attachable", "labels", "ipam"}, m_unknown) || !member(definition, "ipam").empty()) {
    m_unknown = "networks." + name + "." + (m_unknown.empty() ? "ipam" : m_unknown);
    return false;
  }
  const bool has_no_way_out = m_run.session.suite().network == SuiteNetwork::none;
  Json body{{"Name", name_in_project(m_project, name)},
            {"Driver", "bridge"},
            {"CheckDuplicate", true},
            {"Internal", has_no_way_out || is_true(member(definition, "internal"))},
            {"Attachable", is_true(member(definition, "attachable"))},
            {"Labels", labels_of(definition, "network", name)}};
  if (has_no_way_out) {
    body["Options"][k_no_host_address] = "true";
  }
  m_stack.networks.push_back(text_of_all(body));
  return true;
}

bool Planning::volume(const std::string& name) {
  const Json& definition = member(member(m_run.model, "volumes"), name.c_str());
  if (!knows_only(definition, {"name", "driver", "labels"}, m_unknown)) {
    m_unknown = "volumes." + name + "." + m_unknown;
    return false;
  }
  m_stack.volumes.push_back(text_of_all({{"Name", name_in_project(m_project, name)}, {"Labels", labels_of(definition, "volume", name)}}));
  return true;
}

/// Starts what is created, and looks what the others wait for.
class Starting {
public:
  Starting(ComposeRun& run, const Stack& stack) : m_run(run), m_stack(stack) {}
  Outcome go();

private:
  Result<bool> may_start(const std::string& name);
  Result<bool> is_met(const std::string& waiting, const std::string& other, Condition condition);
  Outcome failed(const std::string& service, const std::string& reason);

  ComposeRun& m_run;
  const Stack& m_stack;
  std::set<std::string> m_started;
  std::map<std::string, ContainerState> m_seen; ///< in this look
  std::optional<std::pair<std::string, std::string>> m_broken; ///< a service, and why it will never be what another one waits for
};

Result<bool> Starting::is_met(const std::string& waiting, const std::string& other, Condition condition) {
  if (m_started.count(other) == 0 || condition == Condition::started) {
    return m_started.count(other) != 0;
  }
  if (m_seen.count(other) == 0) {
    Result<ContainerState> state = m_run.session.api().container_state(m_run.containers[other], m_run.session.patience());
    if (!state) {
      return Failure(state.error());
    }
    m_seen[other] = std::move(*state);
  }
  const ContainerState& state = m_seen[other];
  const std::string name = "service \"" + other + "\"";
  const std::string who = ", and service \"" + waiting + "\" waits for it";
  if (condition == Condition::completed) {
    if (!state.running && state.exit_code != 0) {
      m_broken = {other, name + " ended with exit code " + std::to_string(state.exit_code) + who};
    }
    return !state.running && state.exit_code == 0;
  }
  if (!state.running) {
    m_broken = {other, name + " ended with exit code " + std::to_string(state.exit_code) + who + " to be healthy"};
  } else if (state.health == Health::none) {
    m_broken = {other, name + " has no healthcheck" + who + " to be healthy"};
  } else if (state.health == Health::unhealthy) {
    m_broken = {other, name + " is unhealthy" + who};
  }
  return state.running && state.health == Health::healthy;
}

Result<bool> Starting::may_start(const std::string& name) {
  const auto waits = m_stack.waits.find(name);
  for (const auto& [other, condition] : waits == m_stack.waits.end() ? std::map<std::string, Condition>() : waits->second) {
    if (Result<bool> met = is_met(name, other, condition); !met || !*met) {
      return met;
    }
  }
  return true;
}

// The Engine's no to what the file asks for is the suite's failure; an Engine that is gone is none.
Outcome refused_by_engine(ComposeRun& run, const Error& error) {
  if (error.kind == ErrorKind::interrupted || run.session.is_timed_out()) {
    return Failure(error);
  }
  if (const Result<void> engine = run.session.rule_out_infrastructure(error.message); !engine) {
    return Failure(engine.error());
  }
  run.session.log().append(error.message + "\n");
  log_other_services(run, {});
  return ends_in(failed_run("the services of " + run.shown_files() + " did not start"));
}

Outcome Starting::failed(const std::string& service, const std::string& reason) {
  log_other_services(m_run, service);
  show_log_of(m_run, service);
  return ends_in(failed_run(reason));
}

Outcome Starting::go() {
  const SuiteSession& session = m_run.session;
  while (m_started.size() < m_run.services.size()) {
    std::vector<std::string> names;
    std::vector<std::string> ids;
    m_seen.clear();
    for (const std::string& name : m_run.services) {
      const Result<bool> ready = m_started.count(name) != 0 ? Result<bool>(false) : may_start(name);
      if (!ready) {
        return Failure(ready.error());
      }
      if (*ready) {
        names.push_back(name);
        ids.push_back(m_run.containers[name]);
      }
    }
    if (m_broken) {
      return failed(m_broken->first, m_broken->second);
    }
    if (ids.empty()) {
      if (const Result<void> paused = pause_for(k_look, session.patience()); !paused) {
        return Failure(paused.error());
      }
      continue;
    }
    if (const Result<void> started = session.api().start_containers(ids, session.patience()); !started) {
      return refused_by_engine(m_run, started.error());
    }
    m_started.insert(names.begin(), names.end());
  }
  return goes_on();
}

using Make = Result<void> (*)(EngineApi&, const std::string&, const Patience&);

// A connection of its own: nothing in there may touch the log, the progress or the session's API.
std::future<Result<void>> make_all(const SuiteSession& session, const std::vector<std::string>& bodies, Make make) {
  Patience patience = session.patience();
  patience.tick = nullptr;
  return std::async(std::launch::async, [endpoint = session.api().endpoint(), bodies, make, patience]() -> Result<void> {
    EngineApi api(endpoint);
    Result<void> result = api.connect(patience);
    for (auto body = bodies.begin(); result && body != bodies.end(); ++body) {
      result = make(api, *body, patience);
    }
    return result;
  });
}

Result<void> result_of(std::future<Result<void>>& made, const SuiteSession& session) {
  while (made.wait_for(k_turn) != std::future_status::ready) {
    session.tick();
  }
  return made.get();
}

} // namespace

tl::expected<Stack, std::string> plan_stack(const ComposeRun& run) { return Planning(run).plan(); }

StackGround::StackGround(const SuiteSession& session, const Stack& stack) {
  m_networks = make_all(session, stack.networks, [](EngineApi& api, const std::string& body, const Patience& patience) -> Result<void> {
    const Result<std::string> made = api.create_network(body, patience);
    return made ? Result<void>() : Failure(made.error());
  });
  if (!stack.volumes.empty()) {
    m_volumes = make_all(session, stack.volumes,
                         [](EngineApi& api, const std::string& body, const Patience& patience) { return api.create_volume(body, patience); });
  }
}

Result<void> StackGround::wait_for_networks(const SuiteSession& session) { return result_of(m_networks, session); }

Result<void> StackGround::wait_for_volumes(const SuiteSession& session) {
  return m_volumes.valid() ? result_of(m_volumes, session) : Result<void>();
}

Outcome start_by_api(ComposeRun& run, const Stack& stack, StackGround& ground) {
  run.session.step("starting " + run.source.service);
  std::vector<std::pair<std::string, std::string>> wanted;
  for (const std::string& name : run.services) {
    const ServiceContainer& container = stack.containers.at(name);
    Json body = container.body;
    const auto built = run.built.find(name);
    body["Image"] = built != run.built.end() ? built->second : run.pulled[name];
    wanted.emplace_back(container.name, text_of_all(body));
  }
  // The Engine looks for the network when it starts a container, for a volume when it creates one.
  if (const Result<void> volumes = ground.wait_for_volumes(run.session); !volumes) {
    return Failure(volumes.error());
  }
  const Result<std::vector<std::string>> ids = run.session.api().create_containers(wanted, run.session.patience());
  if (const Result<void> networks = ground.wait_for_networks(run.session); !networks) {
    return Failure(networks.error());
  }
  if (!ids) {
    return refused_by_engine(run, ids.error());
  }
  for (std::size_t i = 0; i < run.services.size(); ++i) {
    run.containers[run.services[i]] = (*ids)[i];
  }
  return Starting(run, stack).go();
}

} // namespace gate
