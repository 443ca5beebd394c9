#include "attest/bypass_file.hpp"

#include <array>
#include <cerrno>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "os/files.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int k_version = 1;
constexpr const char* k_granted = "granted";
constexpr const char* k_done = "done";
constexpr std::size_t k_largest_file = 256U << 20U;

std::string text_of(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::optional<std::chrono::system_clock::time_point> time_in(const std::string& text) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  // Before 1677 and after 2262 the clock's nanoseconds overflow.
  constexpr int k_first_year = 1970 - 1900;
  constexpr int k_last_year = 2200 - 1900;
  if (end == nullptr || *end != '\0' || parts.tm_year < k_first_year || parts.tm_year > k_last_year) {
    return std::nullopt;
  }
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

std::string line_of(const BypassRecord& record) {
  Json line = {{"version", k_version},
               {"time", text_of(record.at)},
               {"where", record.where == BypassRecord::Where::server ? "server" : "client"},
               {"who", record.who},
               {"reason", record.reason},
               {"remote", record.remote},
               {"ref", record.ref.full()},
               {"old", record.old_oid.hex()},
               {"new", record.new_oid.hex()},
               {"rules", Json::array()}};
  for (const auto& rule : record.rules) {
    line["rules"].push_back({{"rule", rule.id}, {"what", rule.what}});
  }
  line["state"] = record.state == BypassRecord::State::granted ? k_granted : k_done;
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<std::string> text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? std::optional(found->get<std::string>()) : std::nullopt;
}

std::optional<std::vector<BypassRecord::Rule>> rules_in(const Json& line) {
  std::vector<BypassRecord::Rule> rules;
  const auto list = line.find("rules");
  if (list == line.end() || !list->is_array()) {
    return std::nullopt;
  }
  for (const auto& entry : *list) {
    const auto id = entry.is_object() ? text_at(entry, "rule") : std::nullopt;
    if (!id) {
      return std::nullopt;
    }
    rules.push_back({*id, text_at(entry, "what").value_or("")});
  }
  return rules;
}

std::optional<BypassRecord> record_in(std::string_view text) {
  const Json line = Json::parse(text, nullptr, false);
  if (!line.is_object() || line.value("version", Json()) != k_version) {
    return std::nullopt;
  }
  const auto time = time_in(text_at(line, "time").value_or(""));
  const auto where = text_at(line, "where").value_or("");
  const auto ref = RefName::parse(text_at(line, "ref").value_or(""));
  const auto old_oid = Oid::parse(text_at(line, "old").value_or(""));
  const auto new_oid = Oid::parse(text_at(line, "new").value_or(""));
  const auto state = line.contains("state") ? text_at(line, "state").value_or("") : k_done;
  auto rules = rules_in(line);
  if (!time || (where != "client" && where != "server") || (state != k_done && state != k_granted) || !ref || !old_oid || !new_oid || !rules) {
    return std::nullopt;
  }
  return BypassRecord{where == "server" ? BypassRecord::Where::server : BypassRecord::Where::client,
                      *time,
                      text_at(line, "who").value_or(""),
                      text_at(line, "reason").value_or(""),
                      text_at(line, "remote").value_or(""),
                      *ref,
                      *old_oid,
                      *new_oid,
                      *std::move(rules),
                      state == k_granted ? BypassRecord::State::granted : BypassRecord::State::done};
}

void sync_folder_of(const fs::path& path) {
  const Fd folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) {
    (void)::fsync(folder.get()); // some filesystems can't
  }
}

} // namespace

Result<void> BypassFile::append(const std::vector<BypassRecord>& records) const {
  if (records.empty()) {
    return {};
  }
  const bool made_folder = ::mkdir(m_path.parent_path().c_str(), 0700) == 0;
  if (!made_folder && errno != EEXIST) {
    return Failure(file_error("make the folder", m_path.parent_path(), errno));
  }
  const Fd file(::open(m_path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) {
    return Failure(file_error("write", m_path, errno));
  }
  if (!S_ISREG(info.st_mode)) {
    return could_not_run("cannot write " + m_path.string() + ": it is not a regular file");
  }
  std::string lines;
  for (const auto& record : records) {
    lines += line_of(record);
  }
  // One write: lines of several processes do not mix. A line that a full disk cut off must not swallow the next one.
  char last = '\n';
  if (info.st_size > 0) {
    const Fd reader(::open(m_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (reader && ::pread(reader.get(), &last, 1, info.st_size - 1) == 1 && last != '\n') {
      lines.insert(0, 1, '\n');
    }
  }
  if (!write_all(file.get(), lines) || ::fsync(file.get()) != 0) {
    return Failure(file_error("write", m_path, errno));
  }
  if (info.st_size == 0) {
    sync_folder_of(m_path);
  }
  if (made_folder) {
    sync_folder_of(m_path.parent_path());
  }
  return {};
}

Result<BypassFile::Content> BypassFile::read() const {
  const auto text = read_file(m_path, k_largest_file);
  if (!text) {
    return Failure(text.error());
  }
  Content content;
  std::string_view rest = *text ? std::string_view(**text) : std::string_view();
  for (unsigned number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty()) {
      continue;
    }
    if (auto record = record_in(line)) {
      content.records.push_back(*std::move(record));
    } else {
      content.unreadable.push_back(number);
    }
  }
  return content;
}

} // namespace gate
