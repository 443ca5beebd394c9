#include "app/suite_shard.hpp"

namespace gate {

namespace {

using Outcome = SuiteRun::Outcome;
using SteadyClock = std::chrono::steady_clock;

class ShardRun {
public:
  ShardRun(const ShardTask& task, RunScene& scene) : m_task(task), m_need(task.need), m_scene(scene), m_shown(task.shown()) {}

  ShardEnd run() {
    if (*m_scene.stop) {
      note({ErrorKind::interrupted, "interrupted", ""});
      return std::move(m_end);
    }
    const auto began = SteadyClock::now();
    m_end.began = std::chrono::system_clock::now();
    tell_usual();
    do {
      ++m_end.attempts;
      attempt_once();
    } while (may_try_again());
    m_end.took = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - began);
    m_scene.progress.ended(m_shown, how_it_ended(m_end));
    return std::move(m_end);
  }

private:
  void tell_usual() {
    std::optional<std::chrono::milliseconds> usual;
    {
      const std::lock_guard held(m_scene.mutex);
      usual = m_scene.ports.history.usual_duration(m_need.suite.name);
    }
    if (usual) {
      m_scene.progress.usual(m_shown, *usual);
    }
  }

  void attempt_once() {
    m_scene.remove(std::move(m_end.folder));
    m_end.run = {};
    auto run = attempt();
    if (run) {
      m_end.run = *std::move(run);
      return;
    }
    note(run.error());
  }

  void note(const Error& error) {
    m_end.stopped = error.kind == ErrorKind::interrupted && m_scene.note_interrupt();
    if (!m_end.stopped) {
      m_end.error = error;
    }
  }

  bool may_try_again() const {
    const bool failed = !m_end.error && !m_end.stopped && (m_end.run.outcome == Outcome::failed || m_end.run.outcome == Outcome::timed_out);
    return failed && m_end.attempts <= m_need.suite.retries && !*m_scene.stop;
  }

  Result<SuiteRun> attempt() {
    std::string what = "checking out " + m_need.commit.brief();
    if (m_end.attempts > 1) {
      what += ", for attempt " + std::to_string(m_end.attempts) + " of " + std::to_string(m_need.suite.retries + 1);
    }
    m_scene.progress.step(m_shown, what);
    if (auto done = check_out(); !done) {
      return tl::unexpected(done.error());
    }
    if (*m_scene.stop) {
      return fail(ErrorKind::interrupted, "interrupted");
    }
    return m_scene.ports.runner.run(request_for(m_end.folder->path()), m_scene.progress);
  }

  Result<void> check_out() {
    const std::lock_guard held(m_scene.mutex);
    auto log = m_scene.ports.workspace.log_file(log_name(), m_need.tree);
    if (!log) {
      return tl::unexpected(log.error());
    }
    m_end.logs.push_back(*std::move(log));
    auto folder = m_scene.ports.workspace.fresh_folder();
    if (!folder) {
      return tl::unexpected(folder.error());
    }
    m_end.folder = *std::move(folder);
    return m_scene.ports.checkout.check_out(m_need.tree, m_need.suite.seen_paths(), m_end.folder->path());
  }

  std::string log_name() const {
    std::string name = m_need.suite.name;
    if (m_need.suite.shards > 1) {
      name += "-" + std::to_string(m_task.number) + "-" + std::to_string(m_need.suite.shards);
    }
    return m_end.attempts == 1 ? name : name + "-attempt-" + std::to_string(m_end.attempts);
  }

  SuiteRequest request_for(const std::filesystem::path& tree) {
    SuiteRequest request{m_need.suite, tree, m_end.logs.back(), m_scene.repository_id, {}, {}, m_shown, m_task.env, {}, m_scene.stop};
    // Where nothing is published of the suite, nobody needs its image any more. The first shard's are those that the verdict names.
    if (m_need.is_published && m_task.number == 1) {
      request.keep_as = kept_image_name(m_scene.repository_id, m_need.key);
      request.keep_services = m_need.published_services;
    }
    if (m_need.suite.shards > 1) {
      request.env["GATE_SHARD"] = std::to_string(m_task.number);
      request.env["GATE_SHARDS"] = std::to_string(m_need.suite.shards);
    }
    request.id_of = [this, paths = m_need.suite.seen_paths()](const std::string& path) -> std::optional<Oid> {
      const std::lock_guard held(m_scene.mutex);
      const auto id = m_scene.ports.repository.object_at(m_need.tree, paths, path);
      return id ? *id : std::nullopt;
    };
    return request;
  }

  const ShardTask& m_task;
  const Need& m_need;
  RunScene& m_scene;
  std::string m_shown;
  ShardEnd m_end;
};

} // namespace

std::string ShardTask::shown() const {
  const auto shards = need.suite.shards;
  return shards == 1 ? name : name + " " + std::to_string(number) + "/" + std::to_string(shards);
}

ShardEnd run_shard(const ShardTask& task, RunScene& scene) { return ShardRun(task, scene).run(); }

std::string how_it_ended(const ShardEnd& end) {
  if (end.stopped) {
    return "stopped";
  }
  if (end.error) {
    return end.error->kind == ErrorKind::interrupted ? "interrupted" : "could not run";
  }
  const std::string attempt = end.attempts > 1 ? " on attempt " + std::to_string(end.attempts) : "";
  switch (end.run.outcome) {
  case Outcome::passed:
    return "passed" + attempt;
  case Outcome::timed_out:
    return "timed out" + attempt;
  case Outcome::refused:
    return "refused";
  case Outcome::failed:
    break;
  }
  return "failed" + attempt;
}

} // namespace gate
