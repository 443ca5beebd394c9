#include "engine/owner.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <vector>

#include <unistd.h>

namespace gate {

namespace {

constexpr std::string_view k_image_prefix = "gate-run/";
/// After a run's timeout: to remove what it has made, and for clocks that differ.
constexpr std::chrono::hours k_grace{1};

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string host_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string text;
  std::getline(file, text);
  text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
  std::error_code error;
  for (const char c : std::filesystem::read_symlink("/proc/self/ns/pid", error).string()) {
    text += c >= '0' && c <= '9' ? std::string(1, c) : std::string(c == '[' ? 1 : 0, '-');
  }
  return text;
}

// The program's name (field 2) may hold spaces and parentheses: the fields are counted from the last ')'.
std::optional<std::string> start_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(file, text) || text.rfind(')') == std::string::npos) {
    return std::nullopt;
  }
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string field;
  for (int number = 3; number <= 22; ++number) {
    if (!(fields >> field)) {
      return std::nullopt;
    }
  }
  return field;
}

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

template <typename Number> std::optional<Number> parse_number(std::string_view text, Number least) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least) {
    return std::nullopt;
  }
  return number;
}

std::optional<pid_t> parse_pid(std::string_view text) { return parse_number<pid_t>(text, 1); }

std::optional<std::int64_t> parse_time(std::string_view text) { return parse_number<std::int64_t>(text, 0); }

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

} // namespace

ProcessIdentity ProcessIdentity::own() {
  return {host_id(), getpid(), start_of(getpid()).value_or("0")};
}

bool ProcessIdentity::is_of_this_host() const {
  return !host.empty() && host == host_id();
}

bool ProcessIdentity::is_dead() const {
  return is_of_this_host() && start_of(pid) != start;
}

RunOwner RunOwner::make(std::chrono::seconds timeout) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::random_device random;
  std::string run;
  for (int i = 0; i < 16; ++i) {
    run += k_digits[random() % k_digits.size()];
  }
  const std::int64_t length = std::chrono::duration_cast<std::chrono::seconds>(timeout + k_grace).count();
  return {run, ProcessIdentity::own(), timeout.count() > 0 ? unix_now() + length : 0};
}

std::optional<RunOwner> RunOwner::from_labels(const std::map<std::string, std::string>& labels) {
  const auto value = [&](const char* name) {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string() : found->second;
  };
  const std::optional<pid_t> pid = parse_pid(value(k_pid_label));
  if (!pid || !is_hex(value(k_run_label)) || value(k_host_label).empty()) {
    return std::nullopt;
  }
  return RunOwner{value(k_run_label), {value(k_host_label), *pid, value(k_pid_start_label)}, parse_time(value(k_until_label)).value_or(0)};
}

bool RunOwner::is_gone() const {
  return process.is_of_this_host() ? process.is_dead() : until > 0 && until < unix_now();
}

std::map<std::string, std::string> RunOwner::labels() const {
  return {{k_run_label, run},
          {k_host_label, process.host},
          {k_pid_label, std::to_string(process.pid)},
          {k_pid_start_label, process.start},
          {k_until_label, std::to_string(until)}};
}

std::string RunOwner::image(unsigned n) const {
  return std::string(k_image_prefix) + run + ":" + process.host + "." + std::to_string(process.pid) + "." +
         process.start + "." + std::to_string(until) + "." + std::to_string(n);
}

std::optional<RunOwner> RunOwner::from_image(std::string_view reference) {
  const std::size_t colon = reference.find(':');
  if (reference.rfind(k_image_prefix, 0) != 0 || colon == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string run(reference.substr(k_image_prefix.size(), colon - k_image_prefix.size()));
  const std::vector<std::string> parts = split(reference.substr(colon + 1), '.');
  const std::optional<pid_t> pid = parts.size() == 5 ? parse_pid(parts[1]) : std::nullopt;
  const std::optional<std::int64_t> until = pid ? parse_time(parts[3]) : std::nullopt;
  if (!until || !is_hex(run)) {
    return std::nullopt;
  }
  return RunOwner{run, {parts[0], *pid, parts[2]}, *until};
}

} // namespace gate
