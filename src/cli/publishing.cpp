#include "cli/publishing.hpp"

#include <algorithm>

#include "app/arm.hpp"
#include "cli/consent.hpp"
#include "cli/pending_marker.hpp"
#include "cli/platform_source.hpp"
#include "cli/secret_variables.hpp"
#include "git/live_remotes.hpp"
#include "report/publication_text.hpp"

namespace gate {

namespace {

using Standing = PublicationReport::Standing;

constexpr const char* k_would_be_refused = "a push of it would be refused";

bool is_interrupt(const PublicationReport& report) { return report.problem && report.problem->kind == ErrorKind::interrupted; }

PublicationReport held_up(OutboxEntry entry, Error error) { return {std::move(entry), Standing::held_up, {}, std::move(error)}; }

bool leads_to(const PublishRule& rule, const OutboxEntry& entry, const Environment& env) {
  const auto* wanted = std::get_if<ImageDestination>(&rule.what);
  if (wanted == nullptr) {
    return std::string(k_trigger_prefix) + std::get<BuildTrigger>(rule.what).variable == entry.destination;
  }
  return std::any_of(wanted->images.begin(), wanted->images.end(), [&](const PublishedImage& image) {
    return image.service == entry.service && std::any_of(image.to.begin(), image.to.end(), [&](const std::string& to) {
             const auto name = destination_of(rule, to, [&](std::string_view variable) { return value_of(env, variable); });
             return name && name->str() == entry.destination;
           });
  });
}

// Nobody has published it, and nobody asks for a build of it: its tests are yet to be run, or to be found.
bool may_need_tests(const OutboxEntry& entry) { return entry.state == PublicationState::armed && !entry.is_trigger(); }

void leave_out(std::int64_t id, std::vector<OutboxEntry>& entries) {
  entries.erase(std::remove_if(entries.begin(), entries.end(), [id](const OutboxEntry& e) { return e.id == id; }), entries.end());
}

} // namespace

Result<Proposal> propose(const PublishTarget& target, Session& session) {
  if (!target.facts.branch) {
    return Proposal{{}, plan_publications({}, target.facts), {}};
  }
  // Where nothing is to be published, the merge is nobody's business until it is pushed.
  JudgeTerms terms;
  terms.depth = JudgeTerms::Depth::policies_only;
  auto judgement = session.judge(target.push, terms);
  if (!judgement) {
    return tl::unexpected(judgement.error());
  }
  auto rules = target.facts.is_public ? judgement->own_publish_rules : judgement->publish_rules;
  auto plan = plan_publications(rules, target.facts);
  if (plan.publications.empty()) {
    return Proposal{*std::move(judgement), std::move(plan), {}};
  }
  judgement = session.judge(target.push);
  return judgement ? Result<Proposal>(Proposal{*std::move(judgement), std::move(plan), std::move(rules)}) : tl::unexpected(judgement.error());
}

Result<Judgement> judgement_of(const OutboxEntry& entry, Session& session, const Interrupt& interrupt) {
  const auto push = push_of(entry.branch, entry.commit, entry.remote, session.repository());
  if (!push) {
    return tl::unexpected(push.error());
  }
  JudgeTerms terms;
  if (!entry.suite.empty()) {
    terms.also_required.push_back(entry.suite);
  }
  return session.judge(*push, terms, &interrupt);
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
  const auto entries = (*outbox)->entries();
  if (!entries) {
    return tl::unexpected(entries.error());
  }
  auto adapters =
      wire_publishing(invocation, interrupt, [&session, &interrupt](const OutboxEntry& entry) { return platform_source(entry, session, interrupt); });
  if (!adapters) {
    return tl::unexpected(adapters.error());
  }
  // What is armed later was planned by a policy that the session has read by now.
  std::vector<std::string> secrets = session.secret_variables();
  for (const auto& entry : *entries) {
    secrets.push_back(entry.is_trigger() ? entry.destination.substr(k_trigger_prefix.size()) : entry.webhook);
  }
  const PublishingScene scene{session, invocation, interrupt, terminal, children_environment(invocation.env, secrets)};
  return std::unique_ptr<Publishing>(new Publishing(scene, *std::move(adapters), *std::move(outbox)));
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

Publishing::Publishing(const PublishingScene& scene, PublishAdapters adapters, std::unique_ptr<Outbox> outbox)
    : m_session(scene.session), m_invocation(scene.invocation), m_interrupt(scene.interrupt), m_terminal(scene.terminal), m_child_env(scene.child_env),
      m_adapters(std::move(adapters)), m_outbox(std::move(outbox)), m_progress(m_terminal),
      m_remotes(live_remotes(m_child_env, m_interrupt, [this] { m_progress.tick(); })),
      m_ledger(git_publication_ledger(m_child_env, m_interrupt, [this] { m_progress.tick(); })),
      m_git_tags(git_tags(m_child_env, m_interrupt, [this] { m_progress.tick(); })),
      m_ports{m_session.repository(), *m_remotes, *m_adapters.images, *m_adapters.registries, *m_adapters.triggers, *m_adapters.webhooks, *m_ledger,
              *m_git_tags, *m_adapters.platforms, *m_outbox, m_progress,
              [this](const std::string& name) {
                auto value = value_of(m_invocation.env, name);
                return value ? std::optional<Secret>(*std::move(value)) : std::nullopt;
              },
              true, m_session.folder().repository_id(), std::chrono::system_clock::now, std::chrono::seconds(0),
              [this](const std::string& why) { return wait_a_while(why); }} {}

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

Result<std::vector<OutboxEntry>> Publishing::arm(const Proposal& proposal, const PublishTarget& target, const std::string& reason) {
  const auto all = m_outbox->entries();
  if (!all) {
    return all;
  }
  std::vector<OutboxEntry> entries;
  std::copy_if(all->begin(), all->end(), std::back_inserter(entries),
               [&](const OutboxEntry& e) { return e.branch == target.facts.branch && e.commit == target.commit; });
  if (entries.empty()) {
    auto planned = plan_entries(proposal, target);
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

Result<std::vector<OutboxEntry>> Publishing::plan_entries(const Proposal& proposal, const PublishTarget& target) {
  if (proposal.plan.publications.empty()) {
    return std::vector<OutboxEntry>{};
  }
  const auto facts = tag_facts(*target.facts.branch, target.commit, proposal.rules, m_session.repository(), m_child_env, m_interrupt);
  if (!facts) {
    return tl::unexpected(facts.error());
  }
  return entries_for(proposal.plan, proposal.rules, *facts, target.remote, public_url_of(target.remote, m_session.repository(), m_child_env),
                     [&](std::string_view name) { return value_of(m_invocation.env, name); });
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
  return m_outbox->arm(std::move(planned));
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

Result<std::vector<OutboxEntry>> Publishing::hold_back(const Proposal& proposal, const PublishTarget& target) {
  return arm(proposal, target, k_would_be_refused);
}

// In two rounds: whatever a person must agree to is asked before the first suite is run, and while that runs the registries of all are
// looked at.
std::vector<PublicationReport> Publishing::go_on(const std::vector<OutboxEntry>& entries, Tests tests) {
  std::vector<Prepared> prepared;
  bool is_interrupted = false;
  for (auto entry = entries.begin(); entry != entries.end() && !is_interrupted; ++entry) {
    prepared.push_back(prepare(*entry));
    is_interrupted = !prepared.back() && is_interrupt(prepared.back().error());
  }
  m_unseen.clear();
  for (const auto& one : prepared) {
    if (one && may_need_tests(*one)) {
      m_unseen.push_back(*one);
    }
  }
  std::vector<PublicationReport> reports;
  for (auto& one : prepared) {
    if (is_interrupted && one) {
      continue; // nothing more is begun
    }
    reports.push_back(one ? go_on_with(*std::move(one), tests) : std::move(one.error()));
    m_progress.clear();
    auto& report = reports.back();
    leave_out(report.entry.id, m_unseen);
    if (auto marked = mark(); !marked && !report.problem) {
      report.problem = marked.error();
    }
    if (is_interrupt(report)) {
      break;
    }
  }
  follow_up(reports);
  return reports;
}

// What has waited for the same publication's other destinations, which may be out by now.
void Publishing::follow_up(std::vector<PublicationReport>& reports) {
  for (auto& report : reports) {
    if (!report.waits_for_others || is_interrupt(reports.back())) {
      continue;
    }
    auto notes = std::move(report.notes);
    attest_by_policy(report.entry);
    report = advance(std::move(report.entry), nullptr, m_ports);
    m_progress.clear();
    notes.insert(notes.end(), report.notes.begin(), report.notes.end());
    report.notes = std::move(notes);
    if (auto marked = mark(); !marked && !report.problem) {
      report.problem = marked.error();
    }
  }
}

// Before anybody outside is asked; what the remote has taken in past the rules is not published either.
Publishing::Prepared Publishing::prepare(const OutboxEntry& as_seen) {
  // Another gate may have gone on with it while this one waited.
  const auto all = m_outbox->entries();
  if (!all) {
    return tl::unexpected(held_up(as_seen, all.error()));
  }
  const auto now = std::find_if(all->begin(), all->end(), [&](const OutboxEntry& e) { return e.id == as_seen.id; });
  OutboxEntry entry = now == all->end() ? as_seen : *now;
  if (!entry.is_over()) {
    if (const auto gone = is_gone(entry)) {
      return tl::unexpected(give_up_gone(std::move(entry), *gone));
    }
  }
  if (entry.state != PublicationState::armed) {
    return entry;
  }
  const auto judgement = judgement_of(entry, m_session, m_interrupt);
  if (!judgement) {
    return tl::unexpected(held_up(std::move(entry), judgement.error()));
  }
  if (judgement->denied()) {
    return tl::unexpected(refuse(*judgement, std::move(entry)));
  }
  if (const auto agreed = agreed_to(*judgement, entry); !agreed) {
    return tl::unexpected(hold_up(std::move(entry), agreed.error()));
  }
  return entry;
}

// Written down; an interrupt is nobody's fault and no reason to keep.
PublicationReport Publishing::hold_up(OutboxEntry entry, const Error& error) {
  entry.reason = error.kind == ErrorKind::interrupted ? "" : error.message;
  const auto written = m_outbox->update(entry);
  return held_up(std::move(entry), written ? error : written.error());
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
  attest_by_policy(entry);
  auto report = advance(std::move(entry), nullptr, m_ports);
  if (report.standing != Standing::needs_tests) {
    return report;
  }
  auto tested = test(report.entry, tests);
  if (!tested) {
    return hold_up(std::move(report.entry), tested.error());
  }
  if (!*tested) {
    report.standing = report.entry.is_over() ? Standing::over : Standing::needs_tests;
    return report;
  }
  // What was in the way while the suites ran may have been mended since.
  const bool was_obstructed = m_obstructed.count(report.entry.id) > 0;
  if (const auto obstacle = was_obstructed ? look_ahead(report.entry, *m_adapters.registries) : std::nullopt) {
    return hold_up(std::move(report.entry), *obstacle);
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
    if (rule.name == entry.rule && leads_to(rule, entry, m_invocation.env)) {
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
