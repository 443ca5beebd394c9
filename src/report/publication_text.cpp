#include "report/publication_text.hpp"

#include <array>
#include <ctime>

#include "report/clean.hpp"
#include "report/tone.hpp"

namespace gate {

namespace {

using Standing = PublicationReport::Standing;
using State = PublicationState;

std::string subject_of(const OutboxEntry& entry) { return clean_line(entry.branch.brief()) + " " + entry.commit.brief(); }

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

// What comes once the image is out.
std::string what_follows(const OutboxEntry& entry) {
  const std::string tag = entry.git_tag.empty() ? "" : "the tag " + entry.git_tag + " in git";
  const std::string hook = entry.webhook.empty() ? "" : "the webhook " + entry.webhook;
  return tag + (tag.empty() || hook.empty() ? "" : " and ") + hook;
}

std::string what_waits(const OutboxEntry& entry) {
  const std::string then = " when " + entry.remote + " has the commit: git push " + entry.remote + " " + entry.branch.brief();
  if (entry.state == State::tagged) {
    const bool are_two = !entry.git_tag.empty() && !entry.webhook.empty();
    return what_follows(entry) + (are_two ? " follow" : " follows") + then;
  }
  const std::string tags =
      entry.branch_tags.size() == 1 ? "the tag " + entry.branch_tags.front() + " moves" : "the tags " + joined(entry.branch_tags) + " move";
  const std::string what = entry.is_trigger() ? "Docker Hub is asked for a build" : tags;
  return what + then;
}

// The registry shows all of it; what is left is told to others.
bool is_out(const OutboxEntry& entry) {
  return !entry.is_trigger() && (entry.state == State::tagged || entry.state == State::unknown || entry.state == State::done);
}

std::string choice_of(const OutboxEntry& entry) {
  const std::string id = std::to_string(entry.id);
  return std::string(entry.is_trigger() ? "to ask for the build again" : "to call the webhook again") + ": gate publish --again " + id +
         "; to let go of it: gate publish --drop " + id;
}

std::string line(const std::string& text) { return "        " + clean_line(text) + "\n"; }

std::string time_of(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts);
  return text.data();
}

// In words that say what is left to do.
std::string state_in_words(const OutboxEntry& entry) {
  switch (entry.state) {
  case State::armed:
    return "pending";
  case State::pushed:
    return "pushed, waits";
  case State::tagged:
    return "tagged";
  case State::done:
    return entry.is_trigger() ? "accepted" : "published";
  case State::failed:
    return entry.reason == k_dropped ? "dropped" : "failed";
  default:
    return "unknown";
  }
}

Tone tone_of(State state) { return state == State::done ? Tone::good : state == State::failed || state == State::unknown ? Tone::bad : Tone::plain; }

std::string what_is_left(const OutboxEntry& entry) {
  if (entry.state == State::unknown) {
    return (entry.reason.empty() ? "" : entry.reason + "; ") + choice_of(entry);
  }
  if (!entry.reason.empty()) {
    return entry.reason + (entry.is_over() ? "" : "; try again: gate publish");
  }
  if (entry.state == State::pushed || (entry.state == State::armed && entry.is_trigger())) {
    return what_waits(entry);
  }
  if (entry.state == State::tagged && !what_follows(entry).empty()) {
    return "still to come: " + what_follows(entry) + ", once " + entry.remote + " has the commit: gate publish";
  }
  return entry.state == State::armed || entry.state == State::tagged ? "go on with it: gate publish" : "";
}

// What was planned for it.
std::string rows_of(const OutboxEntry& entry) {
  if (entry.is_trigger()) {
    return "";
  }
  const auto moved = branch_tags_not_left(entry);
  std::string text = line("tags      " + joined(entry.commit_tags) + (moved.empty() ? "" : ", " + joined(moved)));
  text += entry.platforms.empty() ? "" : line("platforms " + joined(entry.platforms));
  text += entry.promoted_from.empty() ? "" : line("from      " + entry.promoted_from + ", where that has it");
  return text + (what_follows(entry).empty() ? "" : line("after     " + what_follows(entry)));
}

std::string tester_of(const OutboxEntry& entry) { return entry.suite + (entry.service.empty() ? "" : " as service " + entry.service); }

} // namespace

