#include "app/publish.hpp"

#include "app/branch_tag.hpp"
#include "base/shell_word.hpp"

namespace gate {

namespace {

using Standing = PublicationReport::Standing;
using State = PublicationState;
using Clock = std::chrono::system_clock;

std::string where(const OutboxEntry& entry, const std::string& tag) { return entry.destination + ":" + tag; }

class Advance {
public:
  Advance(OutboxEntry entry, const TestedImage* tested, const PublishPorts& ports)
      : m_tested(tested), m_ports(ports), m_report{std::move(entry), Standing::over, {}, {}} {}

  PublicationReport run() {
    const auto done = entry().is_over() ? Result<void>() : entry().is_trigger() ? run_trigger() : run_image();
    if (!done) {
      hold_up(done.error());
    }
    return std::move(m_report);
  }

private:
  OutboxEntry& entry() { return m_report.entry; }
  void note(std::string text) { m_report.notes.push_back(std::move(text)); }
  void step(const std::string& what) { m_ports.progress.step("publish " + entry().rule, what); }

  // Written down; an interrupt is nobody's fault and no reason to keep.
  void hold_up(const Error& error) {
    m_report.standing = Standing::held_up;
    m_report.problem = error;
    if (error.kind == ErrorKind::interrupted) {
      return;
    }
    entry().reason = error.message;
    if (const auto written = m_ports.outbox.update(entry()); !written) {
      m_report.problem = written.error();
    }
  }

  Result<void> come_to(State state, std::string reason = {}) {
    entry().state = state;
    entry().reason = std::move(reason);
    entry().changed = Clock::now();
    m_report.standing = Standing::over;
    return m_ports.outbox.update(entry());
  }

  Result<void> wait_for_remote() {
    m_report.standing = Standing::waits;
    if (entry().reason.empty()) {
      return {};
    }
    entry().reason.clear();
    return m_ports.outbox.update(entry());
  }

  // -------------------------------------------------------------------------------------------------------- triggers

  Result<void> run_trigger() {
    if (!m_ports.ask_remote && entry().state == State::armed) {
      return wait_for_remote();
    }
    if (entry().state == State::unknown) {
      return could_not_run("Docker Hub's build for " + entry().commit.brief() +
                               " was about to be asked for when gate was stopped: whether it was is not known",
                           "look at the image's builds at Docker Hub; then: gate publish --again " + std::to_string(entry().id) +
                               "   or: gate publish --drop " + std::to_string(entry().id));
    }
    step("asking " + entry().remote + " for " + entry().branch.brief());
    const auto remote = remote_standing(entry(), m_ports.repository, m_ports.remotes);
    if (!remote) {
      return tl::unexpected(remote.error());
    }
    if (remote->has == RemoteStanding::Has::no) {
      return wait_for_remote();
    }
    if (remote->has == RemoteStanding::Has::cannot_tell) {
      return cannot_tell_of_remote();
    }
    if (m_tested == nullptr) {
      m_report.standing = Standing::needs_tests;
      return {};
    }
    return fire();
  }

  Result<void> fire() {
    const std::string variable = entry().destination.substr(k_trigger_prefix.size());
    const auto text = m_ports.variable(variable);
    if (!text || text->empty()) {
      return could_not_run("the variable " + variable + ", which holds the build trigger's URL, is not set",
                           "export " + variable + "=… && gate publish");
    }
    if (!m_ports.triggers.is_usable(*text)) {
      return could_not_run("the variable " + variable + " holds no URL of a Docker Hub build trigger",
                           "copy it from the image's build settings at Docker Hub");
    }
    step("asking Docker Hub for a build");
    // At most once: should this be the last thing that gate does, a person must look.
    if (auto written = come_to(State::unknown, "the request was about to be sent"); !written) {
      return written;
    }
    const auto answer = m_ports.triggers.fire(*text, entry().branch);
    switch (answer.outcome) {
    case TriggerAnswer::Outcome::accepted:
      note("Docker Hub accepted the request to build " + entry().branch.brief() + "; whether a build starts, only Docker Hub can tell");
      note("Docker Hub retires automated builds on 1 April 2027: publish the tested image itself, with \"to\"");
      return come_to(State::done, "accepted");
    case TriggerAnswer::Outcome::refused:
      if (auto written = come_to(State::armed, answer.reason); !written) {
        return written;
      }
      return could_not_run(answer.reason, "gate publish tries again");
    default:
      if (auto written = come_to(State::unknown, answer.reason); !written) {
        return written;
      }
      return could_not_run(answer.reason, "look at the image's builds at Docker Hub; then: gate publish --again " + std::to_string(entry().id) +
                                              "   or: gate publish --drop " + std::to_string(entry().id));
    }
  }

