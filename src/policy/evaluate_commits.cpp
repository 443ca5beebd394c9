// What the new commits say: their messages, and who made them. Merges are exempt from commits.message and commits.sign_off, since git
// writes their messages itself; every other rule holds for them, too. A commit that only looks like a merge is exempt from nothing.
#include <algorithm>
#include <functional>
#include <optional>

#include "base/ascii.hpp"
#include "policy/judging.hpp"
#include "policy/utf8.hpp"

namespace gate {

namespace {

constexpr std::string_view k_white = " \t\r\n\v\f";
constexpr std::size_t k_max_email = 100; // bytes, in a sentence

bool is_exempt(const NewCommit& commit) { return is_merge(commit) && !commit.is_dressed_up; }

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(k_white), text.size()));
  return text.substr(0, text.find_last_not_of(k_white) + 1);
}

// git ends every message with a line feed, which nobody means in a pattern.
std::string_view without_last_lines(std::string_view message) { return message.substr(0, message.find_last_not_of("\r\n") + 1); }

// UTF-8; a byte that is none counts as one.
std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) {
    text.remove_prefix(std::max<std::size_t>(utf8_length(text), 1));
  }
  return count;
}

// "Signed-off-by: NAME <EMAIL>".
bool is_sign_off(std::string_view line, std::string_view email) {
  constexpr std::string_view k_key = "signed-off-by:";
  if (lower(line.substr(0, k_key.size())) != k_key) {
    return false;
  }
  const std::string_view person = trimmed(line.substr(k_key.size()));
  const std::size_t open = person.rfind('<');
  return open != std::string_view::npos && open > 0 && person.back() == '>' &&
         lower(person.substr(open + 1, person.size() - open - 2)) == lower(email);
}

// Trailers stand in the last paragraph (git-interpret-trailers(1)); the first one is the subject.
bool is_signed_off(const NewCommit& commit) {
  std::string_view text = trimmed(commit.message);
  bool has_it = false;
  while (!text.empty() && !commit.author.email.empty()) {
    const std::size_t end = text.rfind('\n');
    const std::string_view line = trimmed(end == std::string_view::npos ? text : text.substr(end + 1));
    if (line.empty()) {
      return has_it;
    }
    if (end == std::string_view::npos) {
      return false;
    }
    has_it = has_it || is_sign_off(line, commit.author.email);
    text = text.substr(0, end);
  }
  return false;
}

template <typename Predicate> CommitList commits_that(const Judging& judging, Predicate predicate) {
  CommitList commits;
  for (const auto& commit : judging.facts().commits) {
    if (predicate(commit)) {
      commits.push_back(&commit);
    }
  }
  return commits;
}

/// One pattern, and what of a commit it is held against.
struct PatternRule {
  std::string id;
  std::string subject_of_why;                               ///< "the message of every commit"
  std::string thing;                                        ///< "message"
  std::function<std::optional<std::string_view>(const NewCommit&)> text; ///< nothing: exempt
  std::function<std::string(const CommitList&)> remedy;
};

void judge_pattern(Judging& judging, const PatternRule& rule, const Located<Regex>& pattern) {
  CommitList differing;
  CommitList undecided;
  for (const auto& commit : judging.facts().commits) {
    const auto text = rule.text(commit);
    const auto answer = text ? pattern.value.search(*text) : Regex::Answer::matches;
    if (answer == Regex::Answer::differs) {
      differing.push_back(&commit);
    } else if (answer == Regex::Answer::too_costly) {
      undecided.push_back(&commit);
    }
  }
  const std::string& words = pattern.value.pattern();
  const std::string why = rule.subject_of_why + " " + judging.branch() + " matches " + words;
  if (!differing.empty()) {
    std::string what = "the " + rule.thing + " of " + some_of(differing) + " does not match " + words;
    if (rule.id != "message" && differing.size() == 1) {
      what = "the " + rule.thing + " of " + some_of(differing) + ", " + std::string(rule.text(*differing.front())->substr(0, k_max_email)) +
             ", does not match " + words;
    }
    judging.found(rule.id, std::move(what), why, pattern.place, rule.remedy(differing));
  }
  if (!undecided.empty()) {
    judging.found(rule.id, "whether the " + rule.thing + " of " + some_of(undecided) + " matches " + words + " could not be decided",
                  why + ", and this pattern takes too many steps", pattern.place, "make the pattern at " + pattern.place.str() + " simpler");
  }
}