std::string render(const PublicationReport& report, const TextStyle& style) {
  const OutboxEntry& entry = report.entry;
  const std::string where = entry.is_trigger() ? "" : " to " + clean_line(entry.destination);
  const bool is_published = (!report.problem || is_out(entry)) && report.standing != Standing::needs_tests && report.standing != Standing::refused &&
                            entry.state != State::failed && entry.state != State::armed;
  std::string text = "gate: " + subject_of(entry) + (is_published ? "" : where) + ": ";
  if (report.problem && is_out(entry)) {
    text += toned("published", Tone::good, style) + where + ", but not all that follows is done: " + clean_line(report.problem->message) + "\n";
  } else if (report.problem) {
    text += toned("not published" + std::string(entry.state == State::pushed ? " in full" : ""), Tone::bad, style) + ": " +
            clean_line(report.problem->message) + "\n";
  } else if (report.standing == Standing::given_up) {
    text += "given up: " + clean_line(entry.reason) + "\n";
  } else if (report.standing == Standing::refused) {
    text += toned("not published", Tone::bad, style) + ": a push of it would be refused; once that is mended: gate publish\n";
  } else if (entry.state == State::failed) {
    text += toned("not published", Tone::bad, style) + ": " + clean_line(entry.reason) + "\n";
    text += line("to take it up again: gate publish --again " + std::to_string(entry.id));
  } else if (report.standing == Standing::needs_tests) {
    text += "not published yet: it waits for its tests: gate publish\n";
  } else if (entry.state == State::armed) {
    text += "waits\n";
  } else if (entry.is_trigger()) {
    text += toned("accepted", Tone::good, style) + " by Docker Hub\n";
  } else {
    const bool was_before = entry.state == State::done && report.notes.empty();
    text += (was_before ? "already " : "") + toned("published", Tone::good, style) + where + "\n";
  }
  for (const auto& note : report.notes) {
    text += line(note);
  }
  if (entry.state == State::done && !entry.reason.empty() && report.notes.empty() && !entry.is_trigger()) {
    text += line(entry.reason);
  }
  if (report.standing == Standing::waits) {
    text += line(report.waits_for_others ? entry.reason : what_waits(entry));
  }
  if (report.problem) {
    const bool retried = report.problem->remedy.find("gate publish") != std::string::npos;
    text += report.problem->remedy.empty() ? "" : "      mend: " + clean_line(report.problem->remedy) + "\n";
    text += retried ? "" : "      then: gate publish   (it stays pending until then)\n";
  }
  return text;
}

std::string render_list(const std::vector<OutboxEntry>& entries, const TextStyle& style) {
  if (entries.empty()) {
    return "gate: nothing was published from here, and nothing is pending\n";
  }
  std::string text;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    text += "#" + std::to_string(entry->id) + "  " + toned(state_in_words(*entry), tone_of(entry->state), style) + "  " + subject_of(*entry) + "  " +
            clean_line(entry->destination) + "  " + time_of(entry->changed) + "\n";
    text += rows_of(*entry);
    text += entry->digest.empty() ? "" : line("digest    " + entry->digest);
    text += entry->image_id.empty() ? "" : line("image     " + entry->image_id + ", tested by suite " + tester_of(*entry));
    text += line("revision  " + entry->commit.hex());
    text += entry->source.empty() ? "" : line("source    " + entry->source);
    text += line("created   " + time_of(entry->created));
    const std::string left = what_is_left(*entry);
    text += left.empty() ? "" : line((entry->is_over() ? "note      " : "left      ") + left);
  }
  return text;
}

std::string render_elsewhere(const std::vector<PublishedRecord>& records, const TextStyle& style) {
  std::string text;
  for (const auto& record : records) {
    text += "elsewhere  " + toned("published", Tone::good, style) + "  " + clean_line(record.branch.brief()) + " " + record.commit.brief() + "  " +
            clean_line(record.destination) + "  " + time_of(record.when) + "\n";
    text += line("by        " + record.by);
    text += record.tags.empty() ? "" : line("tags      " + joined(record.tags));
    text += line("digest    " + record.digest);
    text += line("revision  " + record.commit.hex());
  }
  return text;
}

std::string render_obstacle(const OutboxEntry& entry, const Error& obstacle, const TextStyle& style) {
  std::string text = "gate: " + subject_of(entry) + " to " + clean_line(entry.destination) + ": " + toned("can't be published", Tone::bad, style) +
                     " as things are: " + clean_line(obstacle.message) + "\n";
  text += obstacle.remedy.empty() ? "" : "      mend: " + clean_line(obstacle.remedy) + "\n";
  return text + "      the suites run on; what passes need not be tested again\n";
}

std::string render_pending(const std::vector<OutboxEntry>& entries) {
  std::string text;
  for (const auto& entry : entries) {
    if (!entry.is_over()) {
      text += "publish  " + subject_of(entry) + " to " + clean_line(entry.destination) + ": " + state_in_words(entry) + "; " +
              clean_line(what_is_left(entry)) + "\n";
    }
  }
  return text;
}

} // namespace gate
