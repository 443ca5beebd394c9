#include "app/publish.hpp"

#include <algorithm>

#include "app/publish_run.hpp"
#include "base/shell_word.hpp"

namespace gate {

namespace {

using Standing = PublicationReport::Standing;
using State = PublicationState;
using Clock = std::chrono::system_clock;

Result<void> run_image(PublicationRun& run) {
  const OutboxEntry& entry = run.entry();
  if (entry.state == State::unknown) {
    return webhook_is_unknown(entry, "the webhook for " + entry.commit.brief() + " was about to be called when gate was stopped: whether it was is not known");
  }
  if (entry.state == State::armed) {
    if (auto pushed = bring_to_registry(run); !pushed || entry.state == State::armed) {
      return pushed;
    }
    if (auto attested = attest(run); !attested) {
      return attested;
    }
  }
  if (entry.state == State::pushed) {
    if (auto moved = bring_to_branch_tags(run); !moved || entry.state == State::pushed) {
      return moved;
    }
  }
  return entry.state == State::tagged ? finish(run) : Result<void>();
}

Error fixed_commit_tag(const OutboxEntry& entry, const std::string& tag) {
  const std::string where = entry.destination + ":" + tag;
  return {ErrorKind::could_not_run, where + " shows another image, and a commit's tag is never moved",
          "see what it is, and remove that tag in the registry: docker pull " + where};
}

RepositoryTerms terms_of(const OutboxEntry& entry) {
  return {entry.may_create, entry.moving_tags.empty() ? entry.branch_tags : entry.moving_tags};
}

// A tag that stands in the way already, or will.
std::optional<Error> obstacle_ahead(const OutboxEntry& entry, RemoteRepository& registry) {
  for (const auto& tag : entry.branch_tags) {
    const auto shown = registry.find(tag);
    if (!shown) {
      return shown.error();
    }
    // One that has the same name each time is moved sooner or later; one of a version need not be.
    const bool stays = std::find(entry.moving_tags.begin(), entry.moving_tags.end(), tag) != entry.moving_tags.end();
    if (auto fixed = *shown || stays ? registry.why_fixed(tag) : std::nullopt) {
      return fixed;
    }
  }
  // What is promoted may be what they show.
  for (std::size_t i = 1; i < entry.commit_tags.size() && entry.promoted_from.empty(); ++i) {
    const auto& tag = entry.commit_tags[i];
    const auto shown = registry.find(tag);
    if (!shown) {
      return shown.error();
    }
    if (*shown) {
      return registry.why_fixed(tag).value_or(fixed_commit_tag(entry, tag));
    }
  }
  return std::nullopt;
}

} // namespace

Result<void> PublicationRun::come_to(State state, std::string reason) {
  entry().state = state;
  entry().reason = std::move(reason);
  entry().changed = ports.now();
  report.standing = Standing::over;
  return write();
}

void PublicationRun::hold_up(const Error& error) {
  report.standing = Standing::held_up;
  report.problem = error;
  if (error.kind == ErrorKind::interrupted) {
    return;
  }
  // What was left behind stays worth knowing.
  const std::string left = left_in(entry());
  entry().reason = error.message + (left.empty() ? "" : "; " + left);
  if (const auto written = write(); !written) {
    report.problem = written.error();
  }
}

Result<void> PublicationRun::wait_for_remote() {
  report.standing = Standing::waits;
  const std::string left = left_in(entry());
  if (entry().reason == left) {
    return {};
  }
  entry().reason = left;
  return write();
}

Failure PublicationRun::cannot_tell_of_remote() {
  return could_not_run("whether " + entry().branch.brief() + " of " + entry().remote + " has " + entry().commit.brief() +
                           " can't be told: its tip is not in this repository",
                       "git fetch " + shell_word(entry().remote) + " && gate publish");
}

Result<RemoteRepository*> PublicationRun::registry() {
  if (!m_registry) {
    auto opened = ports.registries.open(image_name(), terms_of(entry()));
    if (!opened) {
      return tl::unexpected(opened.error());
    }
    m_registry = *std::move(opened);
  }
  return m_registry.get();
}

Result<RemoteStanding> PublicationRun::remote() {
  if (!m_remote || m_asked_at != claim.times_taken()) {
    step("asking " + entry().remote + " for " + entry().branch.brief());
    auto standing = remote_standing(entry(), ports.repository, ports.remotes);
    if (!standing) {
      return standing;
    }
    m_remote = *std::move(standing);
    m_asked_at = claim.times_taken();
  }
  return *m_remote;
}

Result<RemoteStanding> PublicationRun::standing() {
  using Has = RemoteStanding::Has;
  auto has = remote();
  if (entry().branch_tags_at_once) {
    return has || has.error().kind == ErrorKind::interrupted ? has : RemoteStanding{Has::cannot_tell, std::nullopt};
  }
  if (has && has->has != Has::yes) {
    return could_not_run(entry().branch.brief() + " of " + entry().remote + " no longer has " + entry().commit.brief(), "gate publish looks again");
  }
  return has;
}

PublishedRecord PublicationRun::record_of(const std::vector<std::string>& tags) {
  const auto now = std::chrono::floor<std::chrono::seconds>(ports.now());
  return {entry().destination, entry().rule, entry().branch, entry().commit, entry().tree, entry().digest, tags, "", now};
}

DestinationClaim::Recorded PublicationRun::record(const std::vector<std::string>& tags, PublicationLedger::Then then) {
  has_sent = false;
  if (claim.is_refused()) {
    note("nothing is written into the ledger: " + entry().remote + " takes none (" + claim.why_refused() + ")");
  }
  if (!claim.is_held()) {
    return DestinationClaim::Recorded::yes;
  }
  const auto written = claim.record(record_of(tags), then);
  if (!written) {
    note("it was not written into the ledger of " + entry().remote + ": " + written.error().message);
  }
  return written.value_or(DestinationClaim::Recorded::yes);
}

Result<void> PublicationRun::put_and_read_back(const Manifest& manifest, const std::string& tag) {
  const auto there = registry();
  if (!there) {
    return tl::unexpected(there.error());
  }
  if (auto put = (*there)->put(manifest, tag); !put) {
    return put;
  }
  const auto shown = (*there)->find(tag);
  if (!shown) {
    return tl::unexpected(shown.error());
  }
  if (!*shown || !((*shown)->digest == manifest.digest)) {
    return could_not_run(where(tag) + " was written, but the registry shows something else there", "gate publish looks again");
  }
  return {};
}

PublicationReport advance(OutboxEntry entry, const TestedImage* tested, const PublishPorts& ports) {
  PublicationRun run(std::move(entry), tested, ports);
  const auto done = run.entry().is_over() ? Result<void>() : run.entry().is_trigger() ? run_trigger(run) : run_image(run);
  if (!done) {
    run.hold_up(done.error());
  }
  // Its branch tags may have to wait for long; everybody may know by now what is there.
  if (run.has_sent && run.entry().state == State::pushed && (done || done.error().kind != ErrorKind::interrupted)) {
    run.record(run.entry().commit_tags, PublicationLedger::Then::end);
  }
  run.claim.end();
  return std::move(run.report);
}

std::optional<Error> look_ahead(const OutboxEntry& entry, Registries& registries) {
  if (entry.is_trigger() || entry.state != State::armed) {
    return std::nullopt;
  }
  const auto registry = registries.open(*ImageName::parse(entry.destination), terms_of(entry));
  if (!registry) {
    return registry.error();
  }
  const auto found = (*registry)->find(entry.commit_tags.front());
  if (!found) {
    return found.error();
  }
  return *found ? std::nullopt : obstacle_ahead(entry, **registry);
}

void give_up(OutboxEntry& entry, const std::string& reason) {
  entry.state = State::failed;
  entry.reason = reason;
  entry.changed = Clock::now();
}

} // namespace gate
