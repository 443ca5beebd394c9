#include "policy/compare_verdicts.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "policy/compare_rules.hpp"
#include "policy/describe.hpp"

namespace gate {

namespace {

std::string verdicts_in_words(const std::optional<VerdictSettings>& settings) {
  if (!settings) {
    return "nothing";
  }
  std::string text;
  for (const auto& row : describe(*settings)) {
    text += (text.empty() ? "" : ", ") + row.key + " = " + row.value;
  }
  return text;
}

class VerdictComparison {
public:
  VerdictComparison(const VerdictSettings& a, const VerdictSettings& b) : m_a(a), m_b(b) {}

  std::vector<PolicyDifference> run() {
    add(compare_admitted("verdicts.allowed_signers", {false, files_of(m_a)}, {false, files_of(m_b)}));
    // A signer of the role ci makes a server ask for one.
    add_list("ci", m_a.ci, m_b.ci);
    add_list("dev", m_a.dev, m_b.dev);
    add_one("max_age", "\"" + toml_age(m_a.max_age) + "\"", "\"" + toml_age(m_b.max_age) + "\"", m_b.max_age > m_a.max_age ? Direction::loosens : Direction::tightens);
    // None is the judge's own.
    add_list("platforms", m_a.platforms, m_b.platforms);
    add_one("share", m_a.share ? "true" : "false", m_b.share ? "true" : "false", Direction::changes);
    return std::move(m_found);
  }

private:
  static TextSet set_of(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }
  static TextSet files_of(const VerdictSettings& settings) {
    TextSet files;
    std::transform(settings.allowed_signers.begin(), settings.allowed_signers.end(), std::inserter(files, files.end()), [](const auto& file) { return file.value; });
    return files;
  }

  void add(std::vector<PolicyDifference> more) { std::move(more.begin(), more.end(), std::back_inserter(m_found)); }

  void add_list(const std::string& key, const std::vector<std::string>& before, const std::vector<std::string>& after) {
    if (before.empty() != after.empty()) {
      add_one(key, gate::text_of(set_of(before), "nothing"), gate::text_of(set_of(after), "nothing"), Direction::changes);
    } else {
      add(compare_admitted("verdicts." + key, {false, set_of(before)}, {false, set_of(after)}));
    }
  }

  void add_one(const std::string& key, const std::string& before, const std::string& after, Direction direction) {
    if (before != after) {
      m_found.push_back({{}, "verdicts." + key, before, after, direction});
    }
  }

  const VerdictSettings& m_a;
  const VerdictSettings& m_b;
  std::vector<PolicyDifference> m_found;
};

} // namespace

std::vector<PolicyDifference> compare_verdicts(const Policy& a, const Policy& b) {
  if (a.verdicts && b.verdicts) {
    return VerdictComparison(*a.verdicts, *b.verdicts).run();
  }
  if (!a.verdicts && !b.verdicts) {
    return {};
  }
  return {{{}, "verdicts", verdicts_in_words(a.verdicts), verdicts_in_words(b.verdicts), Direction::changes}};
}

} // namespace gate
