// tagged → done: the tag in git, and whoever is told of it.
#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "app/publish_run.hpp"
#include "base/digest.hpp"

namespace gate {

namespace {

using State = PublicationState;
using Has = RemoteStanding::Has;
using Json = nlohmann::ordered_json;

std::string json_of(const OutboxEntry& entry) {
  Json json;
  json["schema"] = 1;
  json["publication"] = entry.rule;
  json["image"] = entry.destination;
  json["digest"] = entry.digest;
  std::vector<std::string> tags = entry.commit_tags;
  tags.insert(tags.end(), entry.branch_tags.begin(), entry.branch_tags.end());
  json["tags"] = tags;
  json["branch"] = entry.branch.full();
  json["commit"] = entry.commit.hex();
  json["tree"] = entry.tree ? Json(entry.tree->hex()) : Json();
  json["published"] = time_text(entry.created);
  // Nothing in it changes from one try to the next.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The same whoever calls it for this publication, and however often.
std::string key_of(const OutboxEntry& entry) {
  return Digest::of(entry.rule + "\n" + entry.destination + "\n" + entry.branch.full() + "\n" + entry.commit.hex()).hex().substr(0, 32);
}

class Finish {
public:
  explicit Finish(PublicationRun& run) : m_run(run) {}

  Result<void> finish() {
    // It was done before, but for that.
    const auto unattested = m_run.entry().reason.find(k_not_attested);
    if (auto attested = attest(m_run); !attested || unattested != std::string::npos) {
      return attested ? be_done(m_run.entry().reason.substr(0, unattested)) : attested;
    }
    if (auto released = let_go(); !released) {
      return released;
    }
    if (waits_for_remote()) {
      const auto has = remote_has_it();
      if (!has || !*has) {
        return has ? m_run.wait_for_remote() : tl::unexpected(has.error());
      }
    }
    const auto others = follows_something() ? destinations_under_way() : Result<std::string>(std::string());
    if (!others || !others->empty()) {
      return others ? wait_for(*others) : tl::unexpected(others.error());
    }
    if (auto tagged = tag_in_git(); !tagged) {
      return tagged;
    }
    const auto is_wanted = m_run.entry().webhook.empty() ? Result<bool>(false) : is_webhook_wanted();
    if (!is_wanted) {
      return tl::unexpected(is_wanted.error());
    }
    return *is_wanted ? call_webhook() : be_done(left_in(m_run.entry()));
  }

private:
  // An Engine that is away keeps the image a little longer; the publication is whole all the same.
  Result<void> let_go() {
    if (m_run.entry().kept_name.empty()) {
      return {};
    }
    if (auto released = m_run.ports.images.release(m_run.entry().kept_name); !released && released.error().kind == ErrorKind::interrupted) {
      return released;
    }
    m_run.entry().kept_name.clear();
    return {};
  }

  bool follows_something() const { return !m_run.entry().git_tag.empty() || !m_run.entry().webhook.empty(); }

  // Where the same publication's other images are not out yet: what is deployed, or tagged, is all of them.
  Result<std::string> destinations_under_way() {
    const OutboxEntry& own = m_run.entry();
    const auto all = m_run.ports.outbox.entries();
    if (!all) {
      return tl::unexpected(all.error());
    }
    std::string names;
    for (const OutboxEntry& entry : *all) {
      const bool is_other = entry.id != own.id && entry.rule == own.rule && entry.branch == own.branch && entry.commit == own.commit;
      if (is_other && (entry.state == State::armed || entry.state == State::pushed)) {
        names += (names.empty() ? "" : ", ") + entry.destination;
      }
    }
    return names;
  }

  Result<void> wait_for(const std::string& others) {
    m_run.report.standing = PublicationReport::Standing::waits;
    m_run.report.waits_for_others = true;
    m_run.entry().reason = "what follows the publication waits for " + others;
    return m_run.write();
  }

  // A tag takes its commit along, past what guards the branch; a deployment does so in its way.
  bool waits_for_remote() {
    const OutboxEntry& entry = m_run.entry();
    return !entry.git_tag.empty() || (!entry.webhook.empty() && !entry.branch_tags_at_once);
  }

  Result<bool> remote_has_it() {
    if (!m_run.ports.ask_remote) {
      return false;
    }
    const auto remote = m_run.remote();
    if (!remote) {
      return tl::unexpected(remote.error());
    }
    if (remote->has == Has::cannot_tell) {
      return m_run.cannot_tell_of_remote();
    }
    return remote->has == Has::yes;
  }

  Result<void> tag_in_git() {
    const OutboxEntry& entry = m_run.entry();
    if (entry.git_tag.empty()) {
      return {};
    }
    m_run.step("tagging " + entry.commit.brief() + " as " + entry.git_tag);
    const std::string message = entry.rule + " published\n\n" + entry.destination + "@" + entry.digest + "\n";
    auto made = m_run.ports.git_tags.make(entry.remote, entry.git_tag, entry.commit, message);
    if (made) {
      m_run.note("the tag " + entry.git_tag + " in git is on " + entry.commit.brief() + ", here and on " + entry.remote);
    }
    return made;
  }

  bool do_not_call(const std::string& why) {
    m_not_called = why;
    m_run.note(why);
    return false;
  }

  // Whoever has the claim and finds it untold tells of it. What is told must be the newest, and nobody moves a tag until that was said.
  Result<bool> is_webhook_wanted() {
    const OutboxEntry& entry = m_run.entry();
    if (auto claimed = m_run.claim.ensure(); !claimed) {
      return tl::unexpected(claimed.error());
    }
    if (m_run.claim.is_refused()) {
      return do_not_call("the webhook was not called" + (left_in(entry).empty() ? ": " + entry.remote + std::string(k_no_claim) +
                                                             ", without which it might be called twice (" + m_run.claim.why_refused() + ")" +
                                                             m_run.again_once_it_does()
                                                       : ""));
    }
    const auto* told = newest_telling(m_run.record_of({}), m_run.claim.records());
    if (told != nullptr && told->telling && !told->is_own) {
      m_run.note("the webhook was called by " + (told->by.empty() ? "somebody else" : told->by));
      return false;
    }
    return entry.branch_tags.empty() ? nothing_newer_is_out() : branch_tags_show_it();
  }

  // Without a tag that tells, by what was written down.
  Result<bool> nothing_newer_is_out() {
    const OutboxEntry& entry = m_run.entry();
    const auto remote = m_run.standing();
    if (!remote) {
      return tl::unexpected(remote.error());
    }
    if (remote->tip && *remote->tip == entry.commit && !entry.branch_tags_at_once) {
      return true;
    }
    std::set<Oid> seen = {entry.commit};
    for (const auto& record : m_run.claim.records()) {
      if (record.rule != entry.rule || record.branch != entry.branch || !seen.insert(record.commit).second) {
        continue;
      }
      const auto newer = is_newer(record.commit, entry, *remote, m_run.ports.repository);
      if (!newer) {
        return tl::unexpected(newer.error());
      }
      if (*newer == Has::yes) {
        return do_not_call("the webhook was not called: " + record.commit.brief() + ", which is newer, is out already");
      }
    }
    return true;
  }

  Result<bool> branch_tags_show_it() {
    const OutboxEntry& entry = m_run.entry();
    const auto registry = m_run.registry();
    if (!registry) {
      return tl::unexpected(registry.error());
    }
    for (const auto& tag : entry.branch_tags) {
      const auto shown = (*registry)->find(tag);
      if (!shown) {
        return tl::unexpected(shown.error());
      }
      if (!*shown || (*shown)->digest.str() != entry.digest) {
        return do_not_call("the webhook was not called: the tag " + tag + " shows another image");
      }
    }
    return true;
  }

  // Everybody may know that nobody else need call it.
  Result<void> write_down_who_tells() {
    const OutboxEntry& entry = m_run.entry();
    std::vector<std::string> tags = entry.commit_tags;
    tags.insert(tags.end(), entry.branch_tags.begin(), entry.branch_tags.end());
    auto record = m_run.record_of(tags);
    record.telling = true;
    const auto written = m_run.claim.record(record, PublicationLedger::Then::keep);
    if (!written) {
      return could_not_run("the webhook was not called: " + written.error().message,
                           written.error().remedy.empty() ? "gate publish tries again" : written.error().remedy);
    }
    return *written == DestinationClaim::Recorded::yes
               ? Result<void>()
               : could_not_run("this took so long that somebody else publishes to " + entry.destination + " by now", "gate publish looks again");
  }

  // It has certainly not arrived: whoever comes next calls it, whichever clone that is.
  void take_back_who_tells() {
    if (const auto written = m_run.claim.record(m_run.record_of({}), PublicationLedger::Then::end); !written) {
      m_run.note("that it was not called is known here only: " + written.error().message);
    }
  }

  Result<void> call_webhook() {
    OutboxEntry& entry = m_run.entry();
    const auto url = m_run.ports.variable(entry.webhook);
    if (!url || url->empty()) {
      return could_not_run("the variable " + entry.webhook + ", which holds the webhook's URL, is not set", "export " + entry.webhook + "=… && gate publish");
    }
    if (!m_run.ports.webhooks.is_usable(*url)) {
      return could_not_run("the variable " + entry.webhook + " holds no URL that may be called: https, or http to this machine",
                           "export " + entry.webhook + "=https://… && gate publish");
    }
    m_run.step("calling the webhook of " + entry.webhook);
    if (auto written = write_down_who_tells(); !written) {
      return written;
    }
    const std::string json = json_of(entry);
    // At most once: should this be the last thing that gate does, a person must look.
    if (auto written = m_run.come_to(State::unknown, "the webhook was about to be called"); !written) {
      return written;
    }
    const auto answer = m_run.ports.webhooks.call(*url, json, key_of(entry));
    if (answer.outcome == TriggerAnswer::Outcome::accepted) {
      m_run.note("the webhook of " + entry.webhook + " was called, and has accepted it");
      return be_done(left_in(entry));
    }
    if (answer.outcome == TriggerAnswer::Outcome::unknown) {
      const auto written = m_run.come_to(State::unknown, answer.reason);
      return written ? webhook_is_unknown(entry, answer.reason) : written;
    }
    const auto written = m_run.come_to(State::tagged, answer.reason);
    take_back_who_tells();
    return written ? could_not_run(answer.reason, "gate publish tries again") : written;
  }

  // Of what held it up before nothing is left but `reason`: that a tag was left where it is stays worth knowing.
  Result<void> be_done(std::string reason) {
    const OutboxEntry& entry = m_run.entry();
    const std::string branch = entry.branch.brief();
    const std::string valid = as_tag(branch);
    const auto has_it = [&](const std::string& tag) { return tag.find(valid) != std::string::npos; };
    if (valid != branch && (std::any_of(entry.commit_tags.begin(), entry.commit_tags.end(), has_it) ||
                            std::any_of(entry.branch_tags.begin(), entry.branch_tags.end(), has_it))) {
      m_run.note("branch " + branch + " is " + valid + " in tags");
    }
    const auto add = [&](const std::string& more) { reason += (reason.empty() || more.empty() ? "" : "; ") + more; };
    reason = reason.substr(0, reason.find_last_not_of("; ") + 1);
    add(m_not_called);
    if (const auto why = m_run.why_not_attested.value_or(""); !why.empty()) {
      add(std::string(k_not_attested) + why);
    }
    return m_run.come_to(State::done, std::move(reason));
  }

  PublicationRun& m_run;
  std::string m_not_called; ///< why the webhook was not; empty: it was, or nobody wants it
};

} // namespace

Failure webhook_is_unknown(const OutboxEntry& entry, std::string reason) {
  const std::string id = std::to_string(entry.id);
  return could_not_run(std::move(reason), "ask the server of " + entry.webhook + " whether it has it; if not: gate publish --again " + id +
                                              "   else: gate publish --drop " + id);
}

Result<void> finish(PublicationRun& run) { return Finish(run).finish(); }

} // namespace gate
