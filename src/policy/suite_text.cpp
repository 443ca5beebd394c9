#include "policy/suite_text.hpp"

#include <algorithm>
#include <iterator>

#include "base/duration.hpp"
#include "policy/publication.hpp"

namespace gate {

namespace {

std::string in_a_row(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : ", ") + word;
  }
  return text;
}

std::string age(std::chrono::seconds length) {
  constexpr long k_day = 24L * 3600;
  const long days = length.count() / k_day;
  return length.count() % k_day == 0 ? std::to_string(days) + (days == 1 ? " day" : " days") : format_duration(length);
}

std::string of_build(const BuildSource& build) {
  std::string text = "an image built from " + (build.context.empty() ? std::string("the top folder") : build.context);
  if (!build.dockerfile.empty()) {
    text += " by " + build.dockerfile;
  }
  if (!build.target.empty()) {
    text += ", stage " + build.target;
  }
  for (const auto& [name, value] : build.args) {
    text += " " + name + "=" + value;
  }
  return text;
}

using Terms = std::vector<SuiteTerm>;

bool takes_from_the_machine(const std::string& value) {
  bool takes = false;
  filled_env_value(value, [&](std::string_view) {
    takes = true;
    return std::string();
  });
  return takes;
}

// The whole of each value: what stands around a variable of the machine says where it goes.
void add_environment(const Suite& suite, Terms& terms) {
  std::vector<std::string> own;
  std::vector<std::string> machine;
  for (const auto& [name, value] : suite.env) {
    (takes_from_the_machine(value) ? machine : own).push_back(name + "=" + value);
  }
  if (!own.empty()) {
    terms.push_back({"env", "with " + in_a_row(own)});
  }
  if (!machine.empty()) {
    terms.push_back({"env", "sees this machine's variables in " + in_a_row(machine)});
  }
}

void add_limits(const Suite& suite, Terms& terms) {
  const SuiteLimits& limits = suite.limits;
  if (limits.cpus) {
    const auto hundredths = static_cast<long>(*limits.cpus * 100 + 0.5);
    const std::string fraction = std::to_string(hundredths % 100);
    terms.push_back({"cpus", "at most " + std::to_string(hundredths / 100) + "." + std::string(2 - fraction.size(), '0') + fraction + " cores"});
  }
  if (limits.memory) {
    terms.push_back({"memory", "at most " + std::to_string(*limits.memory) + " bytes of memory"});
  }
  if (limits.pids != SuiteLimits::k_pids) {
    terms.push_back({"pids", "at most " + std::to_string(limits.pids) + " processes"});
  }
  if (limits.log != SuiteLimits::k_log) {
    terms.push_back({"max_log", "keeps " + std::to_string(limits.log) + " bytes of its log"});
  }
}

} // namespace

std::string where_it_runs(const Suite& suite) {
  if (const auto* compose = std::get_if<ComposeSource>(&suite.source)) {
    return "service " + compose->service + " of " + in_a_row(compose->files);
  }
  if (const auto* build = std::get_if<BuildSource>(&suite.source)) {
    return of_build(*build);
  }
  const auto& image = std::get<ImageSource>(suite.source);
  return "image " + image.image + " (tree at " + image.workdir + ")";
}

std::vector<SuiteTerm> suite_terms(const Suite& suite) {
  Terms terms;
  add_environment(suite, terms);
  for (const auto& need : suite.needs) {
    terms.push_back({"needs", "once " + need.service + (need.port ? " listens on port " + std::to_string(*need.port) : " is healthy")});
  }
  if (!suite.paths.empty()) {
    terms.push_back({"paths", "sees " + in_a_row(suite.paths) + " only"});
  }
  if (suite.shards > 1) {
    terms.push_back({"shards", std::to_string(suite.shards) + " shards"});
  }
  if (suite.retries > 0) {
    terms.push_back({"retries", "retried " + std::to_string(suite.retries) + (suite.retries == 1 ? " time" : " times")});
  }
  if (suite.network == SuiteNetwork::none) {
    terms.push_back({"network", "network none"});
  }
  add_limits(suite, terms);
  if (!suite.caches.empty()) {
    terms.push_back({"caches", "keeps " + in_a_row(suite.caches) + " between runs"});
  }
  for (const auto& power : suite.allow) {
    terms.push_back({"allow", "may have " + power});
  }
  if (!suite.reusable) {
    terms.push_back({"reusable", "always run"});
  }
  if (suite.max_age) {
    terms.push_back({"max_age", "again after " + age(*suite.max_age)});
  }
  return terms;
}

std::vector<std::string> terms_of(const Suite& suite) {
  const auto terms = suite_terms(suite);
  std::vector<std::string> texts;
  std::transform(terms.begin(), terms.end(), std::back_inserter(texts), [](const SuiteTerm& term) { return term.text; });
  return texts;
}

std::optional<std::string> filled_env_value(std::string_view text, const std::function<std::string(std::string_view)>& value_of) {
  const std::string opening = "{" + std::string(k_env_prefix);
  std::string filled;
  for (auto at = text.find(opening); at != std::string_view::npos; at = text.find(opening)) {
    filled += text.substr(0, at);
    text.remove_prefix(at + opening.size());
    const auto close = text.find('}');
    if (close == std::string_view::npos || !is_variable_name(text.substr(0, close))) {
      return std::nullopt;
    }
    filled += value_of(text.substr(0, close));
    text.remove_prefix(close + 1);
  }
  return filled + std::string(text);
}

} // namespace gate
