// pushed → tagged: the branch's tags move to the image, forward only.
#include "app/publish_run.hpp"

namespace gate {

namespace {

using State = PublicationState;
using Has = RemoteStanding::Has;
using Then = PublicationLedger::Then;

class BranchTags {
public:
  explicit BranchTags(PublicationRun& run) : m_run(run) {}

  Result<void> bring() {
    const OutboxEntry& entry = m_run.entry();
    if (!entry.branch_tags.empty() && !may_move()) {
      return m_end;
    }
    // Where there is something to write down, nobody else may be at it from here on.
    const auto claimed = m_run.is_own() ? m_run.claim.ensure() : Result<void>();
    if (!claimed) {
      return claimed;
    }
    m_shown = entry.commit_tags;
    if (auto moved = entry.branch_tags.empty() ? Result<void>() : move_all(); !moved) {
      return moved;
    }
    const bool is_followed = !entry.webhook.empty();
    if ((m_run.is_own() || m_has_moved) && m_run.record(m_shown, is_followed ? Then::keep : Then::end) == DestinationClaim::Recorded::lost) {
      return could_not_run("this took so long that somebody else publishes to " + entry.destination + " by now", "gate publish looks again");
    }
    return m_run.come_to(State::tagged, m_left);
  }

private:
  // False: `m_end` says what comes of it.
  bool may_move() {
    const OutboxEntry& entry = m_run.entry();
    if (entry.branch_tags_at_once) {
      return true;
    }
    if (!m_run.ports.ask_remote) {
      m_end = m_run.wait_for_remote();
      return false;
    }
    const auto remote = m_run.remote();
    if (remote && remote->has == Has::yes) {
      return true;
    }
    if (!remote) {
      m_end = tl::unexpected(remote.error());
    } else {
      m_end = remote->has == Has::no ? m_run.wait_for_remote() : Result<void>(m_run.cannot_tell_of_remote());
    }
    return false;
  }

  Result<void> move_all() {
    const auto registry = m_run.registry();
    if (!registry) {
      return tl::unexpected(registry.error());
    }
    m_registry = *registry;
    const auto own = own_manifest();
    if (!own) {
      return tl::unexpected(own.error());
    }
    for (const auto& tag : m_run.entry().branch_tags) {
      if (auto moved = move_tag(*own, tag); !moved) {
        return moved;
      }
    }
    return {};
  }

  Result<Manifest> own_manifest() {
    auto own = m_registry->find(m_run.first_tag());
    if (!own) {
      return tl::unexpected(own.error());
    }
    if (!*own || (*own)->digest.str() != m_run.entry().digest) {
      return could_not_run(m_run.where(m_run.first_tag()) + " no longer shows " + m_run.entry().digest + " in the registry",
                           "find out who changed it; once that tag is removed in the registry, this publishes it anew: gate publish --again " +
                               std::to_string(m_run.entry().id));
    }
    return **own;
  }

  // A registry moves a tag for whoever asks last. So it is looked at and moved under one claim; where that might run out in between, or has,
  // it is taken anew and all is looked at again.
  Result<void> move_tag(const Manifest& own, const std::string& tag) {
    constexpr int k_most_tries = 5;
    m_run.step("moving the tag " + tag);
    for (int tries = 0; tries < k_most_tries; ++tries) {
      const auto shown = m_registry->find(tag);
      if (!shown) {
        return tl::unexpected(shown.error());
      }
      if (*shown && (*shown)->digest == own.digest) {
        return it_shows(own, tag);
      }
      if (m_run.claim.is_refused()) {
        leave(tag, m_run.entry().remote + std::string(k_no_claim) + ", without which a newer image might be overwritten (" +
                       m_run.claim.why_refused() + ")" + m_run.again_once_it_does());
        return {};
      }
      const auto last = may_move_now(tag, *shown);
      if (!last || *last == Next::leave) {
        return last ? Result<void>() : tl::unexpected(last.error());
      }
      if (*last == Next::look_again) {
        continue;
      }
      if (auto put = m_run.put_and_read_back(own, tag); !put) {
        return put;
      }
      m_has_moved = true;
      if (m_run.claim.lasts(std::chrono::seconds(0))) {
        m_run.note("the tag " + tag + " moved to it");
        m_shown.push_back(tag);
        return {};
      }
    }
    return could_not_run("the tag " + tag + " was not moved: each claim of " + m_run.entry().destination + " runs out before it is", "gate publish tries again");
  }

