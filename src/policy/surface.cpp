#include "policy/surface.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/duration.hpp"
#include "base/shell_word.hpp"
#include "policy/suite_text.hpp"

namespace gate {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

// In the same line as the rest: without them the line is another one, and asked about.
std::string limits_of(const PublishRule& rule) {
  std::string text;
  switch (rule.by) {
  case PublishRule::By::anyone:
    break;
  case PublishRule::By::local:
    text += ", locally only";
    break;
  case PublishRule::By::ci:
    text += ", by CI only";
    break;
  }
  return text + (rule.finish == PublishRule::Finish::manual ? ", finished by hand" : "");
}

// What decides which image goes there, in the same line for the same reason.
std::string ways_of(const ImageDestination& image) {
  return (image.platforms.empty() ? "" : ", built for " + joined(image.platforms)) + (image.from.empty() ? "" : ", from what " + image.from + " has published") +
         (image.create ? ", in a repository that is made where there is none" : "");
}

std::vector<SuiteTerm> asked_terms(const Suite& suite) {
  auto terms = suite_terms(suite);
  if (suite.timeout != Suite{}.timeout) {
    terms.push_back({"timeout", "takes " + format_duration(suite.timeout) + " at most"});
  }
  return terms;
}

// What a change takes away has no line of its own, and may be all that kept the suite in. So the first line is another one whenever
// any of the terms is, and also when the last of them goes. What the suite is allowed keeps nothing in, and a run may be granted less of it.
std::string as_a_whole(const Suite& suite, const std::vector<SuiteTerm>& terms) {
  Suite plain = suite;
  plain.allow.clear();
  std::set<std::string> keys;
  std::string text = plain.definition().str() + "\n";
  for (const auto& term : terms) {
    if (term.key != "allow") {
      keys.insert(term.key);
      text += escaped(term.text) + "\n"; // also what the definition leaves out
    }
  }
  if (keys.empty()) {
    return "";
  }
  return ", with its " + joined({keys.begin(), keys.end()}) + " as a whole " + Digest::of(text).str();
}

} // namespace

Surface::Surface(std::vector<SurfaceLine> lines) : m_lines(std::move(lines)) {
  std::sort(m_lines.begin(), m_lines.end());
  m_lines.erase(std::unique(m_lines.begin(), m_lines.end()), m_lines.end());
}

bool Surface::contains(const SurfaceLine& line) const { return std::binary_search(m_lines.begin(), m_lines.end(), line); }

std::string Surface::text() const {
  std::string text;
  for (const auto& line : m_lines) {
    text += escaped(line.subject) + "\t" + escaped(line.value) + "\n";
  }
  return text;
}

std::vector<SurfaceLine> new_lines(const Surface& wanted, const Surface& known) {
  std::vector<SurfaceLine> lines;
  std::set_difference(wanted.lines().begin(), wanted.lines().end(), known.lines().begin(), known.lines().end(), std::back_inserter(lines));
  return lines;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
    case '\\':
      result += "\\\\";
      break;
    case '\t':
      result += "\\t";
      break;
    case '\n':
      result += "\\n";
      break;
    default:
      result += c;
    }
  }
  return result;
}

std::string unescaped(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      result += text[i];
      continue;
    }
    ++i;
    result += text[i] == 't' ? '\t' : text[i] == 'n' ? '\n' : text[i];
  }
  return result;
}

std::string shown_words(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : " ") + shell_word(word);
  }
  return text;
}

std::vector<SurfaceLine> definition_lines(const Suite& suite) {
  const std::string subject = "suite " + suite.name;
  const auto terms = asked_terms(suite);
  std::vector<SurfaceLine> lines{{subject, "runs " + shown_words(suite.run) + " in " + where_it_runs(suite) + as_a_whole(suite, terms)}};
  std::transform(terms.begin(), terms.end(), std::back_inserter(lines), [&](const SuiteTerm& term) { return SurfaceLine{subject, term.text}; });
  return lines;
}

std::vector<SurfaceLine> publication_lines(const PublishRule& rule) {
  const std::string subject = "publish " + rule.name;
  const std::string branch = "branch " + rule.branch.brief();
  const auto* image = std::get_if<ImageDestination>(&rule.what);
  if (image == nullptr) {
    return {{subject, "trigger from $" + std::get<BuildTrigger>(rule.what).variable + " (" + branch + ")" + limits_of(rule)}};
  }
  std::vector<std::string> tags = image->commit_tags;
  tags.insert(tags.end(), image->branch_tags.begin(), image->branch_tags.end());
  const std::string when = image->branch_tag == ImageDestination::BranchTag::at_merge ? ", branch tag at the merge" : "";
  std::vector<SurfaceLine> lines;
  for (const auto& published : image->images) {
    const std::string whose = image->suite + (published.service.empty() ? "" : ", service " + published.service);
    for (const auto& to : published.to) {
      lines.push_back({subject, "to " + to + " tags " + joined(tags) + " (suite " + whose + ", " + branch + ")" + when + limits_of(rule) + ways_of(*image)});
    }
  }
  if (!rule.git_tag.empty()) {
    lines.push_back({subject, "tags the commit in git as " + rule.git_tag + ", here and on the remote (" + branch + ")"});
  }
  if (!rule.webhook.empty()) {
    lines.push_back({subject, "calls the URL in $" + rule.webhook + " once it is published (" + branch + ")"});
  }
  return lines;
}

} // namespace gate
