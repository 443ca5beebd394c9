// One suite's run, or one shard of it, with its further attempts.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/run_suites.hpp"
#include "app/shared_progress.hpp"

namespace gate {

/// What all threads of one run_suites share.
struct RunScene {
  RunScene(const RunPorts& run_ports, const Identity& own, const std::string& id, const RunSettings& settings)
      : ports(run_ports), identity(own), repository_id(id), stops_on_failure(settings.stop_on_failure), progress(run_ports.progress) {}

  const RunPorts& ports;
  const Identity& identity;
  const std::string& repository_id;
  const bool stops_on_failure;
  SharedProgress progress;
  std::mutex mutex; ///< held while any port but the runner, the turns and the progress is used, and for `notices`
  std::mutex removal; ///< held while a run's folder is taken away, which may take long: nothing else waits for it
  std::vector<std::string> notices;
  /// Ends all runs: after an interrupt, or after a failure that stops the others.
  std::shared_ptr<std::atomic<bool>> stop = std::make_shared<std::atomic<bool>>(false);
  std::atomic<bool> is_interrupted{false};

  /// Something has not passed.
  void note_failure() {
    if (stops_on_failure) {
      *stop = true;
    }
  }
  /// Something was interrupted. True: by `stop`, after a failure; else all is over.
  bool note_interrupt() {
    if (*stop && !is_interrupted) {
      return true;
    }
    is_interrupted = true;
    *stop = true;
    return false;
  }
  /// Takes the folder away, if there is one. Not to be called with `mutex` held.
  void remove(std::unique_ptr<RunFolder> folder) {
    if (folder) {
      const std::lock_guard held(removal);
      folder.reset();
    }
  }
};

/// What is to be run. Keeps references.
struct ShardTask {
  const Need& need;
  const std::string& name;                       ///< what people know the suite by in this push: "api", or "api 991bdba8"
  const std::map<std::string, std::string>& env; ///< of the suite, filled in
  unsigned number = 1;                           ///< of need.suite.shards

  /// The name, or for a shard "api 2/4".
  std::string shown() const;
};

/// What became of it.
struct ShardEnd {
  SuiteRun run; ///< of the last attempt
  std::optional<Error> error;
  bool stopped = false; ///< by another suite's failure
  unsigned attempts = 0;
  std::chrono::system_clock::time_point began; ///< of the first attempt
  std::chrono::milliseconds took{0};           ///< all attempts, with their checkouts; the last one's is yet to be taken away
  std::vector<std::filesystem::path> logs;     ///< of the attempts, the last one's last; one that got none has none
  std::unique_ptr<RunFolder> folder;           ///< of the last attempt, if it got one: to be given to RunScene::remove

  bool passed() const { return !error && !stopped && run.outcome == SuiteRun::Outcome::passed; }
};

/// Runs it, each time from a fresh checkout, until it passes or may not be tried again.
ShardEnd run_shard(const ShardTask& task, RunScene& scene);

/// For people and progress: "passed", "passed on attempt 2", "timed out", …
std::string how_it_ended(const ShardEnd& end);

} // namespace gate
