#include "policy/judging.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

namespace gate {

namespace {

constexpr std::size_t k_max_subject = 200; // bytes
constexpr std::size_t k_max_commits = 3;
// Whether a commit changes a file is not known here, nor whether it will when it has been mended; git amends no empty one without.
constexpr const char* k_even_empty = " --allow-empty";

// For git-rebase(1): all that came since, the oldest of them included.
std::string rebase_base(const NewCommit& oldest) { return oldest.parents.empty() ? "--root" : oldest.oid.brief() + "^"; }

bool is_tip_alone(const RefUpdate& update, const CommitList& commits) {
  return commits.size() == 1 && commits.front()->oid == update.new_oid;
}

} // namespace

Judging::Judging(const RuleGroup& group, const RefUpdate& update, const UpdateFacts& facts, const History& history, const Scene& scene)
    : m_group(group), m_update(update), m_facts(facts), m_history(history), m_scene(scene), m_branch(update.ref.brief()) {}

void Judging::found(std::string rule, std::string what, std::string why, const Place& origin, std::string remedy) {
  m_found.push_back({std::move(rule), m_update.ref, std::move(what), std::move(why), origin, std::move(remedy), m_group.enforcement,
                     m_group.bypass});
}

bool is_merge(const NewCommit& commit) { return commit.parents.size() > 1; }

std::string quoted(const Oid& oid, std::string_view subject) {
  std::string text = oid.brief() + " \"";
  if (subject.size() <= k_max_subject) {
    return text.append(subject) + "\"";
  }
  std::size_t end = k_max_subject;
  while (end > k_max_subject - 3 && (static_cast<unsigned char>(subject[end]) & 0xc0U) == 0x80U) {
    --end;
  }
  return text.append(subject.substr(0, end)) + "…\"";
}

std::string quoted(const NewCommit& commit) { return quoted(commit.oid, commit.subject()); }

std::string quoted_of(const UpdateFacts& facts, const Oid& oid) {
  const auto known = std::find_if(facts.commits.begin(), facts.commits.end(), [&](const NewCommit& c) { return c.oid == oid; });
  return known == facts.commits.end() ? oid.brief() : quoted(*known);
}

std::string some_of(const std::vector<std::string>& all, std::size_t limit) {
  const std::size_t shown = std::min(all.size(), limit);
  const std::size_t rest = all.size() - shown;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    text += i == 0 ? "" : i + 1 == shown && rest == 0 ? " and " : ", ";
    text += all[i];
  }
  return rest == 0 ? text : text + " and " + std::to_string(rest) + " more";
}

std::string some_of(const CommitList& commits) {
  std::vector<std::string> texts(commits.size());
  const auto end = commits.begin() + static_cast<std::ptrdiff_t>(std::min(commits.size(), k_max_commits));
  std::transform(commits.begin(), end, texts.begin(), [](const NewCommit* c) { return quoted(*c); });
  return some_of(texts, k_max_commits);
}

std::string any_of_names(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) {
    text += (text.empty() ? "" : " or ") + name;
  }
  return text.empty() ? "nobody" : text;
}

const char* have(std::size_t count) { return count == 1 ? "has" : "have"; }

std::string iso_time(std::chrono::system_clock::time_point time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::string size_limit_text(std::int64_t bytes) {
  constexpr std::array<const char*, 3> k_units = {" GiB", " MiB", " KiB"};
  std::int64_t unit = std::int64_t{1} << 30;
  for (const char* name : k_units) {
    if (bytes > 0 && bytes % unit == 0) {
      return std::to_string(bytes / unit) + name;
    }
    unit /= 1024;
  }
  return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

std::string size_text(std::int64_t bytes) {
  constexpr std::array<const char*, 3> k_units = {" KiB", " MiB", " GiB"};
  if (bytes < 10240) {
    return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
  }
  std::size_t which = 0;
  std::int64_t unit = 1024;
  while (which + 1 < k_units.size() && bytes >= unit * 1024) {
    unit *= 1024;
    ++which;
  }
  const std::int64_t rest = bytes % unit;
  const std::int64_t tenths = bytes / unit * 10 + (rest * 10 + unit - 1) / unit;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + k_units.at(which);
}

std::string amend_remedy(const RefUpdate& update, const CommitList& commits, const std::string& options) {
  const std::string amend = "git commit --amend " + options + k_even_empty;
  if (commits.empty() || is_tip_alone(update, commits)) {
    return amend;
  }
  return "git rebase --rebase-merges --exec '" + amend + "' " + rebase_base(*commits.back());
}

std::string rework_remedy(const RefUpdate& update, const CommitList& commits, const std::string& verb, const std::string& then) {
  if (commits.empty() || is_tip_alone(update, commits)) {
    return then.empty() ? std::string("git commit --amend") + k_even_empty : then + " && git commit --amend --no-edit" + k_even_empty;
  }
  const std::string which = commits.size() == 1 ? commits.front()->oid.brief() : "each of them";
  return "git rebase -i --rebase-merges " + rebase_base(*commits.back()) + "   and mark " + which + " as \"" + verb + "\"" +
         (then.empty() ? "" : "; there: " + then + " && git commit --amend --no-edit" + k_even_empty + " && git rebase --continue");
}

} // namespace gate
