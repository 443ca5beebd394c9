#include "app/run_suites.hpp"

#include <algorithm>
#include <map>

#include "app/suite_pool.hpp"

namespace gate {

namespace {

using Tasks = std::vector<std::unique_ptr<SuiteTask>>;

void run_tasks(const Tasks& tasks, const RunSettings& settings, const RunScene& scene) {
  // Before there is a thread.
  const auto machine = scene.ports.runner.begin();
  std::vector<SuiteTask*> all;
  std::size_t shards = 0;
  for (const auto& task : tasks) {
    if (!machine) {
      task->give_up(machine.error());
    }
    all.push_back(task.get());
    shards += task->suite().shards;
  }
  if (machine && scene.ports.begun) {
    scene.ports.begun();
  }
  if (machine) {
    const unsigned at_once = std::max(settings.parallel.value_or(machine->cores), 1U);
    SuitePool(all, {machine->memory, machine->memory / at_once}).run(std::min<std::size_t>(at_once, shards));
  }
}

// What people know the needs' suites by: where several have one name, each by its commit too, and where that says nothing, by a number.
std::vector<std::string> names_of(const std::vector<Need>& needs) {
  std::vector<std::string> names;
  std::map<std::string, unsigned> seen;
  for (const auto& need : needs) {
    const std::string& own = need.suite.name;
    const auto same = std::count_if(needs.begin(), needs.end(), [&](const Need& n) { return n.suite.name == own; });
    std::string name = same == 1 ? own : own + " " + need.commit.brief();
    const unsigned count = ++seen[name];
    names.push_back(count == 1 ? name : name + " (" + std::to_string(count) + ")");
  }
  return names;
}

} // namespace

std::string kept_image_name(const std::string& repository_id, const Digest& key) {
  constexpr std::size_t k_enough = 32;
  return std::string(k_tested_prefix) + repository_id + ":" + key.hex().substr(0, k_enough);
}

bool Conclusion::allowed() const {
  return !judgement.denied() && suites.size() == judgement.needs.size() &&
         std::all_of(suites.begin(), suites.end(), [](const SuiteResult& s) { return s.passed(); });
}

Conclusion run_suites(Judgement judgement, const RunPorts& ports, const Identity& identity, const std::string& repository_id) {
  Conclusion conclusion{std::move(judgement), {}};
  const RunSettings& settings = conclusion.judgement.run;
  RunScene scene(ports, identity, repository_id, settings);
  Tasks tasks;
  const auto names = names_of(conclusion.judgement.needs);
  auto name = names.begin();
  for (const auto& need : conclusion.judgement.needs) {
    if (!need.verdict) {
      tasks.push_back(std::make_unique<SuiteTask>(need, *name, scene));
    }
    ++name;
  }
  if (!tasks.empty()) {
    run_tasks(tasks, settings, scene);
  }
  auto task = tasks.begin();
  for (const auto& need : conclusion.judgement.needs) {
    conclusion.suites.push_back(need.verdict ? SuiteResult{need, true, {}, {}, {}} : std::move((*task++)->result()));
  }
  auto& notices = conclusion.judgement.notices;
  notices.insert(notices.end(), scene.notices.begin(), scene.notices.end());
  return conclusion;
}

} // namespace gate
