// armed → pushed: the image comes to the registry, under its commit's tags.
#include <algorithm>

#include "app/publish_run.hpp"

namespace gate {

namespace {

using Standing = PublicationReport::Standing;
using State = PublicationState;

class ImageStep {
public:
  explicit ImageStep(PublicationRun& run)
      : m_run(run), m_may_have_sent(run.tested == nullptr && !run.entry().image_id.empty()),
        m_may_have_named(m_may_have_sent && !run.entry().kept_name.empty()), m_image_before(run.entry().image_id) {}

  Result<void> bring() {
    if (m_run.tested == nullptr) {
      m_run.step("looking at " + m_run.entry().destination);
    }
    const auto registry = m_run.registry();
    if (!registry) {
      return tl::unexpected(registry.error());
    }
    m_registry = *registry;
    auto found = m_registry->find(m_run.first_tag());
    if (found && *found) {
      const auto is_to_pass = must_pass_first(**found);
      if (!is_to_pass || *is_to_pass) {
        m_run.report.standing = Standing::needs_tests;
        return is_to_pass ? Result<void>() : tl::unexpected(is_to_pass.error());
      }
      if (auto ours = accept(**found); !ours) {
        return ours;
      }
    } else if (found) {
      found = send();
    }
    if (!found || !*found) {
      return found ? Result<void>() : tl::unexpected(found.error());
    }
    for (std::size_t i = 1; i < m_run.entry().commit_tags.size(); ++i) {
      if (auto put = put_commit_tag(**found, m_run.entry().commit_tags[i]); !put) {
        return put;
      }
    }
    if (auto cleared = clear_after_push(); !cleared) {
      return cleared;
    }
    m_run.entry().digest = (*found)->digest.str();
    return m_run.come_to(State::pushed);
  }

private:
  // As with the kept image: an Engine that is away changes nothing about the publication.
  Result<void> clear_after_push() {
    if (!m_may_have_named) {
      return {};
    }
    auto cleared = m_run.ports.images.clear_after_push(m_image_before, m_run.image_name(), m_run.first_tag());
    return !cleared && cleared.error().kind == ErrorKind::interrupted ? cleared : Result<void>();
  }

  // What went out from here for another branch can be attested for this one, too, once its tests have passed with that image. They have, as a rule:
  // they are found, not run. Where the Engine no longer has the image, they would make another one.
  Result<bool> must_pass_first(const Manifest& manifest) {
    const OutboxEntry& entry = m_run.entry();
    const bool may_attest = m_run.ports.envelopes != nullptr && entry.tree && entry.platforms.empty() && entry.promoted_from.empty();
    if (!may_attest || m_run.tested != nullptr || m_may_have_sent) {
      return false;
    }
    const auto all = m_run.ports.outbox.entries();
    if (!all) {
      return tl::unexpected(all.error());
    }
    const auto sent = std::find_if(all->begin(), all->end(), [&](const OutboxEntry& other) { return has_sent_it(other, manifest); });
    // A key that can't be used is said where it is used.
    const auto key = sent == all->end() ? Result<std::optional<PublicKey>>(std::nullopt) : m_run.ports.envelopes->own_key();
    if (key && !*key) {
      return false;
    }
    const auto has = m_run.ports.images.has(sent->image_id);
    return has || has.error().kind == ErrorKind::interrupted ? has : Result<bool>(false);
  }

  bool has_sent_it(const OutboxEntry& other, const Manifest& manifest) {
    const OutboxEntry& entry = m_run.entry();
    const bool is_of_the_same = other.destination == entry.destination && other.tree == entry.tree && other.suite == entry.suite && other.service == entry.service;
    return other.id != entry.id && is_of_the_same && other.digest == manifest.digest.str() && !other.image_id.empty() && other.platforms.empty() &&
           other.promoted_from.empty();
  }

