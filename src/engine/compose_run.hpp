// What the parts of one compose suite's run share.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/compose_tool.hpp"
#include "engine/json.hpp"
#include "engine/suite_session.hpp"

namespace gate {

/// Nothing: the run goes on. Else its outcome.
using Outcome = Result<std::optional<SuiteRun>>;

inline Outcome goes_on() { return std::optional<SuiteRun>(); }
inline Outcome ends_in(SuiteRun run) { return std::optional<SuiteRun>(std::move(run)); }

struct ComposeRun {
  SuiteSession& session;
  const ComposeSource& source;
  std::vector<std::filesystem::path> files = {}; ///< absolute; in the order of the policy
  Json model = {};                               ///< the normalized file
  std::vector<std::string> services = {};        ///< those to start, sorted
  std::map<std::string, std::string> built = {};  ///< service → tag of what was built for it
  std::map<std::string, std::string> pulled = {}; ///< service → id of the image that it names
  Json caches = Json::array();                    ///< for the tested service: entries of HostConfig.Mounts
  std::map<std::string, std::string> containers = {}; ///< service → id, once they are started

  const Json& service(const std::string& name) const { return member(member(model, "services"), name.c_str()); }
  /// The files as the policy names them: "docker-compose.yml, docker-compose.test.yml".
  std::string shown_files() const;
};

/// A refusal of the run, and what to do about it.
SuiteRun refused_run(const std::vector<std::string>& sentences);

/// Gives the model: out of what was rendered before, else by compose.
Outcome render(ComposeRun& run);

/// Writes the file anew and has compose start it.
Outcome start_by_compose(ComposeRun& run);

/// The last lines of a service's log, with a heading, as the tail of the run's log; within 5 s, also when the suite's time is up.
void show_log_of(const ComposeRun& run, const std::string& service);
/// Those of all services but `tested`, for the file only; within 5 s together.
void log_other_services(const ComposeRun& run, const std::string& tested);

/// Runs the test in the started service.
Result<SuiteRun> test_in(ComposeRun& run);

} // namespace gate