  Failure cannot_tell_of_remote() {
    return could_not_run("whether " + entry().branch.brief() + " of " + entry().remote + " has " + entry().commit.brief() +
                             " can't be told: its tip is not in this repository",
                         "git fetch " + shell_word(entry().remote) + " && gate publish");
  }

  // ---------------------------------------------------------------------------------------------------------- images

  Result<void> run_image() {
    if (entry().state == State::armed) {
      if (auto pushed = bring_to_registry(); !pushed || entry().state == State::armed) {
        return pushed;
      }
    }
    if (entry().state == State::pushed) {
      if (auto moved = bring_to_branch_tags(); !moved || entry().state == State::pushed) {
        return moved;
      }
    }
    return entry().state == State::tagged ? let_go() : Result<void>();
  }

  Result<RemoteRepository*> registry() {
    if (!m_registry) {
      auto opened = m_ports.registries.open(*ImageName::parse(entry().destination));
      if (!opened) {
        return tl::unexpected(opened.error());
      }
      m_registry = *std::move(opened);
    }
    return m_registry.get();
  }

  Result<void> bring_to_registry() {
    const bool may_have_been_killed = m_tested == nullptr && !entry().kept_name.empty(); // in a push
    if (m_tested == nullptr) {
      step("looking at " + entry().destination);
    }
    const auto registry_here = registry();
    if (!registry_here) {
      return tl::unexpected(registry_here.error());
    }
    auto found = (*registry_here)->find(entry().commit_tags.front());
    if (!found) {
      return tl::unexpected(found.error());
    }
    if (*found) {
      if (auto ours = accept(**found); !ours) {
        return ours;
      }
    } else {
      auto ready = have_image();
      if (!ready || !*ready) {
        return ready ? Result<void>() : tl::unexpected(ready.error());
      }
      if (auto pushed = push_image(**registry_here, *found); !pushed) {
        return pushed;
      }
    }
    for (std::size_t i = 1; i < entry().commit_tags.size(); ++i) {
      if (auto put = put_commit_tag(**registry_here, **found, entry().commit_tags[i]); !put) {
        return put;
      }
    }
    if (may_have_been_killed) {
      // As with let_go: an Engine that is away changes nothing about the publication.
      const auto cleared = m_ports.images.clear_after_push(entry().image_id, *ImageName::parse(entry().destination), entry().commit_tags.front());
      if (!cleared && cleared.error().kind == ErrorKind::interrupted) {
        return cleared;
      }
    }
    entry().digest = (*found)->digest.str();
    return come_to(State::pushed);
  }

  // The configuration's digest is the image's id (OCI image-spec, config.md). An Engine that keeps images as manifests knows
  // them by the manifest's digest.
  bool is_tested_image(const Manifest& manifest) {
    return !entry().image_id.empty() && (manifest.image_id == entry().image_id || manifest.digest.str() == entry().image_id);
  }

  // A tag that is there was published by somebody else, unless this publication has pushed it: then it must still be that.
  Result<void> accept(const Manifest& manifest) {
    const std::string tag = where(entry(), entry().commit_tags.front());
    if (is_tested_image(manifest)) {
      note(tag + " is there already: " + manifest.digest.str());
      return {};
    }
    if (entry().digest.empty()) {
      note(tag + " was published before, from elsewhere: " + manifest.digest.str());
      return {};
    }
    return not_the_tested_image(manifest);
  }

