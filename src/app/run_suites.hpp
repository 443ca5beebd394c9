// Running what a judgement still needs, and what comes of it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/judge.hpp"
#include "ports.hpp"

namespace gate {

/// What became of one need.
struct SuiteResult {
  Need need;
  bool reused = false; ///< an earlier pass of the same tree
  SuiteRun run;        ///< of the last attempt (of a shard that did not pass, if there is one), unless reused
  std::optional<Error> error; ///< could not run: neither passed nor failed
  /// Of all attempts: the one that `run` speaks of first, then the earlier ones of the same shard from its first on, then those of the other
  /// shards. So the second one of a flaky pass is of an attempt that failed.
  std::vector<std::filesystem::path> logs;
  unsigned attempts = 1; ///< the most that a shard had; 0: never begun
  bool stopped = false; ///< by the failure of another suite: neither passed nor failed
  unsigned shard = 0; ///< the one that `run` or `error` speaks of, from 1; 0: there is but one, or all are meant, or it is not known

  bool is_flaky() const { return attempts > 1 && passed(); }
  bool passed() const { return reused || (!error && run.outcome == SuiteRun::Outcome::passed); }
};

struct Conclusion {
  Judgement judgement;
  std::vector<SuiteResult> suites;

  bool allowed() const;
};

/// A private folder; taken away when this goes: one at a time, in any thread, while the Workspace and other ports may be in use.
class RunFolder {
public:
  virtual ~RunFolder() = default;
  virtual const std::filesystem::path& path() const = 0;
};

/// Gives each run its private folder. One thread at a time.
class Workspace {
public:
  virtual ~Workspace() = default;
  /// Fresh and empty.
  virtual Result<std::unique_ptr<RunFolder>> fresh_folder() = 0;
  /// A new file name for a run's log; its folder exists. Old logs make room. `run` is the suite's name, or "api-2-4" for a shard,
  /// with "-attempt-2" for a further attempt.
  virtual Result<std::filesystem::path> log_file(const std::string& run, const Oid& tree) = 0;
};

/// Of the names under which the Engine keeps tested images that may be published yet.
inline constexpr std::string_view k_tested_prefix = "gate-image/";

/// Under which the Engine keeps the image of a pass that a publication may go out with.
std::string kept_image_name(const std::string& repository_id, const Digest& key);

struct RunPorts {
  TreeCheckout& checkout;
  SuiteRunner& runner;
  VerdictStore& verdicts;
  Workspace& workspace;
  Progress& progress;
  Repository& repository;
  Turns& turns;
  RunHistory& history;
  Variables variables;
  NamedImages* images = nullptr; ///< null where no Engine can be asked
  std::function<void()> begun = {}; ///< called once the runner has begun, before the first suite: from now on there may be threads
};

/// Runs every suite that has no verdict, each shard on a private checkout of what the suite sees, side by side as far as the Engine's
/// machine has room. A pass is on disk as a verdict as soon as its last shard has passed. One that fails does not stop the others, unless
/// the judgement's run settings say so: every failed suite is named. An interrupt does. All ports but `runner` and
/// `turns` are used by one thread at a time. The results are in the order of the needs.
Conclusion run_suites(Judgement judgement, const RunPorts& ports, const Identity& identity, const std::string& repository_id);

} // namespace gate
