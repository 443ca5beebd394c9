// gate publish
#include "cli/publish.hpp"

#include <algorithm>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/published_elsewhere.hpp"
#include "report/clean.hpp"
#include "report/publication_text.hpp"

namespace gate {

namespace {

struct PublishFlags {
  bool list = false;
  std::optional<std::string> branch;
  std::optional<std::string> again;
  std::optional<std::string> drop;
};

Result<bool> has_outbox(Session& session) {
  std::error_code failed;
  const bool there = std::filesystem::exists(session.folder().outbox(), failed);
  return failed ? Result<bool>(tl::unexpected(file_error("look at", session.folder().outbox(), failed.value()))) : there;
}

void print(const std::vector<PublicationReport>& reports, const Terminal& terminal) {
  for (const auto& report : reports) {
    terminal.print(render(report, terminal.style("publication")));
  }
}

Result<ExitCode> list(Session& session, const Invocation& invocation, const Terminal& out, const Terminal& err) {
  const auto entries = outbox_entries(session, invocation);
  if (!entries) {
    return tl::unexpected(entries.error());
  }
  const auto elsewhere = published_elsewhere(*entries, session, invocation);
  if (!elsewhere) {
    return tl::unexpected(elsewhere.error());
  }
  out.print(render_list(*entries, out.style("")) + render_elsewhere(elsewhere->records, out.style("")));
  for (const auto& note : elsewhere->notes) {
    err.print("gate: note: " + clean_line(note) + "\n");
  }
  return ExitCode::allowed;
}

Failure no_such(const std::string& id) { return fail(ErrorKind::usage, "there is no publication " + id, "gate publish --list names them"); }

Result<OutboxEntry> entry_named(const std::string& id, Publishing& publishing) {
  const auto entries = publishing.entries();
  if (!entries) {
    return tl::unexpected(entries.error());
  }
  const auto found = std::find_if(entries->begin(), entries->end(), [&](const OutboxEntry& e) { return std::to_string(e.id) == id; });
  return found == entries->end() ? Result<OutboxEntry>(no_such(id)) : *found;
}

// Its push may have been killed, too.
Result<void> let_go_of_image(const OutboxEntry& entry, ImageStore& images) {
  const auto name = ImageName::parse(entry.destination);
  const auto cleared = name ? images.clear_after_push(entry.image_id, *name, entry.commit_tags.front()) : Result<void>();
  return cleared ? images.release(entry.kept_name) : cleared;
}

// Its image is in the registry under all of its tags; what is left is told to others.
bool is_out(const OutboxEntry& entry) {
  return !entry.is_trigger() && (entry.state == PublicationState::tagged || entry.state == PublicationState::unknown);
}

// What is out stays out: what follows it is done again, or not at all.
void start_again(OutboxEntry& entry) {
  const bool is_left = was_left_without_claim(entry);
  const bool is_unattested = !is_left && was_left_unattested(entry);
  entry.state = is_left ? PublicationState::pushed : is_unattested || is_out(entry) ? PublicationState::tagged : PublicationState::armed;
  if (!is_unattested) {
    entry.reason.clear();
  }
}

void drop(OutboxEntry& entry) {
  const bool was_out = is_out(entry);
  give_up(entry, was_out ? "what follows the publication was " + std::string(k_dropped) : k_dropped);
  entry.state = was_out ? PublicationState::done : entry.state;
}

// What a person decides of one that can't go on by itself.
Result<std::vector<OutboxEntry>> decide(const PublishFlags& flags, Publishing& publishing) {
  auto entry = entry_named(flags.again ? *flags.again : *flags.drop, publishing);
  if (!entry) {
    return tl::unexpected(entry.error());
  }
  if (entry->state == PublicationState::done && !(flags.again && (was_left_without_claim(*entry) || was_left_unattested(*entry)))) {
    return fail(ErrorKind::usage, "publication " + std::to_string(entry->id) + " is done", "gate publish --list");
  }
  if (flags.again) {
    start_again(*entry);
  } else {
    if (auto released = entry->kept_name.empty() ? Result<void>() : let_go_of_image(*entry, publishing.images()); !released) {
      return tl::unexpected(released.error());
    }
    entry->kept_name.clear();
    drop(*entry);
  }
  if (auto updated = publishing.update(*entry); !updated) {
    return tl::unexpected(updated.error());
  }
  return std::vector<OutboxEntry>{*entry};
}

bool contains(const std::vector<OutboxEntry>& entries, std::int64_t id) {
  return std::any_of(entries.begin(), entries.end(), [&](const OutboxEntry& e) { return e.id == id; });
}

// What is not over yet, and what the target adds. What a push would be refused for is written down, for when that is mended, and
// left at that.
Result<std::vector<OutboxEntry>> all_that_is_left(const PublishTarget* target, const Proposal& proposal, Publishing& publishing) {
  std::vector<OutboxEntry> own;
  if (target != nullptr && !proposal.plan.publications.empty()) {
    auto armed = proposal.judgement.denied() ? publishing.hold_back(proposal, *target) : publishing.arm(proposal, *target);
    if (!armed) {
      return armed;
    }
    own = *std::move(armed);
  }
  const auto entries = publishing.entries();
  if (!entries) {
    return tl::unexpected(entries.error());
  }
  std::vector<OutboxEntry> left = proposal.judgement.denied() ? std::vector<OutboxEntry>() : own;
  std::copy_if(entries->begin(), entries->end(), std::back_inserter(left),
               [&](const OutboxEntry& e) { return !e.is_over() && !contains(own, e.id); });
  // What was armed first comes first: others are told of the newest last.
  std::sort(left.begin(), left.end(), [](const OutboxEntry& a, const OutboxEntry& b) { return a.id < b.id; });
  return left;
}

Result<ExitCode> publish(const PublishFlags& flags, const Invocation& invocation, const Terminal& out, const Terminal& err) {
  auto session = Session::open(invocation);
  if (!session) {
    return tl::unexpected(session.error());
  }
  if (flags.list) {
    return list(*session, invocation, out, err);
  }
  const auto pending = has_outbox(*session);
  if (!pending) {
    return tl::unexpected(pending.error());
  }
  // It is looked at whatever comes of the rest: nothing is judged twice.
  if (auto complete = *pending ? ensure_all_adapters(invocation, std::nullopt) : Result<void>(); !complete) {
    return tl::unexpected(complete.error());
  }
  const bool decides = flags.again || flags.drop;
  const auto target =
      decides ? Result<std::optional<PublishTarget>>(std::nullopt) : asked_target(flags.branch, invocation.env, session->repository());
  if (!target) {
    return tl::unexpected(target.error());
  }
  const auto proposal = *target ? propose(**target, *session) : Proposal{};
  if (!proposal) {
    return tl::unexpected(proposal.error());
  }
  const bool is_denied = proposal->judgement.denied() && !proposal->plan.publications.empty();
  if (decides && !*pending) {
    return no_such(flags.again ? *flags.again : *flags.drop);
  }
  if (proposal->plan.publications.empty() && !*pending && !is_denied) {
    out.print("gate: nothing to publish" + (proposal->plan.reason.empty() ? "" : ": " + proposal->plan.reason) + "\n");
    return ExitCode::allowed;
  }
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    return tl::unexpected(complete.error());
  }
  if (is_denied) {
    err.print("gate: nothing of this commit is published: a push of it would be refused\n" +
              render(Conclusion{proposal->judgement, {}}, err.style("publication")));
  }
  const Interrupt interrupt;
  const auto publishing = Publishing::open(*session, invocation, interrupt, err);
  if (!publishing) {
    return tl::unexpected(publishing.error());
  }
  // Written down first: whoever must wait, or is ended while he waits, has lost nothing.
  if (auto begun = decides ? (*publishing)->begin(Publishing::Wait::as_long_as_it_takes) : Result<void>(); !begun) {
    return tl::unexpected(begun.error());
  }
  const auto entries = decides ? decide(flags, **publishing) : all_that_is_left(*target ? &**target : nullptr, *proposal, **publishing);
  if (!entries) {
    return tl::unexpected(entries.error());
  }
  if (entries->empty() && !is_denied) {
    out.print("gate: nothing to publish" + (proposal->plan.reason.empty() ? "" : ": " + proposal->plan.reason) + "\n");
  }
  if (auto begun = decides ? Result<void>() : (*publishing)->begin(Publishing::Wait::as_long_as_it_takes); !begun) {
    return tl::unexpected(begun.error());
  }
  (*publishing)->wait_for_others();
  const auto reports = (*publishing)->go_on(*entries, Publishing::Tests::may_run);
  print(reports, out);
  const ExitCode code = flags.drop ? ExitCode::allowed : exit_code_of(reports); // it was asked for
  return is_denied && code == ExitCode::allowed ? ExitCode::refused : code;
}

} // namespace

