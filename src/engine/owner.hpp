// Whose a run is: its labels, and whether the process that made it still lives.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace gate {

inline constexpr const char* k_run_label = "io.gate.run";
inline constexpr const char* k_host_label = "io.gate.host";
inline constexpr const char* k_pid_label = "io.gate.pid";
inline constexpr const char* k_pid_start_label = "io.gate.pid-start";
inline constexpr const char* k_until_label = "io.gate.until"; ///< seconds since 1970, UTC

/// A process, named so that no other one ever has the same name: host, id, and start in clock ticks since
/// boot (proc(5), /proc/PID/stat field 22).
struct ProcessIdentity {
  std::string
      host; ///< boot id and PID namespace: containers may share an Engine, but not the meaning of an id
  pid_t pid = 0;
  std::string start;

  static ProcessIdentity own();
  bool is_of_this_host() const;
  /// It was of this host and is no more. One of another host can't be seen from here: false.
  bool is_dead() const;
};

/// One run of one suite.
struct RunOwner {
  std::string run; ///< 16 random hex digits
  ProcessIdentity process;
  /// Seconds since 1970, UTC: by then the run is over, whatever became of its process. 0: not known.
  std::int64_t until = 0;

  /// A run of this process. `timeout` is the suite's; with 0 it is not known when the run ends.
  static RunOwner make(std::chrono::seconds timeout = std::chrono::seconds(0));
  /// Nothing when the labels are not those of a run.
  static std::optional<RunOwner> from_labels(const std::map<std::string, std::string>& labels);

  /// Nobody works on the run any more: its process is dead; or, where it is of another host (a boot that is over, a container that is
  /// gone), the run's time is up.
  bool is_gone() const;

  std::map<std::string, std::string> labels() const;
  std::string project() const { return "gate-" + run; }
  /// The image reference for the n-th image of this run. Images carry their owner in the name: a label that
  /// changes with every run would make every build a new image.
  std::string image(unsigned n) const;
  /// The reverse; nothing for any other reference.
  static std::optional<RunOwner> from_image(std::string_view reference);
};

} // namespace gate
