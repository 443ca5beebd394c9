#include "cli/run_headings.hpp"

#include <array>
#include <fstream>

#include "report/clean.hpp"

namespace gate {

namespace {

std::string headings_in(const std::filesystem::path& log, const std::string& suite) {
  constexpr std::string_view k_mark = "==> ";
  std::array<char, 4096> part{};
  std::ifstream file(log, std::ios::binary);
  std::string text;
  bool begins_line = true;
  // Of a longer line only the first part counts.
  while (file.getline(part.data(), part.size()) || file.gcount() > 0) {
    const std::string_view line(part.data());
    if (begins_line && line.substr(0, k_mark.size()) == k_mark) {
      text += "gate: " + suite + ": " + clean_line(line.substr(k_mark.size())) + "\n";
    }
    begins_line = !file.fail();
    if (file.eof()) {
      break;
    }
    file.clear();
  }
  return text;
}

} // namespace

std::string headings_of(const std::vector<SuiteResult>& suites) {
  std::string text;
  for (const auto& suite : suites) {
    for (const auto& log : suite.logs) {
      text += headings_in(log, suite.need.suite.name);
    }
  }
  return text;
}

} // namespace gate
