// Docker Hub's automated builds.
#include "app/publish_run.hpp"

namespace gate {

namespace {

using Standing = PublicationReport::Standing;
using State = PublicationState;

std::string look_at_docker_hub(const OutboxEntry& entry) {
  const std::string id = std::to_string(entry.id);
  return "look at the image's builds at Docker Hub; then: gate publish --again " + id + "   or: gate publish --drop " + id;
}

Result<void> fire(PublicationRun& run) {
  OutboxEntry& entry = run.entry();
  const std::string variable = entry.destination.substr(k_trigger_prefix.size());
  const auto text = run.ports.variable(variable);
  if (!text || text->empty()) {
    return could_not_run("the variable " + variable + ", which holds the build trigger's URL, is not set", "export " + variable + "=… && gate publish");
  }
  if (!run.ports.triggers.is_usable(*text)) {
    return could_not_run("the variable " + variable + " holds no URL of a Docker Hub build trigger",
                         "copy it from the image's build settings at Docker Hub");
  }
  run.step("asking Docker Hub for a build");
  // At most once: should this be the last thing that gate does, a person must look.
  if (auto written = run.come_to(State::unknown, "the request was about to be sent"); !written) {
    return written;
  }
  const auto answer = run.ports.triggers.fire(*text, entry.branch);
  if (answer.outcome == TriggerAnswer::Outcome::accepted) {
    run.note("Docker Hub accepted the request to build " + entry.branch.brief() + "; whether a build starts, only Docker Hub can tell");
    run.note("Docker Hub retires automated builds on 1 April 2027: publish the tested image itself, with \"to\"");
    return run.come_to(State::done, "accepted");
  }
  const bool is_refused = answer.outcome == TriggerAnswer::Outcome::refused;
  if (auto written = run.come_to(is_refused ? State::armed : State::unknown, answer.reason); !written) {
    return written;
  }
  return could_not_run(answer.reason, is_refused ? "gate publish tries again" : look_at_docker_hub(entry));
}

} // namespace

Result<void> run_trigger(PublicationRun& run) {
  const OutboxEntry& entry = run.entry();
  if (!run.ports.ask_remote && entry.state == State::armed) {
    return run.wait_for_remote();
  }
  if (entry.state == State::unknown) {
    return could_not_run("Docker Hub's build for " + entry.commit.brief() + " was about to be asked for when gate was stopped: whether it was is not known",
                         look_at_docker_hub(entry));
  }
  const auto remote = run.remote();
  if (!remote) {
    return tl::unexpected(remote.error());
  }
  if (remote->has == RemoteStanding::Has::no) {
    return run.wait_for_remote();
  }
  if (remote->has == RemoteStanding::Has::cannot_tell) {
    return run.cannot_tell_of_remote();
  }
  if (run.tested == nullptr) {
    run.report.standing = Standing::needs_tests;
    return {};
  }
  return fire(run);
}

} // namespace gate
