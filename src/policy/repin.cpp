#include "policy/repin.hpp"

#include "base/digest.hpp"
#include "policy/parse.hpp"

namespace gate {

namespace {

// The place counts characters, not bytes.
std::optional<std::size_t> offset_of(std::string_view text, const Place& place) {
  std::size_t at = 0;
  for (unsigned line = 1; line < place.line; ++line) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) {
      return std::nullopt;
    }
    ++at;
  }
  const auto is_inside = [&] { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U; };
  for (unsigned column = 1; column < place.column && at < text.size(); ++column) {
    ++at;
    while (is_inside()) {
      ++at;
    }
  }
  return at;
}

bool is_same(const Extension::Pinned& a, const Extension::Pinned& b) {
  return a.git == b.git && a.rev == b.rev && a.path == b.path && a.sha256 == b.sha256;
}

} // namespace

Extension::Pinned pin_of(const Extension::Pinned& old, const std::string& rev, std::string_view content) {
  return {old.git, rev, old.path, Digest::of(content).hex()};
}

std::optional<std::string> with_pin_moved(std::string text, const Located<Extension::Pinned>& old, const Extension::Pinned& fresh) {
  const auto begin = offset_of(text, old.place);
  if (!begin) {
    return std::nullopt;
  }
  const auto rev = text.find(old.value.rev, *begin);
  const auto sha256 = text.find(old.value.sha256, *begin);
  if (rev == std::string::npos || sha256 == std::string::npos || old.value.rev == old.value.sha256) {
    return std::nullopt;
  }
  text.replace(rev, old.value.rev.size(), fresh.rev);
  const auto shift = rev < sha256 ? fresh.rev.size() : old.value.rev.size();
  text.replace(sha256 + shift - old.value.rev.size(), old.value.sha256.size(), fresh.sha256);
  // What was met may have been another pin's, or a comment: then it is not what it must be now.
  const auto parsed = parse_policy(text, old.place.file, "999999", PolicyRole::layer);
  if (!parsed) {
    return std::nullopt;
  }
  for (const auto& extension : parsed->extends) {
    const auto* pin = std::get_if<Extension::Pinned>(&extension.what);
    if (pin != nullptr && extension.place.line == old.place.line && extension.place.column == old.place.column && is_same(*pin, fresh)) {
      return text;
    }
  }
  return std::nullopt;
}

} // namespace gate
