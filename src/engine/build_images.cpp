#include <algorithm>
#include <atomic>
#include <future>
#include <semaphore>
#include <set>

#include "engine/build_turns.hpp"
#include "engine/content_image.hpp"
#include "engine/heartbeat.hpp"
#include "engine/suite_session.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

constexpr std::size_t k_output_limit = 2U << 20U;

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

/// What becomes of one step.
struct Work {
  const BuildStep& step;
  std::string tag;                   ///< the run's own name for the image
  std::optional<std::string> content; ///< the name that its content has, if that can be told
  std::optional<std::string> key = {}; ///< of the turn to build it
  Built built = {};
};

/// Tells builds when to end: called off, or the Engine has stopped answering. docker itself would wait for ever.
class BuildWatch {
public:
  explicit BuildWatch(const SuiteSession& session)
      : m_http(session.api().endpoint()), m_deadline(session.patience().deadline), m_heartbeat(m_http, session.patience()) {}

  /// For the builds, as long as this lives.
  Patience limits() const { return {m_deadline, m_heartbeat.patience().interrupt, {}, &m_over}; }
  /// To be called several times a second.
  void tick() {
    m_heartbeat.patience().tick();
    m_over = m_over || hung() || m_heartbeat.patience().called_off();
  }
  bool hung() const { return m_heartbeat.patience().deadline != m_deadline; }

private:
  Http m_http;
  std::optional<std::chrono::steady_clock::time_point> m_deadline;
  Heartbeat m_heartbeat;
  std::atomic<bool> m_over{false};
};

// As many at once as there are cores: each is a program of its own.
Result<std::vector<Built>> build_all(const SuiteSession& session, const std::vector<const Work*>& works) {
  BuildWatch watch(session);
  const Patience limits = watch.limits();
  const Environment env = session.engine_env();
  std::counting_semaphore<> slots(static_cast<std::ptrdiff_t>(std::max(1U, session.machine().cores)));
  const auto build = [&](std::size_t i) {
    slots.acquire();
    Built built = build_one(with_limits(session, works[i]->step), works[i]->tag, id_file(session, i), env, limits);
    slots.release();
    return built;
  };
  std::vector<std::future<Built>> futures;
  for (std::size_t i = 0; i < works.size(); ++i) {
    futures.push_back(std::async(std::launch::async, build, i));
  }
  std::vector<Built> results;
  for (std::future<Built>& future : futures) {
    while (future.wait_for(k_turn) != std::future_status::ready) {
      watch.tick();
    }
    results.push_back(future.get());
  }
  if (watch.hung()) {
    return could_not_run("the Engine has stopped answering while it was building", "see what it does: docker version");
  }
  return results;
}

// With the run's name it stays while the run uses it, whoever takes the other name away.
Result<void> find_by_content(const SuiteSession& session, Work& work) {
  Result<std::optional<std::string>> name = content_name(session, work.step);
  if (!name || !*name) {
    return name ? Result<void>() : Failure(name.error());
  }
  work.content = *std::move(name);
  const Result<std::optional<ListedImage>> image = session.api().image(*work.content, session.patience());
  if (!image || !*image || (*image)->id.empty()) {
    return image ? Result<void>() : Failure(image.error());
  }
  const std::size_t colon = work.tag.rfind(':');
  // That it was removed meanwhile is no error: then it is built.
  if (session.api().tag_image((*image)->id, work.tag.substr(0, colon), work.tag.substr(colon + 1), session.patience())) {
    work.built.image = {work.step.name, (*image)->id, {}, {}, true};
    session.log().append_aside("==> image " + work.step.name + ": unchanged since it was built (" + *work.content + ")\n");
  }
  return {};
}