void judge_subjects(Judging& judging) {
  const auto& max = judging.rules().subject_max;
  if (!max) {
    return;
  }
  std::size_t longest = 0;
  const auto commits = commits_that(judging, [&](const NewCommit& commit) {
    const std::size_t length = characters(commit.subject());
    const bool is_long = length > static_cast<std::size_t>(std::max<std::int64_t>(max->value, 0));
    longest = is_long ? std::max(longest, length) : longest;
    return is_long;
  });
  if (!commits.empty()) {
    judging.found("subject-length",
                  some_of(commits) + (commits.size() == 1 ? " has a subject of " : " have subjects of up to ") + std::to_string(longest) +
                      " characters",
                  "the subject of every commit that comes to " + judging.branch() + " has " + std::to_string(max->value) + " characters at most",
                  max->place, rework_remedy(judging.update(), commits, "reword", ""));
  }
}

void judge_sign_offs(Judging& judging) {
  const auto& place = judging.rules().sign_off;
  if (!place) {
    return;
  }
  const auto commits = commits_that(judging, [](const NewCommit& commit) { return !is_exempt(commit) && !is_signed_off(commit); });
  if (!commits.empty()) {
    const std::string line = commits.size() == 1
                                 ? " has no line \"Signed-off-by: NAME <" + commits.front()->author.email.substr(0, k_max_email) + ">\""
                                 : " have no Signed-off-by line with their author's e-mail address";
    judging.found("sign-off", some_of(commits) + line,
                  "every commit but a merge that comes to " + judging.branch() + " ends in a Signed-off-by line with its author's e-mail address",
                  *place, amend_remedy(judging.update(), commits, "--no-edit --signoff"));
  }
}

} // namespace

void judge_messages(Judging& judging) {
  const RefUpdate& update = judging.update();
  const PatternRule rule{"message", "the message of every commit but a merge that comes to", "message",
                         [](const NewCommit& c) {
                           return is_exempt(c) ? std::nullopt : std::optional(without_last_lines(c.message));
                         },
                         [&update](const CommitList& commits) { return rework_remedy(update, commits, "reword", ""); }};
  for (const auto& pattern : judging.rules().message) {
    judge_pattern(judging, rule, pattern);
  }
  judge_subjects(judging);
  judge_sign_offs(judging);
}

void judge_people(Judging& judging) {
  const RefUpdate& update = judging.update();
  const auto set_to = [&update](const CommitList& commits, const std::string& options) {
    return "git config user.email ADDRESS && " + amend_remedy(update, commits, options);
  };
  const PatternRule author{"author-email", "the author's e-mail address of every commit that comes to", "author's e-mail address",
                           [](const NewCommit& c) { return std::optional<std::string_view>(c.author.email); },
                           [&](const CommitList& commits) { return set_to(commits, "--no-edit --reset-author"); }};
  for (const auto& pattern : judging.rules().author_email) {
    judge_pattern(judging, author, pattern);
  }
  const PatternRule committer{"committer-email", "the committer's e-mail address of every commit that comes to", "committer's e-mail address",
                              [](const NewCommit& c) { return std::optional<std::string_view>(c.committer.email); },
                              [&](const CommitList& commits) { return set_to(commits, "--no-edit"); }};
  for (const auto& pattern : judging.rules().committer_email) {
    judge_pattern(judging, committer, pattern);
  }
}

} // namespace gate
