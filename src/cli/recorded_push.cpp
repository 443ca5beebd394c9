#include "cli/recorded_push.hpp"

#include <algorithm>

#include "os/files.hpp"

namespace gate {

namespace fs = std::filesystem;

namespace {

// One call of the hook: the remote's name, its URL, the updates, and an empty line.
constexpr std::string_view k_recorder = "#!/bin/sh\n{ printf '%s\\n%s\\n' \"$1\" \"$2\"; cat; echo; } >> \"$0.calls\"\n";

std::string take_line(std::string_view& text) {
  const auto end = text.find('\n');
  std::string line(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

Result<std::vector<Push>> parse_calls(std::string_view text) {
  std::vector<Push> pushes;
  while (!text.empty()) {
    Push push;
    push.remote = take_line(text);
    push.url = take_line(text);
    std::string lines;
    for (std::string line = take_line(text); !line.empty(); line = take_line(text)) {
      lines += line + "\n";
    }
    auto updates = parse_ref_updates(lines);
    if (!updates) {
      return tl::unexpected(updates.error());
    }
    if (!updates->empty()) {
      push.updates = *std::move(updates);
      pushes.push_back(std::move(push));
    }
  }
  return pushes;
}

} // namespace

Result<RecordedPush> record_push(const std::vector<std::string>& arguments, const Invocation& invocation, const fs::path& scratch) {
  std::error_code failed;
  fs::create_directories(scratch, failed);
  auto folder = TemporaryFolder::make(scratch, "record-");
  if (!folder) {
    return tl::unexpected(folder.error());
  }
  const fs::path recorder = folder->path() / "pre-push";
  if (auto written = write_file(recorder, k_recorder, 0700); !written) {
    return tl::unexpected(written.error());
  }
  Command command{{"git", "-c", "core.hooksPath=" + folder->path().string(), "push", "--dry-run", "--quiet"}, invocation.env, {}};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  // Whatever the arguments say, the dry run needs its hook: the last of --verify and --no-verify counts.
  command.argv.insert(std::find(command.argv.begin(), command.argv.end(), "--"), "--verify");
  auto asked = run_captured(command);
  if (!asked) {
    return tl::unexpected(asked.error());
  }
  const auto calls = read_file(recorder.string() + ".calls", 64U << 20U);
  if (!calls) {
    return tl::unexpected(calls.error());
  }
  auto pushes = parse_calls(calls->value_or(""));
  if (!pushes) {
    return tl::unexpected(pushes.error());
  }
  return RecordedPush{*std::move(pushes), asked->end, std::move(asked->err)};
}

} // namespace gate
