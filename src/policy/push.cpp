#include "policy/push.hpp"

namespace gate {

namespace {

// Splits off what follows the last space.
std::optional<std::string_view> take_last(std::string_view& line) {
  const auto space = line.rfind(' ');
  if (space == std::string_view::npos) {
    return std::nullopt;
  }
  const auto word = line.substr(space + 1);
  line = line.substr(0, space);
  return word;
}

// From the right, since what the user typed for the local ref may hold anything.
std::optional<RefUpdate> parse_line(std::string_view line) {
  const auto old_text = take_last(line);
  const auto ref_text = take_last(line);
  const auto new_text = take_last(line);
  if (!old_text || !ref_text || !new_text || line.empty()) {
    return std::nullopt;
  }
  const auto old_oid = Oid::parse(*old_text);
  const auto new_oid = Oid::parse(*new_text);
  const auto ref = RefName::parse(*ref_text);
  if (!old_oid || !new_oid || !ref || old_oid->format() != new_oid->format()) {
    return std::nullopt;
  }
  return RefUpdate{std::string(line), *new_oid, *ref, *old_oid};
}

} // namespace

Result<std::vector<RefUpdate>> parse_ref_updates(std::string_view input) {
  std::vector<RefUpdate> updates;
  for (unsigned number = 1; !input.empty(); ++number) {
    const auto end = input.find('\n');
    const auto line = input.substr(0, end);
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
    const auto update = parse_line(line);
    if (!update) {
      return could_not_run("line " + std::to_string(number) + " of what git gave to the pre-push hook is not " +
                               "\"<local ref> <oid> <remote ref> <oid>\"",
                           "is another program calling this hook? See githooks(5), pre-push");
    }
    updates.push_back(*update);
  }
  return updates;
}

} // namespace gate
