#include "engine/compose_document.hpp"
#include "engine/mount.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "engine/compose_values.hpp"

namespace gate {

namespace {

bool is_among(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Mount::Kind kind_of_source(const std::string& source) {
  const bool is_path =
      source.find('/') != std::string::npos || (!source.empty() && (source[0] == '.' || source[0] == '~'));
  return is_path ? Mount::Kind::bind : Mount::Kind::volume;
}

std::optional<Mount> parse_short(const std::string& text) {
  const std::vector<std::string> parts = split(without_escapes(text), ':');
  if (parts.size() > 3 || parts.front().empty()) {
    return std::nullopt;
  }
  if (parts.size() == 1) {
    return Mount{Mount::Kind::volume, {}, true, parts[0]};
  }
  Mount mount{kind_of_source(parts[0]), parts[0], true, parts[1], parts.size() == 3 ? parts[2] : std::string()};
  for (const std::string& option : parts.size() == 3 ? split(parts[2], ',') : std::vector<std::string>()) {
    // What is missing here shares mounts with the host (rshared and the like).
    if (!is_among(option, {"", "ro", "rw", "z", "Z", "nocopy", "cached", "delegated", "consistent"})) {
      return std::nullopt;
    }
    mount.writable = mount.writable && option != "ro";
  }
  return mount;
}

std::optional<Mount> parse_long(const Json& map) {
  const std::string type = text_of(member(map, "type"));
  const std::string propagation = text_of(member(member(map, "bind"), "propagation"));
  const bool known =
      is_among(type, {"bind", "volume", "tmpfs"}) && is_among(propagation, {"", "private", "rprivate"}) &&
      has_only(map, {"type", "source", "target", "read_only", "consistency", "bind", "volume", "tmpfs"}) &&
      has_only(member(map, "bind"), {"propagation", "create_host_path", "selinux"}) &&
      has_only(member(map, "volume"), {"nocopy", "subpath"});
  const std::string source = without_escapes(text_of(member(map, "source")));
  if (!known || (type == "bind" && source.empty())) {
    return std::nullopt;
  }
  const Mount::Kind kind = type == "bind"    ? Mount::Kind::bind
                           : type == "tmpfs" ? Mount::Kind::tmpfs
                                             : Mount::Kind::volume;
  // A volume's source that is a path would be a bind by another name.
  if (kind == Mount::Kind::volume && kind_of_source(source) == Mount::Kind::bind) {
    return std::nullopt;
  }
  return Mount{kind, source, !is_true(member(map, "read_only")), without_escapes(text_of(member(map, "target"))), {}, true};
}

} // namespace

std::optional<Mount> parse_mount(const Json& entry) {
  if (entry.is_string()) {
    return parse_short(entry.get<std::string>());
  }
  return entry.is_object() ? parse_long(entry) : std::nullopt;
}

} // namespace gate