  Failure not_the_tested_image(const Manifest& manifest) {
    return could_not_run(where(entry(), entry().commit_tags.front()) + " shows another image than the one that was tested and pushed: " +
                             manifest.digest.str() + " instead of " + entry().digest,
                         "find out whose it is, and remove that tag in the registry; then: gate publish --again " + std::to_string(entry().id));
  }

  // Is there an image that may be pushed? Its name is kept until it has arrived.
  Result<bool> have_image() {
    if (m_tested != nullptr) {
      entry().image_id = m_tested->image_id;
      entry().kept_name.clear();
    }
    bool here = false;
    if (!entry().image_id.empty() && (m_tested != nullptr || !entry().kept_name.empty())) {
      const auto has = m_ports.images.has(entry().image_id);
      if (!has) {
        return has;
      }
      here = *has;
    }
    if (!here) {
      m_report.standing = Standing::needs_tests;
      return m_tested != nullptr
                 ? Result<bool>(could_not_run("the image that was tested is gone from the Engine", "gate publish tests and publishes again"))
                 : false;
    }
    if (!entry().kept_name.empty()) {
      return true;
    }
    entry().kept_name = std::string(k_kept_prefix) + m_ports.repository_id + ":" + std::to_string(entry().id);
    if (auto written = m_ports.outbox.update(entry()); !written) {
      return tl::unexpected(written.error());
    }
    const auto kept = m_ports.images.keep(entry().image_id, entry().kept_name);
    return kept ? Result<bool>(true) : tl::unexpected(kept.error());
  }

  Result<void> push_image(RemoteRepository& registry_here, std::optional<Manifest>& found) {
    const std::string& tag = entry().commit_tags.front();
    step("pushing " + where(entry(), tag));
    const auto said = m_ports.images.push(entry().image_id, *ImageName::parse(entry().destination), tag, registry_here.login(), m_ports.progress);
    if (!said) {
      return tl::unexpected(said.error());
    }
    // From here on the tag must show this, whatever happens next.
    entry().digest = said->str();
    if (auto written = m_ports.outbox.update(entry()); !written) {
      return written;
    }
    auto read = registry_here.find(tag);
    if (!read) {
      return tl::unexpected(read.error());
    }
    if (!*read) {
      return could_not_run(where(entry(), tag) + " was pushed as " + said->str() + ", but the registry shows nothing there",
                           "gate publish looks again");
    }
    if (!((*read)->digest == *said) || !is_tested_image(**read)) {
      return not_the_tested_image(**read);
    }
    note("pushed " + where(entry(), tag));
    note("digest " + said->str() + ", read back: the image that was tested");
    found = *std::move(read);
    return {};
  }

  Result<void> put_commit_tag(RemoteRepository& registry_here, const Manifest& manifest, const std::string& tag) {
    auto shown = registry_here.find(tag);
    if (!shown) {
      return tl::unexpected(shown.error());
    }
    if (*shown && (*shown)->digest == manifest.digest) {
      return {};
    }
    if (*shown) {
      return could_not_run(where(entry(), tag) + " shows another image, and a commit's tag is never moved",
                           "see what it is, and remove that tag in the registry: docker pull " + where(entry(), tag));
    }
    return put_and_read_back(registry_here, manifest, tag);
  }

  Result<void> put_and_read_back(RemoteRepository& registry_here, const Manifest& manifest, const std::string& tag) {
    if (auto put = registry_here.put(manifest, tag); !put) {
      return put;
    }
    const auto shown = registry_here.find(tag);
    if (!shown) {
      return tl::unexpected(shown.error());
    }
    if (!*shown || !((*shown)->digest == manifest.digest)) {
      return could_not_run(where(entry(), tag) + " was written, but the registry shows something else there", "gate publish looks again");
    }
    return {};
  }

