#include <future>

#include "engine/suite_session.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

constexpr std::size_t k_output_limit = 8U << 20U;
constexpr std::chrono::milliseconds k_tick{100};

/// One `docker build` that has come to its end.
struct Built {
  Result<CommandEnd> end = could_not_run("not built");
  std::string output;
  BuiltImage image;
};

std::filesystem::path id_file(const SuiteSession& session, std::size_t n) {
  return session.scratch() / ("image-" + std::to_string(n));
}

// Runs in a thread of its own: nothing here may touch the log, the progress or the API.
Built build_once(const BuildStep& step, const std::string& tag, const std::filesystem::path& id_path,
                 const Environment& env, const CommandLimits& limits) {
  Built built;
  built.image.name = step.name;
  built.end = run_streaming({build_argv(step, tag, id_path), env, {}}, limits, [&](std::string_view bytes) {
    built.output += bytes;
    if (built.output.size() > 2 * k_output_limit) {
      built.output.erase(0, built.output.size() - k_output_limit);
    }
  });
  built.image.stages = stage_images(built.output);
  if (!built.end || built.end->how != CommandEnd::How::exited) {
    built.image.cut_after = last_image(built.output);
  }
  if (built.end && built.end->ok()) {
    const Result<std::optional<std::string>> id = read_file(id_path);
    built.image.id = id && *id ? **id : std::string();
  }
  return built;
}

Built build_one(const BuildStep& step, const std::string& tag, const std::filesystem::path& id_path,
                const Environment& env, const CommandLimits& limits) {
  Built built = build_once(step, tag, id_path, env, limits);
  const bool lost = built.image.id.empty() && built.image.cut_after.empty() && lost_its_cache(built.output);
  return lost ? build_once(step, tag, id_path, env, limits) : built;
}

std::vector<Built> build_all(const SuiteSession& session, const std::vector<BuildStep>& steps) {
  Patience limits = session.patience();
  limits.tick = nullptr;
  const Environment env = session.engine_env();
  std::vector<std::future<Built>> futures;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string tag = session.owner().image(static_cast<unsigned>(i));
    futures.push_back(
        std::async(std::launch::async, build_one, steps[i], tag, id_file(session, i), env, limits));
  }
  std::vector<Built> results;
  for (std::future<Built>& future : futures) {
    while (future.wait_for(k_tick) != std::future_status::ready) {
      session.tick();
    }
    results.push_back(future.get());
  }
  return results;
}

} // namespace

Result<std::optional<SuiteRun>> build_images(SuiteSession& session, const std::vector<BuildStep>& steps,
                                             std::map<std::string, std::string>& images) {
  if (steps.empty()) {
    return std::optional<SuiteRun>();
  }
  std::string names;
  for (const BuildStep& step : steps) {
    names += (names.empty() ? "" : ", ") + step.name;
  }
  session.step("building " + names);
  const std::vector<Built> results = build_all(session, steps);
  const Built* broken = nullptr;
  const Built* cut = nullptr;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Built& built = results[i];
    session.built().push_back(built.image);
    session.log().heading("build of " + built.image.name);
    session.log().append(built.output);
    images[built.image.name] = session.owner().image(static_cast<unsigned>(i));
    cut = !built.end && cut == nullptr ? &built : cut;
    broken = built.image.id.empty() && broken == nullptr ? &built : broken;
  }
  if (cut != nullptr) {
    return Failure(cut->end.error());
  }
  if (broken == nullptr) {
    return std::optional<SuiteRun>();
  }
  if (const Result<void> engine = session.rule_out_infrastructure(broken->output); !engine) {
    return Failure(engine.error());
  }
  // The tail shows the build that broke, not the last of them.
  session.log().heading("image " + broken->image.name + " did not build:");
  session.log().append(broken->output);
  return std::optional<SuiteRun>(failed_run("image " + broken->image.name + " did not build"));
}

} // namespace gate
