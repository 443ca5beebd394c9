// Running what a judgement still needs, and what comes of it.
#pragma once

#include <filesystem>
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
  SuiteRun run;        ///< of this run, unless reused
  std::optional<Error> error; ///< could not run: neither passed nor failed
  std::filesystem::path log;

  bool passed() const { return reused || (!error && run.outcome == SuiteRun::Outcome::passed); }
};

struct Conclusion {
  Judgement judgement;
  std::vector<SuiteResult> suites;

  bool allowed() const;
};

/// Gives each run its private folder, and takes it away again.
class Workspace {
public:
  virtual ~Workspace() = default;
  /// A fresh, empty, private folder that exists until the next call and no longer than this object.
  virtual Result<std::filesystem::path> fresh_folder() = 0;
  /// A new file name for a run's log; its folder exists. Old logs make room.
  virtual Result<std::filesystem::path> log_file(const std::string& suite, const Oid& tree) = 0;
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
};

/// Runs every suite that has no verdict, each on a private checkout of its tree; a pass is on disk as a verdict before
/// the next one starts. One that fails does not stop the others: every failed suite is named. An interrupt does.
Conclusion run_suites(Judgement judgement, const RunPorts& ports, const Identity& identity, const std::string& repository_id);

} // namespace gate
