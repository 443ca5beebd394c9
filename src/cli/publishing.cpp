#include "cli/publishing.hpp"

#include <algorithm>

#include "app/arm.hpp"
#include "cli/child_environment.hpp"
#include "cli/consent.hpp"
#include "cli/pending_marker.hpp"
#include "git/live_remotes.hpp"
#include "report/publication_text.hpp"

namespace gate {

namespace {

using Standing = PublicationReport::Standing;

constexpr const char* k_would_be_refused = "a push of it would be refused";

PublicationReport held_up(OutboxEntry entry, Error error) { return {std::move(entry), Standing::held_up, {}, std::move(error)}; }

const SuiteResult* result_of(const Conclusion& conclusion, const std::string& suite) {
  const auto found =
      std::find_if(conclusion.suites.begin(), conclusion.suites.end(), [&](const SuiteResult& r) { return r.need.suite.name == suite; });
  return found == conclusion.suites.end() ? nullptr : &*found;
}

bool leads_to(const PublishRule& rule, const std::string& destination, const Environment& env) {
  const auto* image = std::get_if<ImageDestination>(&rule.what);
  if (image == nullptr) {
    return std::string(k_trigger_prefix) + std::get<BuildTrigger>(rule.what).variable == destination;
  }
  const auto name = destination_of(rule, *image, [&](std::string_view variable) { return value_of(env, variable); });
  return name && name->str() == destination;
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

} // namespace

Result<Proposal> propose(const PublishTarget& target, Session& session) {
  if (!target.facts.branch) {
    return Proposal{{}, plan_publications({}, target.facts)};
  }
  // Where nothing is to be published, the merge is nobody's business until it is pushed.
  JudgeTerms terms;
  terms.depth = JudgeTerms::Depth::policies_only;
  auto judgement = session.judge(target.push, terms);
  if (!judgement) {
    return tl::unexpected(judgement.error());
  }
  auto plan = plan_publications(target.facts.is_public ? judgement->own_publish_rules : judgement->publish_rules, target.facts);
  if (plan.publications.empty()) {
    return Proposal{*std::move(judgement), std::move(plan)};
  }
  judgement = session.judge(target.push);
  return judgement ? Result<Proposal>(Proposal{*std::move(judgement), std::move(plan)}) : tl::unexpected(judgement.error());
}

Result<std::unique_ptr<Publishing>> Publishing::open(Session& session, const Invocation& invocation, const Interrupt& interrupt,
                                                     const Terminal& terminal) {
  const auto file = session.folder().outbox();
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (failed) {
    return tl::unexpected(file_error("make the folder", file.parent_path(), failed.value()));
  }
  auto outbox = wire_outbox(file);
  if (!outbox) {
    return tl::unexpected(outbox.error());
  }
  auto adapters = wire_publishing(invocation, interrupt);
  if (!adapters) {
    return tl::unexpected(adapters.error());
  }
  return std::unique_ptr<Publishing>(new Publishing(session, invocation, interrupt, terminal, *std::move(adapters), *std::move(outbox)));
}

Result<void> Publishing::begin(Wait wait) {
  constexpr std::chrono::seconds k_briefly{3};
  bool told = false;
  auto lock = FileLock::take(m_session.folder().publish_lock(), wait == Wait::briefly ? std::optional(k_briefly) : std::nullopt, m_interrupt, [&] {
    if (!told) {
      m_progress.step("publish", "another gate is at it; waiting for it to end");
      told = true;
    }
    m_progress.tick();
  });
  m_progress.clear();
  if (lock) {
    m_lock.emplace(*std::move(lock));
    return {};
  }
  const bool is_busy = wait == Wait::briefly && lock.error().kind != ErrorKind::interrupted;
  return is_busy ? could_not_run("another gate is publishing; this stays pending", "when that one has ended: gate publish")
                 : tl::unexpected(lock.error());
}

Publishing::Publishing(Session& session, const Invocation& invocation, const Interrupt& interrupt, const Terminal& terminal, PublishAdapters adapters,
                       std::unique_ptr<Outbox> outbox)
    : m_session(session), m_invocation(invocation), m_interrupt(interrupt), m_terminal(terminal), m_adapters(std::move(adapters)),
      m_outbox(std::move(outbox)), m_progress(terminal),
      m_remotes(live_remotes(child_environment(invocation.env), interrupt, [this] { m_progress.tick(); })),
      m_ports{session.repository(), *m_remotes, *m_adapters.images, *m_adapters.registries, *m_adapters.triggers, *m_outbox, m_progress,
              [this](const std::string& name) {
                auto value = value_of(m_invocation.env, name);
                return value ? std::optional<Secret>(*std::move(value)) : std::nullopt;
              },
              true, session.folder().repository_id()} {}

// The marker follows the outbox, whoever changes it: what is read and written under this lock is of one piece.
Result<FileLock> Publishing::hold_marker() { return FileLock::take(m_session.folder().pending_lock(), std::nullopt, m_interrupt, {}); }

Result<void> Publishing::mark() {
  const auto held = hold_marker();
  const auto all = held ? m_outbox->entries() : tl::unexpected(held.error());
  return all ? mark_pending(m_session.folder().pending_marker(), *all) : tl::unexpected(all.error());
}

Result<void> Publishing::update(const OutboxEntry& entry) {
  if (auto updated = m_outbox->update(entry); !updated) {
    return updated;
  }
  return mark();
}

Result<std::vector<OutboxEntry>> Publishing::arm(const PublishPlan& plan, const PublishTarget& target, const std::string& reason) {
  const auto all = m_outbox->entries();
  if (!all) {
    return all;
  }
  std::vector<OutboxEntry> entries;
  std::copy_if(all->begin(), all->end(), std::back_inserter(entries),
               [&](const OutboxEntry& e) { return e.branch == target.facts.branch && e.commit == target.commit; });
  if (entries.empty()) {
    const std::string source = public_url_of(target.remote, child_environment(m_invocation.env));
    auto planned = entries_for(plan, target.commit, target.remote, source, [&](std::string_view name) { return value_of(m_invocation.env, name); });
    if (!planned) {
      return planned;
    }
    // With the row, not after it: another gate may go on with it at once.
    for (auto& entry : *planned) {
      entry.reason = reason;
    }
    return write_down(*std::move(planned));
  }
  for (auto& entry : entries) {
    if (auto again = take_up_again(entry); !again) {
      return tl::unexpected(again.error());
    }
  }
  return entries;
}

Result<std::vector<OutboxEntry>> Publishing::write_down(std::vector<OutboxEntry> planned) {
  const auto held = hold_marker();
  auto all = held ? m_outbox->entries() : tl::unexpected(held.error());
  if (!all) {
    return all;
  }
  // The marker first: one too many costs a look at the outbox, one too few a tag that stays behind.
  all->insert(all->end(), planned.begin(), planned.end());
  if (auto marked = mark_pending(m_session.folder().pending_marker(), *all); !marked) {
    return tl::unexpected(marked.error());
  }
  for (auto& entry : planned) {
    auto armed = m_outbox->arm(entry);
    if (!armed) {
      return tl::unexpected(armed.error());
    }
    entry = *std::move(armed);
  }
  return planned;
}

// A merge that was undone is made again, a suite that failed is to be tried again: whoever asks anew gets it. What a person
// has dropped only --again takes up.
Result<void> Publishing::take_up_again(OutboxEntry& entry) {
  if (entry.state != PublicationState::failed || entry.reason == k_dropped) {
    return {};
  }
  entry.state = PublicationState::armed;
  entry.reason.clear();
  return update(entry);
}

Result<std::vector<OutboxEntry>> Publishing::hold_back(const PublishPlan& plan, const PublishTarget& target) {
  return arm(plan, target, k_would_be_refused);
}

std::vector<PublicationReport> Publishing::go_on(const std::vector<OutboxEntry>& entries, Tests tests) {
  std::vector<PublicationReport> reports;
  for (const auto& entry : entries) {
    // Another gate may have gone on with it while this one waited.
    const auto all = m_outbox->entries();
    const auto now = all ? std::find_if(all->begin(), all->end(), [&](const OutboxEntry& e) { return e.id == entry.id; })
                         : std::vector<OutboxEntry>::const_iterator();
    reports.push_back(all ? go_on_with(now == all->end() ? entry : *now, tests) : held_up(entry, all.error()));
    m_progress.clear();
    auto& report = reports.back();
    if (auto marked = mark(); !marked && !report.problem) {
      report.problem = marked.error();
    }
    if (report.problem && report.problem->kind == ErrorKind::interrupted) {
      break;
    }
  }
  return reports;
}

PublicationReport Publishing::give_up_gone(OutboxEntry entry, const std::string& reason) {
  if (!entry.kept_name.empty() && m_adapters.images->release(entry.kept_name)) {
    entry.kept_name.clear();
  }
  give_up(entry, reason);
  if (auto written = m_outbox->update(entry); !written) {
    return held_up(std::move(entry), written.error());
  }
  return {std::move(entry), Standing::given_up, {}, {}};
}

PublicationReport Publishing::go_on_with(OutboxEntry entry, Tests tests) {
  if (!entry.is_over()) {
    if (const auto gone = is_gone(entry)) {
      return give_up_gone(std::move(entry), *gone);
    }
  }
  // Before anybody outside is asked; what the remote has taken in past the rules is not published either.
  const auto judgement = entry.state == PublicationState::armed ? judge_entry(entry) : Result<Judgement>(Judgement{});
  if (!judgement) {
    return held_up(std::move(entry), judgement.error());
  }
  if (judgement->denied()) {
    return refuse(*judgement, std::move(entry));
  }
  if (const auto agreed = entry.state == PublicationState::armed ? agreed_to(*judgement, entry) : Result<void>(); !agreed) {
    entry.reason = agreed.error().kind == ErrorKind::interrupted ? "" : agreed.error().message;
    const auto written = m_outbox->update(entry);
    return held_up(std::move(entry), written ? agreed.error() : written.error());
  }
  auto report = advance(std::move(entry), nullptr, m_ports);
  if (report.standing != Standing::needs_tests) {
    return report;
  }
  auto tested = test(report.entry, tests);
  if (!tested) {
    report.entry.reason = tested.error().kind == ErrorKind::interrupted ? "" : tested.error().message;
    const auto written = m_outbox->update(report.entry);
    return held_up(std::move(report.entry), written ? tested.error() : written.error());
  }
  if (!*tested) {
    report.standing = report.entry.is_over() ? Standing::over : Standing::needs_tests;
    return report;
  }
  return advance(std::move(report.entry), &**tested, m_ports);
}

// A merge that was undone before it was published is published no more.
std::optional<std::string> Publishing::is_gone(const OutboxEntry& entry) {
  auto& repository = m_session.repository();
  const auto local = repository.rev_parse(entry.branch.full());
  const auto tracked = repository.tracking_tip(entry.remote, entry.branch);
  if (!local || !tracked || (!*local && !*tracked)) {
    return std::nullopt; // nothing can be said; CI has no branch of its own
  }
  for (const auto& tip : {*local, *tracked}) {
    const auto has = tip ? has_commit(*tip, entry.commit, repository) : Result<bool>(false);
    if (!has || *has) {
      return std::nullopt;
    }
  }
  return entry.commit.brief() + " is no longer on " + entry.branch.brief() + ", neither here nor on " + entry.remote;
}

// A verdict whose image the Engine no longer has serves a push, and no publication.
Result<void> Publishing::forget_lost_images(Judgement& judgement) {
  for (auto& need : judgement.needs) {
    if (!need.is_published || !need.verdict) {
      continue;
    }
    const auto has = need.verdict->image_id.empty() ? Result<bool>(false) : m_adapters.images->has(need.verdict->image_id);
    if (!has) {
      return tl::unexpected(has.error());
    }
    if (!*has) {
      need.lost_image = need.verdict->image_id;
      need.verdict.reset();
    }
  }
  return {};
}

PublicationReport Publishing::refuse(const Judgement& judgement, OutboxEntry entry) {
  m_progress.clear();
  m_terminal.print(render(Conclusion{judgement, {}}, m_terminal.style("publication")));
  entry.reason = k_would_be_refused;
  if (auto written = m_outbox->update(entry); !written) {
    return held_up(std::move(entry), written.error());
  }
  return {std::move(entry), Standing::refused, {}, {}};
}

// The policy's own words for it; for one that no rule of now leads to, what was written down.
Result<void> Publishing::agreed_to(const Judgement& judgement, const OutboxEntry& entry) {
  SurfaceReading wanted;
  std::vector<PublishRule> rules = judgement.publish_rules;
  rules.insert(rules.end(), judgement.own_publish_rules.begin(), judgement.own_publish_rules.end());
  for (const auto& rule : rules) {
    if (rule.name == entry.rule && leads_to(rule, entry.destination, m_invocation.env)) {
      join(wanted, {publication_lines(rule), {}});
      break;
    }
  }
  if (wanted.lines.empty()) {
    wanted.lines.push_back({"publish " + entry.rule, "to " + entry.destination});
  }
  m_progress.clear();
  return Consent(m_session.repository(), m_session.sources(), m_invocation).to_publish(wanted, m_interrupt, m_terminal);
}

Result<Judgement> Publishing::judge_entry(const OutboxEntry& entry) {
  const auto push = push_of(entry.branch, entry.commit, entry.remote, m_session.repository());
  if (!push) {
    return tl::unexpected(push.error());
  }
  JudgeTerms terms;
  if (!entry.suite.empty()) {
    terms.also_required.push_back(entry.suite);
  }
  return m_session.judge(*push, terms, &m_interrupt);
}

// Nothing: it is not tested, and the entry says what became of it.
Result<std::optional<TestedImage>> Publishing::test(OutboxEntry& entry, Tests tests) {
  auto judgement = judge_entry(entry);
  if (!judgement) {
    return tl::unexpected(judgement.error());
  }
  if (!judgement->denied() && !entry.suite.empty()) {
    if (auto looked = forget_lost_images(*judgement); !looked) {
      return tl::unexpected(looked.error());
    }
  }
  if (!judgement->denied() && tests == Tests::found_only && !judgement->nothing_to_run()) {
    return std::nullopt;
  }
  m_progress.clear();
  const auto conclusion = m_session.run(*std::move(judgement), m_invocation, m_interrupt, m_terminal);
  if (!conclusion) {
    return tl::unexpected(conclusion.error());
  }
  m_terminal.print(render(*conclusion, m_terminal.style("publication")));
  return judge_conclusion(*conclusion, entry);
}

// Nothing: it is not tested, and the entry says why.
Result<std::optional<TestedImage>> Publishing::judge_conclusion(const Conclusion& conclusion, OutboxEntry& entry) {
  if (conclusion.allowed()) {
    const auto* result = entry.suite.empty() ? nullptr : result_of(conclusion, entry.suite);
    return TestedImage{result == nullptr ? "" : result->reused ? result->need.verdict->image_id : result->run.image_id};
  }
  const auto reason = why_not(conclusion);
  if (!reason) {
    return tl::unexpected(reason.error());
  }
  give_up(entry, *reason);
  const auto written = m_outbox->update(entry);
  return written ? Result<std::optional<TestedImage>>(std::nullopt) : tl::unexpected(written.error());
}

ExitCode exit_code_of(const std::vector<PublicationReport>& reports) {
  ExitCode code = ExitCode::allowed;
  for (const auto& report : reports) {
    if (report.problem) {
      const ExitCode own = exit_code_of(report.problem->kind);
      code = code == ExitCode::interrupted ? code : own;
    } else if (report.standing == Standing::refused || (report.entry.state == PublicationState::failed && report.standing != Standing::given_up)) {
      code = code == ExitCode::allowed ? ExitCode::refused : code;
    }
  }
  return code;
}

} // namespace gate
