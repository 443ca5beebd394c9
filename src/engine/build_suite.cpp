#include "engine/compose_files.hpp"
#include "engine/suite_session.hpp"

namespace gate {

namespace {

SuiteRun outside_run(const std::string& what) {
  SuiteRun refused;
  refused.outcome = SuiteRun::Outcome::refused;
  refused.reason = what + " lies outside of the tree";
  refused.remedy = "name a path that stays inside of the tree, also where it is a symlink";
  return refused;
}

// docker reads it on this machine, and follows it where it is a link.
std::optional<SuiteRun> stray_ignore_file(const SuiteSession& session, const BuildStep& step) {
  for (const std::filesystem::path& file : {step.context / ".dockerignore", std::filesystem::path(step.dockerfile.string() + ".dockerignore")}) {
    std::error_code error;
    if (!std::filesystem::exists(std::filesystem::symlink_status(file, error))) {
      continue;
    }
    const std::string shown = file.lexically_relative(session.tree()).string();
    if (!lies_inside(session.tree(), file)) {
      return outside_run("the file " + shown);
    }
    if (!std::filesystem::is_regular_file(file, error)) {
      return failed_run(shown + " is no file", "make it a file, or remove it");
    }
  }
  return std::nullopt;
}

} // namespace

Result<SuiteRun> run_build_suite(SuiteSession& session, const BuildSource& source) {
  const std::string shown = source.dockerfile.empty() ? (std::filesystem::path(source.context) / "Dockerfile").string() : source.dockerfile;
  BuildStep step;
  step.name = session.suite().name;
  step.context = (session.tree() / source.context).lexically_normal();
  step.dockerfile = (session.tree() / shown).lexically_normal();
  step.target = source.target;
  for (const auto& [name, value] : source.args) {
    step.arguments.push_back(name + "=" + value);
  }
  if (!lies_inside(session.tree(), step.context)) {
    return outside_run("the build folder " + source.context);
  }
  if (!lies_inside(session.tree(), step.dockerfile)) {
    return outside_run("the build file " + shown);
  }
  std::error_code error;
  if (!std::filesystem::is_regular_file(step.dockerfile, error)) {
    return failed_run("the tree has no " + shown);
  }
  if (!std::filesystem::is_directory(step.context, error)) {
    return failed_run("the tree has no folder " + source.context);
  }
  if (const std::optional<SuiteRun> stray = stray_ignore_file(session, step)) {
    return *stray;
  }
  std::map<std::string, std::string> images;
  const Result<std::optional<SuiteRun>> built = build_images(session, {step}, images);
  if (!built) {
    return Failure(built.error());
  }
  if (*built) {
    return **built;
  }
  const Result<Json> caches = cache_mounts(session);
  if (!caches) {
    return Failure(caches.error());
  }
  const std::string& image = session.built().front().id;
  Result<SuiteRun> run = run_in_container(session, image, *caches, {});
  if (run) {
    run->image_id = image;
  }
  return run;
}

} // namespace gate