  Result<void> bring_to_branch_tags() {
    if (entry().branch_tags.empty()) {
      return come_to(State::tagged);
    }
    if (!m_ports.ask_remote && !entry().branch_tags_at_once) {
      return wait_for_remote();
    }
    step("asking " + entry().remote + " for " + entry().branch.brief());
    const auto remote = remote_standing(entry(), m_ports.repository, m_ports.remotes);
    if (!remote && !entry().branch_tags_at_once) {
      return tl::unexpected(remote.error());
    }
    const auto has = remote ? remote->has : RemoteStanding::Has::cannot_tell;
    if (!entry().branch_tags_at_once && has == RemoteStanding::Has::no) {
      return wait_for_remote();
    }
    if (!entry().branch_tags_at_once && has == RemoteStanding::Has::cannot_tell) {
      return cannot_tell_of_remote();
    }
    const auto registry_here = registry();
    if (!registry_here) {
      return tl::unexpected(registry_here.error());
    }
    const auto own = own_manifest(**registry_here);
    if (!own) {
      return tl::unexpected(own.error());
    }
    std::string left;
    for (const auto& tag : entry().branch_tags) {
      if (auto moved = move_tag(**registry_here, *own, tag, remote.value_or(RemoteStanding{}), left); !moved) {
        return moved;
      }
    }
    return come_to(State::tagged, left);
  }

  Result<Manifest> own_manifest(RemoteRepository& registry_here) {
    const std::string& tag = entry().commit_tags.front();
    auto own = registry_here.find(tag);
    if (!own) {
      return tl::unexpected(own.error());
    }
    if (!*own || (*own)->digest.str() != entry().digest) {
      return could_not_run(where(entry(), tag) + " no longer shows " + entry().digest + " in the registry",
                           "find out who changed it; once that tag is removed in the registry, this publishes it anew: gate publish --again " +
                               std::to_string(entry().id));
    }
    return **own;
  }

  // `left` says which tag was left where it is, and why.
  Result<void> move_tag(RemoteRepository& registry_here, const Manifest& own, const std::string& tag, const RemoteStanding& remote,
                        std::string& left) {
    step("moving the tag " + tag);
    const auto shown = registry_here.find(tag);
    if (!shown) {
      return tl::unexpected(shown.error());
    }
    if (*shown && (*shown)->digest == own.digest) {
      note("the tag " + tag + " shows it");
      return {};
    }
    if (*shown) {
      const auto obstacle = obstacle_to_moving(entry(), **shown, remote, m_ports.repository, registry_here);
      if (!obstacle) {
        return tl::unexpected(obstacle.error());
      }
      if (*obstacle && !(*obstacle)->is_newer) {
        return could_not_run("the tag " + tag + " was not moved: " + (*obstacle)->reason, (*obstacle)->remedy);
      }
      if (*obstacle) {
        left += (left.empty() ? "the tag " : "; the tag ") + tag + " was left: " + (*obstacle)->reason;
        note("the tag " + tag + " was left where it is: " + (*obstacle)->reason);
        return {};
      }
    }
    if (auto put = put_and_read_back(registry_here, own, tag); !put) {
      return put;
    }
    note("the tag " + tag + " moved to it");
    return {};
  }

  Result<void> let_go() {
    if (!entry().kept_name.empty()) {
      // An Engine that is away keeps the image a little longer; the publication is whole all the same.
      if (const auto released = m_ports.images.release(entry().kept_name); !released && released.error().kind == ErrorKind::interrupted) {
        return released;
      }
      entry().kept_name.clear();
    }
    return come_to(State::done, entry().reason);
  }

  const TestedImage* m_tested;
  const PublishPorts& m_ports;
  std::unique_ptr<RemoteRepository> m_registry;
  PublicationReport m_report;
};

} // namespace

PublicationReport advance(OutboxEntry entry, const TestedImage* tested, const PublishPorts& ports) {
  return Advance(std::move(entry), tested, ports).run();
}

void give_up(OutboxEntry& entry, const std::string& reason) {
  entry.state = State::failed;
  entry.reason = reason;
  entry.changed = Clock::now();
}

} // namespace gate
