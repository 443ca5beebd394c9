#include "git/path_choice.hpp"

#include <algorithm>

namespace gate {

namespace {

bool is_at_or_below(std::string_view path, std::string_view top) {
  return path.substr(0, top.size()) == top && (path.size() == top.size() || path[top.size()] == '/');
}

} // namespace

PathChoice::Share PathChoice::share_of(std::string_view path) const {
  const auto is_chosen = [&](const std::string& chosen) { return is_at_or_below(path, chosen); };
  if (m_paths.empty() || std::any_of(m_paths.begin(), m_paths.end(), is_chosen)) {
    return Share::all;
  }
  const auto leads_to = [&](std::string_view folder) {
    return folder.empty() || std::any_of(m_paths.begin(), m_paths.end(), [&](const std::string& chosen) { return is_at_or_below(chosen, folder); });
  };
  if (leads_to(path)) {
    return Share::part;
  }
  const auto slash = path.rfind('/');
  const auto name = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  const auto folder = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  const bool describes = name == ".gitattributes" || name == ".gitmodules";
  return describes && leads_to(folder) ? Share::all : Share::none;
}

} // namespace gate
