#include <algorithm>

#include "base/near_miss.hpp"
#include "engine/compose_document.hpp"
#include "engine/compose_run.hpp"
#include "engine/compose_stack.hpp"
#include "engine/hazards.hpp"
#include "engine/rewrite.hpp"
#include "engine/service_wait.hpp"

namespace gate {

namespace {

std::vector<std::string> names_of(const Json& map) {
  std::vector<std::string> names;
  for (const auto& [name, ignored] : map_of(map).items()) {
    names.push_back(name);
  }
  return names;
}

Outcome without_service(const ComposeRun& run, const std::string& service, const std::string& sentence, const std::vector<std::string>& there) {
  const std::optional<std::string> near = near_miss(service, there);
  return ends_in(failed_run(run.shown_files() + sentence, near ? "did you mean \"" + *near + "\"?" : ""));
}

// Which services to start, and whether they are there at all.
Outcome choose(ComposeRun& run) {
  const std::string& service = run.source.service;
  if (!run.service(service).is_object()) {
    return without_service(run, service, " has no service \"" + service + "\"", names_of(member(run.model, "services")));
  }
  run.services = services_to_start(run.model, run.source);
  for (const ServiceNeed& need : run.session.suite().needs) {
    if (!std::binary_search(run.services.begin(), run.services.end(), need.service)) {
      return without_service(run, need.service, ": the suite needs service \"" + need.service + "\", which is not among those that it starts", run.services);
    }
  }
  for (const std::string& kept : run.session.keep_services()) {
    if (!std::binary_search(run.services.begin(), run.services.end(), kept)) {
      return could_not_run("service \"" + kept + "\" is to be published, but the suite \"" + run.session.suite().name + "\" does not start it",
                           "give the suite all = true, have \"" + service + "\" depend on it, or take it out of the images of [publish]");
    }
  }
  return goes_on();
}

/// `by_compose`: why the API is not enough; empty if it is.
Outcome judge(const ComposeRun& run, std::string& by_compose) {
  const SuiteSession& session = run.session;
  const Judged judged = hazards(run.model, run.services, session.tree(), session.suite().allow);
  std::vector<std::string> sentences;
  for (const Hazard& hazard : judged.refused) {
    sentences.push_back(hazard.sentence);
  }
  if (sentences.empty() && !session.api().endpoint().is_local()) {
    sentences = binds_of_this_machine(run.model, run.services);
  }
  if (sentences.empty() && session.suite().network == SuiteNetwork::none) {
    sentences = ways_out(run.model, run.services);
  }
  if (!judged.let_through.empty()) {
    by_compose = "the policy allows " + judged.let_through.front();
  }
  return sentences.empty() ? goes_on() : ends_in(refused_run(sentences));
}

Outcome build(ComposeRun& run) {
  std::vector<BuildStep> steps;
  for (const std::string& name : run.services) {
    if (std::optional<BuildStep> step = build_step(name, run.service(name), run.session.tree())) {
      steps.push_back(std::move(*step));
    }
  }
  return build_images(run.session, steps, run.built);
}

// By docker and not by `up`: a registry that does not answer is told apart from services that do not start.
Outcome pull(ComposeRun& run) {
  for (const std::string& name : run.services) {
    const std::string image = without_escapes(text_of(member(run.service(name), "image")));
    if (run.built.count(name) != 0 || image.empty()) {
      continue;
    }
    if (image.front() == '-') {
      return ends_in(failed_run("service \"" + name + "\" has no image name but " + image));
    }
    const Result<tl::expected<std::string, SuiteRun>> id = pulled_image(run.session, image, text_of(member(run.service(name), "platform")));
    if (!id || !*id) {
      return id ? ends_in(id->error()) : Outcome(Failure(id.error()));
    }
    run.pulled[name] = **id;
  }
  return goes_on();
}

Outcome start(ComposeRun& run, std::string by_compose) {
  tl::expected<Stack, std::string> stack = tl::unexpected<std::string>("");
  if (by_compose.empty()) {
    stack = plan_stack(run);
    by_compose = stack ? "" : "gate itself does not know all of " + stack.error();
  }
  std::optional<StackGround> ground;
  if (stack) {
    ground.emplace(run.session, *stack);
  } else {
    run.session.log().append_aside("==> compose starts the services: " + by_compose + "\n");
  }
  for (Outcome (*const step)(ComposeRun&) : {build, pull}) {
    if (Outcome outcome = step(run); !outcome || *outcome) {
      return outcome;
    }
  }
  return stack ? start_by_api(run, *stack, *ground) : start_by_compose(run);
}

Outcome prepare(ComposeRun& run) {
  for (Outcome (*const step)(ComposeRun&) : {render, choose}) {
    if (Outcome outcome = step(run); !outcome || *outcome) {
      return outcome;
    }
  }
  std::string by_compose;
  if (Outcome outcome = judge(run, by_compose); !outcome || *outcome) {
    return outcome;
  }
  Result<Json> caches = run.session.suite().caches.empty() ? Result<Json>(Json::array()) : cache_mounts(run.session);
  if (!caches) {
    return Failure(caches.error());
  }
  run.caches = std::move(*caches);
  Outcome started = start(run, std::move(by_compose));
  return started && !*started ? wait_for_needs(run) : started;
}

} // namespace

SuiteRun refused_run(const std::vector<std::string>& sentences) {
  SuiteRun run;
  run.outcome = SuiteRun::Outcome::refused;
  for (const std::string& sentence : sentences) {
    run.reason += (run.reason.empty() ? "" : "\n") + sentence;
  }
  run.remedy = "a suite has no power over the machine that runs it: keep in the compose file what tests "
               "need, and move "
               "the rest to docker-compose.override.yml, which gate does not read";
  return run;
}

Result<SuiteRun> run_compose_suite(SuiteSession& session, const ComposeSource& source) {
  ComposeRun run{session, source};
  Outcome prepared = prepare(run);
  if (!prepared) {
    return Failure(prepared.error());
  }
  return *prepared ? Result<SuiteRun>(std::move(**prepared)) : test_in(run);
}

} // namespace gate
