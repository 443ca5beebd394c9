#include "policy/image_name.hpp"

#include <algorithm>

namespace gate {

namespace {

constexpr std::string_view k_hub = "docker.io";
constexpr std::size_t k_longest_repository = 255;
constexpr std::size_t k_longest_tag = 128;

bool is_decimal(char c) {
  return c >= '0' && c <= '9';
}

bool is_small(char c) {
  return is_decimal(c) || (c >= 'a' && c <= 'z');
}

/// Cuts off what comes before the first `separator`; all of it when there is none.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t at = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_decimal)) {
    return false;
  }
  int port = 0;
  for (const char c : text) {
    port = port * 10 + (c - '0');
  }
  return port > 0 && port <= 65535;
}

bool is_host_label(std::string_view label) {
  return !label.empty() && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) { return is_small(c) || c == '-'; });
}

bool is_host(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return host.find_first_not_of("0123456789abcdef:", 1) == host.size() - 1;
  }
  if (host.empty() || host.back() == '.') {
    return false;
  }
  while (!host.empty()) {
    if (!is_host_label(take_until(host, '.'))) {
      return false;
    }
  }
  return true;
}

bool is_registry(std::string_view text) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos) {
    return is_host(text);
  }
  return is_host(text.substr(0, colon)) && is_port(text.substr(colon + 1));
}

// Small letters and digits, with one of ".", "_", "__" or any number of "-" between them.
bool is_path_component(std::string_view text) {
  if (text.empty() || !is_small(text.front()) || !is_small(text.back())) {
    return false;
  }
  while (!text.empty()) {
    text.remove_prefix(static_cast<std::size_t>(
        std::distance(text.begin(), std::find_if_not(text.begin(), text.end(), is_small))));
    const std::size_t next = static_cast<std::size_t>(
        std::distance(text.begin(), std::find_if(text.begin(), text.end(), is_small)));
    const std::string_view separator = text.substr(0, next);
    text.remove_prefix(next);
    const bool dashes = separator.find_first_not_of('-') == std::string_view::npos;
    if (!dashes && separator != "." && separator != "_" && separator != "__") {
      return false;
    }
  }
  return true;
}

bool is_repository(std::string_view path) {
  if (path.empty() || path.size() > k_longest_repository || path.back() == '/') {
    return false;
  }
  while (!path.empty()) {
    if (!is_path_component(take_until(path, '/'))) {
      return false;
    }
  }
  return true;
}

bool is_image_id(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The first part is a host if it could not be a name on Docker Hub's: distribution/reference,
// splitDockerDomain.
bool has_registry(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view first = text.substr(0, slash);
  return slash != std::string_view::npos &&
         (first == "localhost" || first.find_first_of(".:") != std::string_view::npos);
}

bool is_tag_character(char c) {
  return is_small(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
}

} // namespace

std::optional<ImageName> ImageName::parse(std::string_view text) {
  ImageName name{std::string(k_hub), {}};
  if (has_registry(text)) {
    name.registry = take_until(text, '/');
    if (name.registry == "index.docker.io") {
      name.registry = k_hub;
    }
  } else if (is_image_id(text)) {
    return std::nullopt; // docker takes it for an image's id
  }
  name.repository = text;
  if (name.registry == k_hub && text.find('/') == std::string_view::npos) {
    name.repository = "library/" + name.repository;
  }
  if (!is_registry(name.registry) || !is_repository(text) || name.repository.size() > k_longest_repository) {
    return std::nullopt;
  }
  return name;
}

bool is_tag(std::string_view text) {
  return !text.empty() && text.size() <= k_longest_tag && text.front() != '.' && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), is_tag_character);
}

std::string as_tag(std::string_view text) {
  std::string tag(text.substr(0, k_longest_tag));
  std::replace_if(
      tag.begin(), tag.end(), [](char c) { return !is_tag_character(c); }, '-');
  // What may stand inside, but not in front.
  if (tag.empty()) {
    return "_";
  }
  if (tag.front() == '.' || tag.front() == '-') {
    tag.front() = '_';
  }
  return tag;
}

} // namespace gate