  // A tag that is there was published by somebody else, unless this publication has sent it: then it must still be that. Or it is the
  // very image that has just passed, whoever sent it.
  Result<void> accept(const Manifest& manifest) {
    OutboxEntry& entry = m_run.entry();
    const std::string tag = m_run.where(m_run.first_tag());
    const bool is_known = manifest.digest.str() == entry.digest;
    const bool is_same = is_known || m_run.is_own_image(manifest);
    if (!is_same && !entry.digest.empty()) {
      return not_the_tested_image(manifest);
    }
    // Of an index nobody can tell from which build it is: whoever was cut off in sending one takes it for that.
    const bool has_passed = m_run.tested != nullptr && entry.platforms.empty() && PublicationRun::is_image(manifest, m_run.tested->image_id);
    const bool is_own = is_known || has_passed || (m_may_have_sent && (is_same || !entry.platforms.empty()));
    if (!is_own) {
      entry.image_id.clear();
    } else if (has_passed) {
      entry.image_id = m_run.tested->image_id;
    }
    m_run.note(tag + (is_same || is_own ? " is there already: " : " was published before, from elsewhere: ") + manifest.digest.str());
    return {};
  }

  Failure not_the_tested_image(const Manifest& manifest) {
    return could_not_run(m_run.where(m_run.first_tag()) + " shows another image than the one that was tested and pushed: " + manifest.digest.str() +
                             " instead of " + m_run.entry().digest,
                         "find out whose it is, and remove that tag in the registry; then: gate publish --again " + std::to_string(m_run.entry().id));
  }

  // Nothing: it is to be tested first, or that is what it says.
  Result<std::optional<Manifest>> send() {
    const auto source = find_to_promote(m_run);
    if (!source) {
      return source;
    }
    if (*source) {
      auto promoted = under_claim([&] { return promote(**source); });
      if (!promoted || *promoted) {
        return promoted;
      }
    }
    const auto ready = have_image();
    if (!ready || !*ready) {
      return ready ? Result<std::optional<Manifest>>(std::nullopt) : tl::unexpected(ready.error());
    }
    return under_claim([&] { return push_image(); });
  }

  // Nobody else sends anything meanwhile; who did so just before is found.
  template <typename Put> Result<std::optional<Manifest>> under_claim(Put put) {
    if (auto claimed = m_run.claim.ensure(); !claimed) {
      return tl::unexpected(claimed.error());
    }
    auto found = m_registry->find(m_run.first_tag());
    if (!found || !*found) {
      return found ? put() : found;
    }
    const auto ours = accept(**found);
    return ours ? found : tl::unexpected(ours.error());
  }

  // Nothing: the registry does not do that, and it goes the usual way.
  Result<std::optional<Manifest>> promote(const Manifest& source) {
    OutboxEntry& entry = m_run.entry();
    m_run.step("promoting " + source.digest.str() + " from " + entry.promoted_from);
    if (entry.promoted_from != entry.destination) {
      const auto taken = m_registry->take_over(source, *ImageName::parse(entry.promoted_from));
      if (!taken) {
        return tl::unexpected(taken.error());
      }
      if (!*taken) {
        m_run.note("the registry takes nothing over from " + entry.promoted_from + ": it goes there as it is tested");
        return std::nullopt;
      }
    }
    // Should this be cut off, it is known again by that.
    entry.image_id = source.image_id.empty() ? source.digest.str() : source.image_id;
    if (auto written = m_run.write(); !written) {
      return tl::unexpected(written.error());
    }
    if (auto put = m_run.put_and_read_back(source, m_run.first_tag()); !put) {
      return tl::unexpected(put.error());
    }
    m_run.has_sent = true;
    m_run.note("promoted " + source.digest.str() + " from " + entry.promoted_from + " to " + m_run.where(m_run.first_tag()));
    return source;
  }

  // Is there an image that may be pushed?
  Result<bool> have_image() {
    const OutboxEntry& entry = m_run.entry();
    const bool is_tested = m_run.tested != nullptr;
    const std::string& id = is_tested ? m_run.tested->image_id : entry.image_id;
    auto here = !id.empty() && (is_tested || !entry.kept_name.empty()) ? m_run.ports.images.has(id) : Result<bool>(false);
    if (!here || *here) {
      return here;
    }
    m_run.report.standing = Standing::needs_tests;
    return is_tested ? Result<bool>(could_not_run("the image that was tested is gone from the Engine", "gate publish tests and publishes again")) : false;
  }

