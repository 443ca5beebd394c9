// The images that a run leaves on purpose: tomorrow's build cache, and no more of it than today's; and the
// tested image, when it is to be published.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/engine_api.hpp"

namespace gate {

/// What `docker build` made of one service.
struct BuiltImage {
  std::string name;
  std::string id; ///< empty: it did not build
  /// Ends of stages that have no tag (see stage_images). Empty where a stage added nothing.
  std::vector<std::string> stages;
  /// Where a build that was cut had come to: what it made after that is nameless and not in its output.
  std::string cut_after;
  /// It was not built but found (content_image.hpp): what the cache has of its stages stays.
  bool is_found = false;
};

/// "gate-cache/<repository>/<suite>-<name>", as an image reference may be written. Different names stay
/// different.
std::string cache_repository(std::string_view repository_id, std::string_view suite, std::string_view name);

/// Moves the cache's tags to what was built: ":latest", and ":stage-N" for stages without a name, which would
/// dangle otherwise. What was there before is removed unless it has another name or is in use. Only untagged
/// images made since `since` (RFC 3339, UTC) count as stages of this build.
Result<void> keep_as_cache(EngineApi& api, const std::string& repository, const BuiltImage& image,
                           const std::string& since, const Patience& patience);

/// Moves `name` ("repository:tag") to the image, as keep_as_cache moves the cache's.
Result<void> keep_by_name(EngineApi& api, const std::string& name, const std::string& image_id,
                          const Patience& patience);

/// The name of the image that a service of a tested stack ran in: that of the tested image, '-' and the service, or a digest in the
/// service's place where a tag has no room for it.
std::string kept_service_name(const std::string& kept, const std::string& service);

/// Takes all names of the repository away but those of the images that were named last, `count` of them. A name with '-' in its tag stays
/// and goes with the one that it begins with (kept_service_name), and is not counted beside it.
Result<void> keep_newest(EngineApi& api, const std::string& repository, std::size_t count, const Patience& patience);

} // namespace gate
