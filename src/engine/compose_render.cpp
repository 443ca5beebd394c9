#include "engine/compose_document.hpp"
#include "engine/compose_files.hpp"
#include "engine/compose_run.hpp"
#include "engine/rendered_config.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

// What can be said of the files as they were written.
Outcome look_at(ComposeRun& run, DrawnFiles& drawn) {
  for (const std::string& name : run.source.files) {
    run.files.push_back((run.session.tree() / name).lexically_normal());
    if (!lies_inside(run.session.tree(), run.files.back())) {
      return ends_in(refused_run({name + " lies outside of the tree"}));
    }
    const Result<std::optional<std::string>> text = read_file(run.files.back());
    if (!text) {
      return Failure(text.error());
    }
    if (!*text) {
      return ends_in(failed_run("the tree has no " + name));
    }
    if (const tl::expected<Json, std::string> document = parse_compose(**text); !document) {
      return ends_in(failed_run(name + ": " + document.error()));
    }
  }
  drawn = drawn_files(run.session.tree(), run.files);
  return drawn.hazards.empty() ? goes_on() : ends_in(refused_run(drawn.hazards));
}

Outcome ask_compose(ComposeRun& run) {
  const SuiteSession& session = run.session;
  const Result<ComposeTool> tool = find_compose(session.reading_env(), session.interrupt());
  if (!tool) {
    return Failure(tool.error());
  }
  // In an empty folder: there is no .env that could be taken for the project's.
  const Result<Captured> config = run_captured({config_argv(*tool, run.files), session.reading_env(), session.scratch()}, session.patience());
  if (!config) {
    return Failure(config.error());
  }
  session.log().append(config->err);
  if (config->end.how == CommandEnd::How::timed_out) {
    return could_not_run("compose did not end in time");
  }
  if (!config->end.ok()) {
    return ends_in(failed_run("compose does not accept " + run.shown_files()));
  }
  tl::expected<Json, std::string> model = parse_compose(config->out);
  if (!model) {
    return could_not_run("compose printed what can't be read: " + model.error());
  }
  run.model = std::move(*model);
  return goes_on();
}

} // namespace

Outcome render(ComposeRun& run) {
  const SuiteSession& session = run.session;
  std::string names;
  for (const std::string& name : run.source.files) {
    names += (names.empty() ? "" : ", ") + name;
  }
  session.step("reading " + names);
  DrawnFiles drawn;
  if (Outcome outcome = look_at(run, drawn); !outcome || *outcome) {
    return outcome;
  }
  const std::string compose = compose_fingerprint(session.reading_env());
  const std::optional<Digest> key = rendering_key({session.tree(), run.files, drawn, session.reading_env()});
  const RenderedConfigs cache(session.cache() / "compose");
  if (std::optional<Json> known = key ? cache.find(*key, session.tree(), compose) : std::nullopt) {
    session.log().append_aside("==> " + names + ": unchanged since compose read it\n");
    run.model = std::move(*known);
    return goes_on();
  }
  Outcome outcome = ask_compose(run);
  if (outcome && !*outcome && key) {
    cache.store(*key, session.tree(), compose, run.model);
  }
  return outcome;
}

} // namespace gate