  // Written down only once nobody else can send anything: it tells a run to come that what it finds may be its own. Its name is kept until the
  // image has arrived.
  Result<void> keep_image() {
    OutboxEntry& entry = m_run.entry();
    if (m_run.tested != nullptr) {
      entry.image_id = m_run.tested->image_id;
      entry.kept_name.clear();
    }
    if (!entry.kept_name.empty()) {
      return {};
    }
    entry.kept_name = std::string(k_kept_prefix) + m_run.ports.repository_id + ":" + std::to_string(entry.id);
    const auto written = m_run.write();
    return written ? m_run.ports.images.keep(entry.image_id, entry.kept_name) : written;
  }

  Result<Digest> send_image() {
    const OutboxEntry& entry = m_run.entry();
    ClaimKeeper progress(m_run.ports.progress, m_run.claim);
    if (!entry.platforms.empty()) {
      return m_run.ports.platforms.push(entry, m_registry->login(), progress);
    }
    const auto push = [&] { return m_run.ports.images.push(entry.image_id, m_run.image_name(), m_run.first_tag(), m_registry->login(), progress); };
    auto said = push();
    if (!said && said.error().login_is_old) {
      m_run.step("getting a new login for " + m_run.image_name().registry);
      if (auto renewed = m_registry->renew_login(); !renewed) {
        return tl::unexpected(renewed.error());
      }
      said = push();
    }
    return said ? Result<Digest>(*said) : tl::unexpected(said.error().error);
  }

  Result<std::optional<Manifest>> push_image() {
    OutboxEntry& entry = m_run.entry();
    if (auto kept = keep_image(); !kept) {
      return tl::unexpected(kept.error());
    }
    const std::string tag = m_run.where(m_run.first_tag());
    m_run.step((entry.platforms.empty() ? "pushing " : "building and pushing ") + tag);
    if (m_run.ports.ask_remote && !entry.branch_tags.empty() && !entry.branch_tags_at_once) {
      m_run.ports.remotes.expect(entry.remote, entry.branch);
    }
    const auto said = send_image();
    if (!said) {
      return tl::unexpected(said.error());
    }
    m_run.has_sent = true;
    // From here on the tag must show this, whatever happens next.
    entry.digest = said->str();
    if (auto written = m_run.write(); !written) {
      return tl::unexpected(written.error());
    }
    auto read = m_registry->find(m_run.first_tag());
    if (!read) {
      return read;
    }
    if (!*read) {
      return could_not_run(tag + " was pushed as " + said->str() + ", but the registry shows nothing there", "gate publish looks again");
    }
    if (!((*read)->digest == *said) || (entry.platforms.empty() && !m_run.is_own_image(**read))) {
      return not_the_tested_image(**read);
    }
    m_run.note("pushed " + tag);
    m_run.note("digest " + said->str() + ", read back: " + (entry.platforms.empty() ? "the image that was tested" : "the build for " + platforms()));
    return read;
  }

  std::string platforms() {
    std::string all;
    for (const auto& platform : m_run.entry().platforms) {
      all += (all.empty() ? "" : ", ") + platform;
    }
    return all;
  }

  Result<void> put_commit_tag(const Manifest& manifest, const std::string& tag) {
    const auto there = shows(manifest, tag);
    if (!there || *there) {
      return there ? Result<void>() : tl::unexpected(there.error());
    }
    if (!m_run.claim.is_held() && !m_run.claim.is_refused()) {
      // Somebody else may be just at it.
      const auto claimed = m_run.claim.ensure();
      const auto now = claimed ? shows(manifest, tag) : tl::unexpected(claimed.error());
      if (!now || *now) {
        return now ? Result<void>() : tl::unexpected(now.error());
      }
    }
    return m_run.put_and_read_back(manifest, tag);
  }

  // False: there is no such tag.
  Result<bool> shows(const Manifest& manifest, const std::string& tag) {
    const auto shown = m_registry->find(tag);
    if (!shown) {
      return tl::unexpected(shown.error());
    }
    if (*shown && !((*shown)->digest == manifest.digest)) {
      return could_not_run(m_run.where(tag) + " shows another image, and a commit's tag is never moved",
                           "see what it is, and remove that tag in the registry: docker pull " + m_run.where(tag));
    }
    return shown->has_value();
  }

  PublicationRun& m_run;
  const bool m_may_have_sent; ///< before this run: it may have been killed in sending it
  const bool m_may_have_named;
  const std::string m_image_before;
  RemoteRepository* m_registry = nullptr;
};

} // namespace

Result<void> bring_to_registry(PublicationRun& run) { return ImageStep(run).bring(); }

} // namespace gate