// An image that could not be named makes the next run slower; what this one has built stands.
void keep(const SuiteSession& session, const Work& work) {
  // Again: a base that was not here may have come with the build, and one that was moved meanwhile is not what it was built on.
  const Result<std::optional<std::string>> name = content_name(session, work.step);
  if (!name || !*name || (work.content && work.content != *name)) {
    return;
  }
  if (const Result<void> kept = keep_by_content(session, **name, work.built.image.id); !kept) {
    session.log().append_aside("==> image " + work.step.name + " was not kept as " + **name + ": " + kept.error().message + "\n");
  }
}

std::set<std::string> keys_to_build(const std::vector<Work>& works) {
  std::set<std::string> keys;
  for (const Work& work : works) {
    if (!work.built.image.is_found && work.key) {
      keys.insert(*work.key);
    }
  }
  return keys;
}

// The turns that it gives are held until what is built has its name. Who has waited looks again: it may be there now.
Result<BuildTurns> take_turns(const SuiteSession& session, std::vector<Work>& works) {
  for (Work& work : works) {
    work.key = work.built.image.is_found ? std::nullopt : build_key(session, work.step);
  }
  const std::filesystem::path folder = session.cache().empty() ? std::filesystem::path() : session.cache() / "locks";
  Result<BuildTurns> turns = BuildTurns::take(folder, keys_to_build(works), session.patience(),
                                              [&] { session.step("waiting for another build of the same image"); });
  if (!turns) {
    return Failure(turns.error());
  }
  for (Work& work : works) {
    if (const Result<void> looked = work.key ? find_by_content(session, work) : Result<void>(); !looked) {
      return Failure(looked.error());
    }
  }
  turns->keep_only(keys_to_build(works));
  return turns;
}

Result<void> build_what_changed(SuiteSession& session, std::vector<Work>& works) {
  std::string names;
  std::vector<Work*> changed;
  for (Work& work : works) {
    if (!work.built.image.is_found) {
      names += (names.empty() ? "" : ", ") + work.step.name;
      changed.push_back(&work);
    }
  }
  if (!changed.empty()) {
    session.step("building " + names);
  }
  Result<std::vector<Built>> results = build_all(session, {changed.begin(), changed.end()});
  if (!results) {
    return Failure(results.error());
  }
  const Work* cut = nullptr;
  for (std::size_t i = 0; i < results->size(); ++i) {
    changed[i]->built = std::move((*results)[i]);
    const Built& built = changed[i]->built;
    session.log().heading("build of " + built.image.name);
    session.log().append(built.output);
    cut = !built.end && cut == nullptr ? changed[i] : cut;
  }
  for (const Work& work : works) {
    session.built().push_back(work.built.image);
  }
  return cut != nullptr ? Failure(cut->built.end.error()) : Result<void>();
}

} // namespace

Result<std::optional<SuiteRun>> build_images(SuiteSession& session, const std::vector<BuildStep>& steps,
                                             std::map<std::string, std::string>& images) {
  std::vector<Work> works;
  for (const BuildStep& step : steps) {
    works.push_back({step, session.owner().image(static_cast<unsigned>(works.size())), {}});
    images[step.name] = works.back().tag;
    if (const Result<void> looked = find_by_content(session, works.back()); !looked) {
      return Failure(looked.error());
    }
  }
  const Result<BuildTurns> turns = take_turns(session, works);
  if (!turns) {
    return Failure(turns.error());
  }
  if (const Result<void> built = build_what_changed(session, works); !built) {
    return Failure(built.error());
  }
  const auto broken = std::find_if(works.begin(), works.end(), [](const Work& work) { return work.built.image.id.empty(); });
  if (broken == works.end()) {
    for (const Work& work : works) {
      if (!work.built.image.is_found) {
        keep(session, work);
      }
    }
    return std::optional<SuiteRun>();
  }
  if (const Result<void> engine = session.rule_out_infrastructure(broken->built.output); !engine) {
    return Failure(engine.error());
  }
  // The tail shows the build that broke, not the last of them.
  session.log().heading("image " + broken->step.name + " did not build:");
  session.log().append(broken->built.output);
  return std::optional<SuiteRun>(failed_run("image " + broken->step.name + " did not build"));
}

} // namespace gate
