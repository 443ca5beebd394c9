// Images that are known by what they were built from: what is unchanged is not built again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/suite_session.hpp"

namespace gate {

/// What the result of a build hangs on besides its settings.
struct BuildContent {
  std::string context;            ///< object id of the folder
  std::string dockerfile;         ///< object id
  std::string ignore = {};        ///< object id of DOCKERFILE.dockerignore; empty where there is none
  std::vector<std::string> bases = {}; ///< ids of the images that the Dockerfile names, in its order
  std::string builder = {};       ///< which one docker would take, and for which platform
  /// What says from above which files are of LFS: "path of .gitattributes" and its object id in turn. If there is any, then the paths that it
  /// was looked up for as well, as its patterns speak of paths.
  std::vector<std::string> attributes = {};
};

/// The images that this repository has built; each content has a tag of its own.
std::string content_repository(std::string_view repository_id);

/// 32 hex digits, the same for the same settings and content only. Where the tree lies, and what the step is called, do not count.
std::string content_key(const BuildStep& step, const BuildContent& content);

/// Which builder `docker build` takes in this environment, as far as files and variables tell.
std::string builder_in(const Environment& env);

/// Whether `docker build` there is the classic builder: only that one has limits for a RUN step.
bool is_classic_builder(const Environment& env);

/// The step with what a RUN step may have at most (three quarters of the machine's memory), where the builder can hold it. It is no part of its content.
BuildStep with_limits(const SuiteSession& session, BuildStep step);

/// True for names that are gate's: gate-content/, gate-run/, gate-cache/ and gate-image/, in all spellings that mean the same to an Engine.
/// A registry could answer with any image of such a name, and gate would take it for one that it has built.
bool is_own_image_name(std::string_view reference);

/// "gate-content/<repository>:<key>": the name under which the step's image stays. Nothing where it can't be told what the image would be
/// built from: the step wants no cache, a path has no object id, the Dockerfile is not understood (see resolved_base_images), or the Engine
/// does not have an image that it begins with. An error where the Dockerfile names an image of gate's own.
Result<std::optional<std::string>> content_name(const SuiteSession& session, const BuildStep& step);

/// Builds with the same text make the same image as far as can be told without the images that they begin with: its content and settings, or
/// else only which suite's image of which repository it is. Nothing if it is built anew each time in any case.
std::optional<std::string> build_key(const SuiteSession& session, const BuildStep& step);

/// Gives `name` to what was built, and takes it from those that were used longest ago.
Result<void> keep_by_content(const SuiteSession& session, const std::string& name, const std::string& image_id);

} // namespace gate
