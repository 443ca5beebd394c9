#include "policy/commit_object.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace gate {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes header lines off the front of an object.
class Header {
public:
  explicit Header(std::string_view bytes) : m_rest(bytes) {}

  /// The value of the next line if it has this key; the line is then taken.
  std::optional<std::string_view> take(std::string_view key) {
    const std::size_t end = m_rest.find('\n');
    if (end == std::string_view::npos || end <= key.size() || m_rest.substr(0, key.size()) != key || m_rest[key.size()] != ' ') {
      return std::nullopt;
    }
    const std::string_view value = m_rest.substr(key.size() + 1, end - key.size() - 1);
    // git's own readers end at a NUL: they would see another commit than we do.
    if (value.find('\0') != std::string_view::npos) {
      return std::nullopt;
    }
    m_rest.remove_prefix(end + 1);
    return value;
  }

  std::optional<Oid> take_oid(std::string_view key) {
    const auto value = take(key);
    return value ? Oid::parse(*value) : std::nullopt;
  }

  /// Takes the lines up to the empty one, and says whether a signature is among them. A line that begins with a blank goes on with
  /// the one above. Nothing when a NUL is in them.
  std::optional<bool> take_others() {
    bool is_signed = false;
    while (!m_rest.empty() && m_rest.front() != '\n') {
      const std::size_t end = std::min(m_rest.find('\n'), m_rest.size());
      const std::string_view line = m_rest.substr(0, end);
      if (line.find('\0') != std::string_view::npos) {
        return std::nullopt;
      }
      const std::string_view key = line.substr(0, line.find(' '));
      is_signed = is_signed || key == "gpgsig" || key == "gpgsig-sha256";
      m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
    }
    m_rest.remove_prefix(m_rest.empty() ? 0 : 1);
    return is_signed;
  }

  std::string_view rest() const { return m_rest; }

private:
  std::string_view m_rest;
};

/// Who and when, of an author or committer line.
struct Ident {
  Person person;
  std::int64_t when = 0;
};

std::string_view without_blanks_before(std::string_view text) {
  const auto begin = std::find_if_not(text.begin(), text.end(), is_space);
  return text.substr(static_cast<std::size_t>(begin - text.begin()));
}

// "SECONDS ZONE"; git takes no date without its zone.
std::int64_t parse_date(std::string_view text) {
  std::int64_t seconds = 0;
  const char* end = text.data() + text.size();
  if (text.empty() || !is_digit(text.front())) {
    return 0;
  }
  const auto [after, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc()) {
    return 0;
  }
  const std::string_view zone = without_blanks_before({after, static_cast<std::size_t>(end - after)});
  const bool has_zone = zone.size() > 1 && (zone.front() == '+' || zone.front() == '-') && is_digit(zone[1]);
  return has_zone ? seconds : 0;
}

// As git does it (ident.c, split_ident_line): the name goes to the first '<', the e-mail to the first '>' after it, and the date
// follows the last '>' of the line.
Ident split_ident(std::string_view line) {
  const std::size_t open = line.find('<');
  const std::size_t close = open == std::string_view::npos ? open : line.find('>', open);
  if (close == std::string_view::npos) {
    return {};
  }
  std::size_t name_end = open;
  while (name_end > 0 && is_space(line[name_end - 1])) {
    --name_end;
  }
  Ident ident;
  ident.person.name = line.substr(0, name_end);
  ident.person.email = line.substr(open + 1, close - open - 1);
  ident.when = parse_date(without_blanks_before(line.substr(line.rfind('>') + 1)));
  return ident;
}

// git's own list (gpg-interface.c).
bool has_signature_line(std::string_view message) {
  constexpr std::array<std::string_view, 4> k_starts = {"-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----",
                                                        "-----BEGIN SIGNED MESSAGE-----", "-----BEGIN SSH SIGNATURE-----"};
  for (std::size_t at = 0; at < message.size();) {
    const std::string_view line = message.substr(at);
    if (std::any_of(k_starts.begin(), k_starts.end(), [&](std::string_view start) { return line.substr(0, start.size()) == start; })) {
      return true;
    }
    const std::size_t end = message.find('\n', at);
    at = end == std::string_view::npos ? message.size() : end + 1;
  }
  return false;
}

} // namespace

std::optional<CommitObject> parse_commit_object(std::string_view bytes) {
  Header header(bytes);
  const auto tree = header.take_oid("tree");
  if (!tree) {
    return std::nullopt;
  }
  CommitObject commit;
  commit.tree = *tree;
  while (const auto parent = header.take("parent")) {
    const auto oid = Oid::parse(*parent);
    if (!oid || oid->format() != tree->format()) {
      return std::nullopt;
    }
    commit.parents.push_back(*oid);
  }
  const auto author = header.take("author");
  if (!author) {
    return std::nullopt;
  }
  // Some tools once wrote several authors; git reads the first.
  while (header.take("author")) {
  }
  const auto committer = header.take("committer");
  if (!committer) {
    return std::nullopt;
  }
  const auto is_signed = header.take_others();
  if (!is_signed) {
    return std::nullopt;
  }
  commit.author = split_ident(*author).person;
  const Ident by = split_ident(*committer);
  commit.committer = by.person;
  commit.committed = by.when;
  commit.is_signed = *is_signed;
  commit.message = header.rest();
  return commit;
}

std::optional<TagObject> parse_tag_object(std::string_view bytes) {
  constexpr std::array<std::string_view, 4> k_types = {"commit", "tree", "blob", "tag"};
  Header header(bytes);
  const auto target = header.take_oid("object");
  const auto type = target ? header.take("type") : std::nullopt;
  if (!type || std::find(k_types.begin(), k_types.end(), *type) == k_types.end()) {
    return std::nullopt;
  }
  const auto name = header.take("tag");
  const auto is_signed = name ? header.take_others() : std::nullopt;
  if (!is_signed) {
    return std::nullopt;
  }
  return TagObject{*target, *type, *name, *is_signed || has_signature_line(header.rest())};
}

} // namespace gate