Result<std::vector<OutboxEntry>> outbox_entries(Session& session, const Invocation& invocation) {
  const auto there = has_outbox(session);
  if (!there || !*there) {
    return there ? Result<std::vector<OutboxEntry>>(std::vector<OutboxEntry>{}) : tl::unexpected(there.error());
  }
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    return tl::unexpected(complete.error());
  }
  const auto outbox = wire_outbox(session.folder().outbox());
  return outbox ? (*outbox)->entries() : tl::unexpected(outbox.error());
}

void publish_after_merge(MergeFacts::Event event, bool is_squash, const Invocation& invocation, const Terminal& err) {
  const auto style = err.style("publication");
  const auto complain = [&](const Error& error) {
    err.print(render(error, style) + "gate: the merge stands; nothing was published. To publish it: gate publish\n");
  };
  auto session = Session::open(invocation);
  if (!session) {
    // Whether it was a merge, and whether anything is to be published here, can't be known: most commits are none.
    return event == MergeFacts::Event::merge
               ? err.print("gate: nothing is published of what was merged: " + clean_line(session.error().message) + "\n")
               : void();
  }
  const auto target = head_target(event, is_squash, invocation.env, session->repository());
  if (!target) {
    return complain(target.error());
  }
  if (!*target) {
    return;
  }
  const auto proposal = propose(**target, *session);
  if (!proposal) {
    return complain(proposal.error());
  }
  if (proposal->plan.publications.empty()) {
    return;
  }
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    return complain(complete.error());
  }
  const Interrupt interrupt;
  const auto publishing = Publishing::open(*session, invocation, interrupt, err);
  if (!publishing) {
    return complain(publishing.error());
  }
  const bool is_denied = proposal->judgement.denied();
  if (is_denied) {
    err.print("gate: the merge stands, but nothing of it is published: a push of it would be refused\n" +
              render(Conclusion{proposal->judgement, {}}, style));
  }
  const auto armed = is_denied ? (*publishing)->hold_back(*proposal, **target) : (*publishing)->arm(*proposal, **target);
  if (!armed) {
    return complain(armed.error());
  }
  if (is_denied) {
    err.print("gate: once that is mended: gate publish   (it stays pending until then)\n");
    return;
  }
  if (auto begun = (*publishing)->begin(Publishing::Wait::briefly); !begun) {
    return complain(begun.error());
  }
  (*publishing)->ask_no_remote();
  const auto reports = (*publishing)->go_on(*armed, Publishing::Tests::may_run);
  print(reports, err);
  if (exit_code_of(reports) != ExitCode::allowed) {
    err.print("gate: the merge stands all the same\n");
  }
}

