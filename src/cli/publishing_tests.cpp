// The tests that a publication waits for.
#include <algorithm>

#include "cli/look_ahead.hpp"
#include "cli/publishing.hpp"
#include "cli/sharing.hpp"
#include "cli/shared_verdicts.hpp"
#include "report/publication_text.hpp"

namespace gate {

namespace {

const SuiteResult* result_of(const Conclusion& conclusion, const std::string& suite) {
  const auto found =
      std::find_if(conclusion.suites.begin(), conclusion.suites.end(), [&](const SuiteResult& r) { return r.need.suite.name == suite; });
  return found == conclusion.suites.end() ? nullptr : &*found;
}

// Why a conclusion admits no publication: an error if a suite could not run, else the sentence that the outbox keeps.
Result<std::string> why_not(const Conclusion& conclusion) {
  std::string failed;
  for (const auto& result : conclusion.suites) {
    if (result.error) {
      return tl::unexpected(*result.error);
    }
    failed += result.passed() || result.stopped ? "" : (failed.empty() ? "suite " : ", ") + result.need.suite.name;
  }
  return failed.empty() ? Result<std::string>(could_not_run("not every suite was run")) : failed + " failed on its tree";
}

std::string of_service(const std::map<std::string, std::string>& images, const std::string& service) {
  const auto found = images.find(service);
  return found == images.end() ? "" : found->second;
}

std::string image_of(const Verdict& verdict, const std::string& service) {
  return service.empty() ? verdict.image_id : of_service(verdict.images, service);
}

std::string image_of(const SuiteResult& result, const std::string& service) {
  if (result.reused) {
    return image_of(*result.need.verdict, service);
  }
  return service.empty() ? result.run.image_id : of_service(result.run.images, service);
}

// What must be in the Engine for the verdict to serve: of the entry's own suite its image, of others all that they publish.
std::vector<std::string> images_wanted(const Need& need, const OutboxEntry& entry) {
  if (need.suite.name == entry.suite) {
    return {image_of(*need.verdict, entry.service)};
  }
  std::vector<std::string> wanted = {need.verdict->image_id};
  for (const auto& [service, image] : need.verdict->images) {
    wanted.push_back(image);
  }
  return wanted;
}

// The policy of now may no longer know what is published of it.
void want_image_of(const OutboxEntry& entry, Judgement& judgement) {
  for (auto& need : judgement.needs) {
    if (need.suite.name != entry.suite) {
      continue;
    }
    need.is_published = true;
    auto& services = need.published_services;
    const auto at = std::lower_bound(services.begin(), services.end(), entry.service);
    if (!entry.service.empty() && (at == services.end() || *at != entry.service)) {
      services.insert(at, entry.service);
    }
  }
}

} // namespace

// A verdict whose image the Engine no longer has serves a push, and no publication.
Result<void> Publishing::forget_lost_images(Judgement& judgement, const OutboxEntry& entry) {
  for (auto& need : judgement.needs) {
    if (!need.is_published || !need.verdict) {
      continue;
    }
    for (const auto& image : images_wanted(need, entry)) {
      const auto has = image.empty() ? Result<bool>(false) : m_adapters.images->has(image);
      if (!has) {
        return tl::unexpected(has.error());
      }
      if (!*has) {
        need.lost_image = need.verdict->image_id;
        need.verdict.reset();
        need.voucher.reset();
        break;
      }
    }
  }
  return {};
}

Result<Conclusion> Publishing::run_suites_looking_ahead(Judgement judgement) {
  m_progress.clear();
  LookAhead ahead(m_unseen, *m_adapters.registries, [this](const OutboxEntry& entry, const Error& obstacle) {
    m_progress.say(render_obstacle(entry, obstacle, m_terminal.style("publication")));
  });
  auto conclusion = m_session.run(std::move(judgement), m_invocation, m_interrupt, m_terminal, m_progress, [&] {
    ahead.begin();
    m_unseen.clear();
  });
  m_progress.clear();
  if (conclusion) {
    m_terminal.print(render(*conclusion, m_terminal.style("publication")));
  }
  ahead.end();
  m_obstructed.insert(ahead.found().begin(), ahead.found().end());
  return conclusion;
}

// What was found is not sent again: whoever ran it has sent it.
void Publishing::share(const Conclusion& conclusion, const std::string& remote) {
  const auto& suites = conclusion.suites;
  const bool has_run = std::any_of(suites.begin(), suites.end(), [](const SuiteResult& result) { return !result.reused && result.passed(); });
  if (!has_run || !conclusion.judgement.shares_verdicts || !m_ports.ask_remote) {
    return;
  }
  const auto shared = sharing();
  if (shared) {
    (*shared)->send(conclusion, remote);
  } else {
    m_terminal.print(trouble_text("sent to", remote, shared.error()));
  }
}

// Nothing: it is not tested, and the entry says what became of it.
Result<std::optional<TestedImage>> Publishing::test(OutboxEntry& entry, Tests tests) {
  auto judgement = judgement_of(entry, m_session, m_interrupt);
  if (!judgement) {
    return tl::unexpected(judgement.error());
  }
  if (!judgement->denied() && !entry.suite.empty()) {
    want_image_of(entry, *judgement);
    m_progress.clear();
    const bool may_fetch = tests == Tests::may_run && m_ports.ask_remote;
    if (auto asked = m_session.ask_others(*judgement, may_fetch ? std::optional(entry.remote) : std::nullopt, m_interrupt, m_terminal); !asked) {
      return tl::unexpected(asked.error());
    }
    if (auto looked = forget_lost_images(*judgement, entry); !looked) {
      return tl::unexpected(looked.error());
    }
  }
  if (!judgement->denied() && tests == Tests::found_only && !judgement->nothing_to_run()) {
    return std::nullopt;
  }
  const auto conclusion = run_suites_looking_ahead(*std::move(judgement));
  if (conclusion) {
    share(*conclusion, entry.remote);
  }
  return conclusion ? judge_conclusion(*conclusion, entry) : tl::unexpected(conclusion.error());
}

// Nothing: it is not tested, and the entry says why.
Result<std::optional<TestedImage>> Publishing::judge_conclusion(const Conclusion& conclusion, OutboxEntry& entry) {
  if (conclusion.allowed()) {
    const auto* result = entry.suite.empty() ? nullptr : result_of(conclusion, entry.suite);
    TestedImage tested{result == nullptr ? "" : image_of(*result, entry.service)};
    if (!entry.service.empty() && tested.image_id.empty()) {
      return could_not_run("the suite " + entry.suite + " passed, but gave no image of its service " + entry.service,
                           "see the services of the suite's compose file, and \"images\" of [publish." + entry.rule + "]");
    }
    return tested;
  }
  const auto reason = why_not(conclusion);
  if (!reason) {
    return tl::unexpected(reason.error());
  }
  give_up(entry, *reason);
  const auto written = m_outbox->update(entry);
  return written ? Result<std::optional<TestedImage>>(std::nullopt) : tl::unexpected(written.error());
}

} // namespace gate
