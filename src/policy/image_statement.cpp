#include "policy/image_statement.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "policy/utf8.hpp"

namespace gate {

namespace {

constexpr std::string_view k_image_digest = "sha256:";
constexpr std::string_view k_published = "%Y-%m-%dT%H:%M:%SZ";

std::string published_text(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), k_published.data(), &parts);
  return text.data();
}

std::optional<std::chrono::system_clock::time_point> published_time(const std::string& text) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), k_published.data(), &parts);
  // Before 1677 and after 2262 the clock's nanoseconds overflow.
  constexpr int k_earliest = 1970 - 1900;
  constexpr int k_latest = 2200 - 1900;
  if (end == nullptr || *end != '\0' || parts.tm_year < k_earliest || parts.tm_year > k_latest) {
    return std::nullopt;
  }
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

// UTF-8 may stand in JSON as it is (RFC 8259, section 8.1); nothing that needs an escape is let in.
bool needs_no_escape(std::string_view text) {
  return !text.empty() && as_utf8(text) == text && std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f || c == '"' || c == '\\';
  });
}

bool is_tested_id(std::string_view id) {
  return id.substr(0, k_image_digest.size()) == k_image_digest && Digest::parse(id.substr(k_image_digest.size())).has_value();
}

// Takes what it is told off the front of a text; once something else stands there, nothing is read any more.
class StatementTaker {
public:
  explicit StatementTaker(std::string_view text) : m_left(text) {}

  StatementTaker& past(std::string_view expected) {
    m_is_well = m_is_well && m_left.substr(0, expected.size()) == expected;
    m_left.remove_prefix(m_is_well ? expected.size() : 0);
    return *this;
  }
  /// Up to the next quote.
  std::string value() {
    const auto end = m_left.find('"');
    m_is_well = m_is_well && end != std::string_view::npos;
    std::string taken(m_is_well ? m_left.substr(0, end) : std::string_view());
    m_left.remove_prefix(taken.size());
    return taken;
  }
  bool is_over() const { return m_is_well && m_left.empty(); }

private:
  std::string_view m_left;
  bool m_is_well = true;
};

constexpr std::string_view k_to_name = R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"name":")";
constexpr std::string_view k_to_manifest = R"(","digest":{"sha256":")";
constexpr std::string_view k_to_commit =
    R"("}}],"predicateType":"https://in-toto.io/attestation/test-result/v0.1","predicate":{"result":"PASSED","configuration":[{"name":"gate:source","digest":{"gitCommit":")";
constexpr std::string_view k_to_tree = R"("},"annotations":{"tree":")";
constexpr std::string_view k_to_branch = R"(","branch":")";
constexpr std::string_view k_to_image = R"("}},{"name":"gate:image","digest":{"sha256":")";
// A descriptor must have a digest, content or a URI.
constexpr std::string_view k_to_publication = R"("}},{"name":"gate:publication","uri":"gate:publish/)";
constexpr std::string_view k_to_time = R"(","annotations":{"schema":1,"publishedOn":")";
constexpr std::string_view k_to_version = R"(","gate":")";
constexpr std::string_view k_to_suite = R"("}}],"passedTests":[")";
constexpr std::string_view k_to_end = R"("],"warnedTests":[],"failedTests":[]}})";

std::string strung(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) {
    text += part;
  }
  return text;
}

} // namespace

std::optional<std::string> to_statement(const ImageStatement& image) {
  const bool is_plain = needs_no_escape(image.destination) && needs_no_escape(image.branch.full()) && needs_no_escape(image.publication) &&
                        needs_no_escape(image.suite) && needs_no_escape(image.gate_version);
  if (!is_plain || !is_tested_id(image.image_id)) {
    return std::nullopt;
  }
  return strung({k_to_name, image.destination, k_to_manifest, image.manifest.hex(), k_to_commit, image.commit.hex(), k_to_tree, image.tree.hex(), k_to_branch,
                 image.branch.full(), k_to_image, std::string_view(image.image_id).substr(k_image_digest.size()), k_to_publication, image.publication, k_to_time,
                 published_text(image.published), k_to_version, image.gate_version, k_to_suite, image.suite, k_to_end});
}

std::optional<ImageStatement> from_image_statement(std::string_view text, const Digest& manifest) {
  StatementTaker taker(text);
  std::string destination = taker.past(k_to_name).value();
  taker.past(k_to_manifest).past(manifest.hex());
  const auto commit = Oid::parse(taker.past(k_to_commit).value());
  const auto tree = Oid::parse(taker.past(k_to_tree).value());
  const auto branch = RefName::parse(taker.past(k_to_branch).value());
  const std::string image_id = taker.past(k_to_image).value();
  std::string publication = taker.past(k_to_publication).value();
  const auto published = published_time(taker.past(k_to_time).value());
  std::string version = taker.past(k_to_version).value();
  std::string suite = taker.past(k_to_suite).value();
  if (!taker.past(k_to_end).is_over() || !commit || !tree || !branch || !published) {
    return std::nullopt;
  }
  ImageStatement image{std::move(destination), manifest, *commit, *tree, *branch, std::move(publication), std::move(suite), std::string(k_image_digest) + image_id,
                       *published, std::move(version)};
  // A time that is written otherwise, a name that would need an escape.
  return to_statement(image) == text ? std::optional(std::move(image)) : std::nullopt;
}

} // namespace gate