void publish_after_push(const std::vector<RefName>& branches, Publishing::Tests tests, Session& session, const Invocation& invocation,
                        const Terminal& err) {
  const Interrupt interrupt;
  const auto complain = [&](const Error& error) {
    err.print(render(error, err.style("publication")) + "gate: what is pending stays pending: gate publish\n");
  };
  const auto publishing = Publishing::open(session, invocation, interrupt, err);
  if (!publishing) {
    return complain(publishing.error());
  }
  if (auto begun = (*publishing)->begin(Publishing::Wait::as_long_as_it_takes); !begun) {
    return complain(begun.error());
  }
  const auto entries = (*publishing)->entries();
  if (!entries) {
    return complain(entries.error());
  }
  std::vector<OutboxEntry> ours;
  std::copy_if(entries->begin(), entries->end(), std::back_inserter(ours), [&](const OutboxEntry& e) {
    return !e.is_over() && e.state != PublicationState::unknown && std::find(branches.begin(), branches.end(), e.branch) != branches.end();
  });
  (*publishing)->wait_for_others();
  print((*publishing)->go_on(ours, tests), err);
}

ExitCode run_publish(const Invocation& invocation) {
  PublishFlags flags;
  Options options("gate publish",
                  "Publishes what the policy says for the branch that HEAD is on (in CI: that CI runs for), and finishes what is pending:\n"
                  "tests the commit if nobody has, pushes the image that was tested under the commit's tags, reads its digest back, and\n"
                  "moves the branch's tags once the remote has the commit; then it tags the commit in git and calls the webhook, where the\n"
                  "policy says so. What is published already, here or elsewhere, is not published again.");
  options.add_flag("--list", flags.list, "tell what is pending and what was published, here and elsewhere; do nothing");
  options.add_text("--branch", flags.branch, "in CI, where gate can't read what it runs for: the branch, if that is no pull request");
  options.add_text("--again", flags.again,
                   "ID: start this publication again, failed or unknown as it may be; of one that is out, the tag in git and the\n"
                   "webhook; of one that was done without its branch tags, as the remote took no claim, those; of\n"
                   "one whose image could not be attested, that");
  options.add_text("--drop", flags.drop, "ID: let go of this publication");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  const Terminal err(Terminal::Stream::err, invocation.env);
  const bool only_one = (flags.list ? 1 : 0) + (flags.branch ? 1 : 0) + (flags.again ? 1 : 0) + (flags.drop ? 1 : 0) <= 1;
  const auto code = only_one
                        ? publish(flags, invocation, out, err)
                        : Result<ExitCode>(fail(ErrorKind::usage, "--list, --branch, --again and --drop do not go together", "gate publish --help"));
  if (!code) {
    err.print(render(code.error(), err.style("publication")));
    return exit_code_of(code.error().kind);
  }
  return *code;
}

} // namespace gate
