#include "report/policy_test_text.hpp"

#include <algorithm>

#include "report/clean.hpp"
#include "report/tone.hpp"

namespace gate {

namespace {

std::string render_result(const ScenarioResult& result, const TextStyle& style) {
  if (result.passed()) {
    return "  " + toned("pass", Tone::good, style) + "  " + clean_line(result.name) + "\n";
  }
  std::string text = "  " + toned("FAIL", Tone::bad, style) + "  " + clean_line(result.name) + "   (" + clean_line(result.place.str()) + ")\n";
  for (const auto& mismatch : result.mismatches) {
    text += "        expected  " + clean_line(mismatch.expected) + "\n        came      " + clean_line(mismatch.came) + "\n";
    for (const auto& reason : mismatch.reasons) {
      text += "                  " + clean_line(reason) + "\n";
    }
  }
  return text;
}

} // namespace

std::string render_tests(const std::string& file, const std::vector<ScenarioResult>& results, const TextStyle& style) {
  std::string text = clean_line(file) + "\n";
  for (const auto& result : results) {
    text += render_result(result, style);
  }
  const auto failed = std::count_if(results.begin(), results.end(), [](const ScenarioResult& result) { return !result.passed(); });
  const std::string count = std::to_string(results.size()) + (results.size() == 1 ? " test" : " tests");
  return text + count + ", " + (failed == 0 ? toned("all passed", Tone::good, style) : toned(std::to_string(failed) + " failed", Tone::bad, style)) +
         "\n";
}

} // namespace gate
