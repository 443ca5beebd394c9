// Building images with `docker build`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json.hpp"

namespace gate {

/// One image to be built.
struct BuildStep {
  std::string name; ///< the service, or the suite
  std::filesystem::path context;
  std::filesystem::path dockerfile;
  std::vector<std::string> arguments; ///< "NAME=value"
  std::vector<std::string> labels;
  std::vector<std::string> cache_from;
  std::vector<std::string> extra_hosts; ///< "host:address"
  std::string target;
  std::string network;
  std::string shm_size;
  bool no_cache = false;
  std::int64_t memory = 0;    ///< bytes that a RUN step may have, swap included; 0: no limit
  std::int64_t nano_cpus = 0; ///< billionths of a core, the same way
};

/// From a service of a normalized compose file that hazards() admits; nothing when the service is not built.
std::optional<BuildStep> build_step(const std::string& service, const Json& definition,
                                    const std::filesystem::path& tree);

/// The image's id goes to `id_file`, and the image gets this tag.
std::vector<std::string> build_argv(const BuildStep& step, const std::string& tag,
                                    const std::filesystem::path& id_file);

/// The classic builder tags only what the last stage ends with. Gives what each stage ended with, in order,
/// as far as the build came: lines " ---> 0123456789ab" after each step. Told by the output, which a RUN step
/// can fake.
std::vector<std::string> stage_images(std::string_view output);

/// The image that the build's last finished step gave, also where that was FROM; empty when there was none.
std::string last_image(std::string_view output);

/// A build that failed because a run beside it removed cached images under its feet: it may well work a
/// second time.
bool lost_its_cache(std::string_view output);

} // namespace gate