  enum class Next { move, leave, look_again };
  Result<Next> may_move_now(const std::string& tag, const std::optional<Manifest>& shown) {
    const auto before = m_run.claim.times_taken();
    if (auto claimed = m_run.claim.ensure(); !claimed) {
      return tl::unexpected(claimed.error());
    }
    if (m_run.claim.times_taken() != before) {
      return Next::look_again;
    }
    const auto remote = m_run.standing();
    if (!remote) {
      return tl::unexpected(remote.error());
    }
    if (shown) {
      const auto obstacle = obstacle_to_moving({m_run.entry(), tag, *remote, m_run.claim.records()}, *shown, m_run.ports.repository, *m_registry);
      if (!obstacle) {
        return tl::unexpected(obstacle.error());
      }
      if (*obstacle && !(*obstacle)->is_newer) {
        return could_not_run("the tag " + tag + " was not moved: " + (*obstacle)->reason, (*obstacle)->remedy);
      }
      if (*obstacle) {
        leave(tag, (*obstacle)->reason);
        return Next::leave;
      }
      if (const auto fixed = m_registry->why_fixed(tag)) {
        return tl::unexpected(*fixed);
      }
    }
    // All these questions may have taken long.
    return m_run.claim.lasts(std::chrono::minutes(1)) ? Next::move : Next::look_again;
  }

  // It may show it because it was moved too late, after a claim had run out: then it goes back to what is newer.
  Result<void> it_shows(const Manifest& own, const std::string& tag) {
    const auto late = m_run.claim.is_held() ? moved_too_late(own, tag) : Result<const PublishedRecord*>(nullptr);
    if (!late) {
      return tl::unexpected(late.error());
    }
    if (*late != nullptr) {
      return give_back(tag, **late);
    }
    m_run.note("the tag " + tag + (m_has_moved ? " moved to it" : " shows it"));
    m_shown.push_back(tag);
    return {};
  }

  // What is newer and was there before; null: nothing.
  Result<const PublishedRecord*> moved_too_late(const Manifest& own, const std::string& tag) {
    if (auto claimed = m_run.claim.ensure(); !claimed) {
      return tl::unexpected(claimed.error());
    }
    const auto* other = newest_of_another(tag, m_run.claim.records(), own.digest);
    if (other == nullptr || other->commit == m_run.entry().commit) {
      return nullptr;
    }
    const auto remote = m_run.standing();
    const auto newer = remote ? is_newer(other->commit, m_run.entry(), *remote, m_run.ports.repository) : tl::unexpected(remote.error());
    if (!newer) {
      return tl::unexpected(newer.error());
    }
    return *newer == Has::yes ? other : nullptr;
  }

  Result<void> give_back(const std::string& tag, const PublishedRecord& newer) {
    for (const auto& other : newer.tags) {
      const auto shown = m_registry->find(other);
      if (!shown) {
        return tl::unexpected(shown.error());
      }
      if (*shown && (*shown)->digest.str() == newer.digest) {
        const auto put = m_run.put_and_read_back(**shown, tag);
        leave(tag, "it shows " + newer.commit.brief() + ", which is newer");
        return put;
      }
    }
    return could_not_run("the tag " + tag + " shows " + m_run.entry().commit.brief() + ", though " + newer.commit.brief() +
                             " is newer and was published; of that one no tag is left in the registry",
                         "publish it anew: gate publish");
  }

  void leave(const std::string& tag, const std::string& reason) {
    m_left += (m_left.empty() ? "the tag " : "; the tag ") + tag + std::string(k_was_left) + reason;
    m_run.note("the tag " + tag + " was left where it is: " + reason);
  }

  PublicationRun& m_run;
  RemoteRepository* m_registry = nullptr;
  Result<void> m_end;
  std::vector<std::string> m_shown; ///< tags that show the image
  std::string m_left;               ///< which tag was left where it is, and why
  bool m_has_moved = false;
};

} // namespace

Result<void> bring_to_branch_tags(PublicationRun& run) { return BranchTags(run).bring(); }

} // namespace gate
