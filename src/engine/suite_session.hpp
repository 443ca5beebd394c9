// What the steps of one suite's run share.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/build.hpp"
#include "engine/engine_api.hpp"
#include "engine/image_cache.hpp"
#include "engine/json.hpp"
#include "engine/owner.hpp"
#include "engine/run_log.hpp"
#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

/// In the Engine's units.
struct ContainerLimits {
  std::int64_t nano_cpus = 0; ///< 0: no limit
  std::int64_t memory = 0;    ///< bytes, swap included
  unsigned pids = SuiteLimits::k_pids;
};

/// One run of one suite, from its first step to its last.
class SuiteSession {
public:
  struct World {
    const SuiteRequest& request;
    Progress& progress;
    const Interrupt& interrupt;
    EngineApi& api;
    Environment env; ///< gate's own
    RunOwner owner;
    std::filesystem::path scratch; ///< a private folder outside of the tree
    std::filesystem::path cache;   ///< what runs leave for each other; shared with other gates
    EngineMachine machine;
  };

  SuiteSession(World world, RunLog& log);

  const Suite& suite() const { return m_world.request.suite; }
  const std::filesystem::path& tree() const { return m_world.request.tree; }
  const std::string& repository_id() const { return m_world.request.repository_id; }
  const std::string& keep_as() const { return m_world.request.keep_as; }
  const std::vector<std::string>& keep_services() const { return m_world.request.keep_services; }
  const std::string& shown() const { return m_world.request.shown; }
  /// "NAME=value" each: what the tested process gets.
  std::vector<std::string> test_env() const;
  /// The object id of what the tree has at a path; nothing when it can't be told.
  std::optional<Oid> id_of(const std::string& path) const;
  const std::filesystem::path& scratch() const { return m_world.scratch; }
  const std::filesystem::path& cache() const { return m_world.cache; }
  const EngineMachine& machine() const { return m_world.machine; }
  /// What each container may have at most: the suite's limits, and where it names none the default for this machine.
  ContainerLimits limits() const;
  const RunOwner& owner() const { return m_world.owner; }
  const Interrupt& interrupt() const { return m_world.interrupt; }
  EngineApi& api() const { return m_world.api; }
  RunLog& log() const { return m_log; }

  Environment engine_env() const;
  Environment reading_env() const;
  /// To the suite's timeout, with interrupt and ticks.
  Patience patience() const;
  /// A new step, for the progress and the log.
  void step(const std::string& what) const;
  void tick() const;
  bool is_timed_out() const;

  /// Runs a program that talks to the Engine with its output in the log; ends it when the Engine has stopped answering.
  Result<CommandEnd> run(const std::vector<std::string>& argv, const Environment& env, std::string& output) const;
  /// After a program that talks to the Engine has failed: an error if the Engine is gone, or if the output's
  /// last line speaks of the disk or the network instead of the suite.
  Result<void> rule_out_infrastructure(std::string_view output) const;

  /// What was built so far; kept as cache when the run is over.
  std::vector<BuiltImage>& built() { return m_built; }
  /// When the run began: RFC 3339, UTC.
  const std::string& began() const { return m_began; }
  std::chrono::milliseconds elapsed() const;

private:
  World m_world;
  RunLog& m_log;
  std::vector<BuiltImage> m_built;
  std::chrono::steady_clock::time_point m_start;
  std::string m_began;
  mutable std::chrono::steady_clock::time_point m_last_tick;
};

/// True when the last line of a failed program's output speaks of the machine or the network, not of the
/// suite.
bool speaks_of_infrastructure(std::string_view output);

SuiteRun failed_run(std::string reason, std::string remedy = {});
/// The outcome of a test process that was seen to end.
SuiteRun ended_run(const std::vector<std::string>& argv, const ProcessEnd& end, bool out_of_memory);
/// "python manage.py test", shortened for one line.
std::string shown_command(const std::vector<std::string>& argv);

/// Builds these images, all at once. Gives the run's outcome if one of them did not build, else nothing;
/// `images` gets the tag of each.
Result<std::optional<SuiteRun>> build_images(SuiteSession& session, const std::vector<BuildStep>& steps,
                                             std::map<std::string, std::string>& images);

Result<SuiteRun> run_compose_suite(SuiteSession& session, const ComposeSource& source);
Result<SuiteRun> run_build_suite(SuiteSession& session, const BuildSource& source);
Result<SuiteRun> run_image_suite(SuiteSession& session, const ImageSource& source);

/// Runs the suite's argv as the only process of one container of this image (an id), and waits for its end. `mounts` are entries of
/// HostConfig.Mounts; `workdir` may be empty.
Result<SuiteRun> run_in_container(const SuiteSession& session, const std::string& image, const Json& mounts, const std::string& workdir);
/// The volume mounts of the suite's caches; makes the volumes where they are not there yet.
Result<Json> cache_mounts(const SuiteSession& session);
/// Pulls the image with the docker CLI where the Engine has none of that name. Gives its id, or the run's outcome without it.
Result<tl::expected<std::string, SuiteRun>> pulled_image(const SuiteSession& session, const std::string& image, const std::string& platform);

} // namespace gate
