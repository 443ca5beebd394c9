// The text of a note, as a remote has it. What was kept of it must be read again as it was.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "git/note_lines.cpp" // the core that this is linked with has no adapters

namespace {

void check(const std::vector<std::string>& lines) {
  const bool are_lines = std::all_of(lines.begin(), lines.end(), [](const std::string& line) { return gate::is_note_line(line); });
  if (!are_lines || lines.size() > gate::k_most_note_lines || std::set<std::string>(lines.begin(), lines.end()).size() != lines.size()) {
    std::abort();
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto half = size == 0 ? 0 : data[0] * size / 256;
  std::vector<std::string> first;
  gate::read_note_lines(text.substr(0, half), first);
  gate::read_note_lines(text.substr(half), first);
  check(first);
  const auto newest = gate::newest_note_lines({text.substr(0, half), text.substr(half)});
  check(newest);
  std::string kept;
  for (const auto& line : newest) {
    kept += line + "\n";
  }
  std::vector<std::string> again;
  gate::read_note_lines(kept, again);
  if (again != newest || (first.size() < gate::k_most_note_lines && newest.size() != first.size())) {
    std::abort();
  }
  return 0;
}
