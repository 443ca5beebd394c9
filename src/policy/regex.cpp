#include "policy/regex.hpp"

#include <array>
#include <cstdint>
#include <utility>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "policy/utf8.hpp"

namespace gate {

namespace {

constexpr std::size_t k_longest_pattern = 1024;
// What one search may cost. A step is an attempt that PCRE2 counts; a byte is one that a repetition ran over, which it does not
// count: [a-z]+! on a long run of letters is quadratic without a single step back.
constexpr std::uint32_t k_most_steps = 1'000'000;
constexpr std::size_t k_most_bytes = 50'000'000;
constexpr std::uint32_t k_deepest = 100'000;
constexpr std::uint32_t k_most_heap = 32 * 1024; // KiB
// A comparison with an earlier group costs as much as the group is long, and PCRE2 counts one step.
constexpr std::size_t k_longest_comparison = 64;

struct Freed {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

template <typename T> using Owned = std::unique_ptr<T, Freed>;

struct Meter {
  std::size_t left = k_most_bytes;
  std::size_t last = 0;
};

// Called before each item of the pattern (pcre2callout(3), "Automatic callouts"). Less than -1 ends the search with that error.
int count(pcre2_callout_block* block, void* data) {
  auto& meter = *static_cast<Meter*>(data);
  const std::size_t at = block->current_position;
  const std::size_t moved = 1 + (at > meter.last ? at - meter.last : meter.last - at);
  meter.last = at;
  if (moved > meter.left) {
    return PCRE2_ERROR_CALLOUT;
  }
  meter.left -= moved;
  return 0;
}

PCRE2_SPTR bytes_of(std::string_view text) {
  // PCRE2 has no other way to take chars; an empty view may be a null pointer, which it refuses.
  return reinterpret_cast<PCRE2_SPTR>(text.empty() ? "" : text.data());
}

std::string words_for(int error) {
  std::array<PCRE2_UCHAR, 256> text{};
  const int length = pcre2_get_error_message(error, text.data(), text.size());
  return length < 0 ? "it can't be compiled" : std::string(text.begin(), text.begin() + length);
}

} // namespace

struct Regex::Code {
  Owned<pcre2_code> compiled;
  bool is_utf = false;   ///< the text must be UTF-8
  bool compares = false; ///< with earlier groups
};

Regex::Regex(std::string_view pattern) : m_pattern(pattern) {}

tl::expected<Regex, std::string> Regex::compile(std::string_view pattern) {
  if (pattern.size() > k_longest_pattern) {
    return tl::unexpected("it has more than " + std::to_string(k_longest_pattern) + " bytes");
  }
  // \C takes characters apart: what follows it may run into undefined behaviour (pcre2unicode(3)).
  constexpr std::uint32_t k_common = PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;
  int error = 0;
  PCRE2_SIZE offset = 0;
  Owned<pcre2_code> code(pcre2_compile(bytes_of(pattern), pattern.size(), k_common | PCRE2_UTF, &error, &offset, nullptr));
  if (!code && error < 0) { // the pattern is not UTF-8
    code.reset(pcre2_compile(bytes_of(pattern), pattern.size(), k_common | PCRE2_NEVER_UTF, &error, &offset, nullptr));
  }
  if (!code) {
    return tl::unexpected(words_for(error) + " (at byte " + std::to_string(offset) + ")");
  }
  std::uint32_t groups = 0;
  std::uint32_t options = 0;
  pcre2_pattern_info(code.get(), PCRE2_INFO_BACKREFMAX, &groups);
  pcre2_pattern_info(code.get(), PCRE2_INFO_ALLOPTIONS, &options);
  Regex regex(pattern);
  regex.m_code = std::make_shared<const Code>(Code{std::move(code), (options & PCRE2_UTF) != 0, groups != 0});
  return regex;
}

Regex::Answer Regex::search(std::string_view raw) const {
  // PCRE2_MATCH_INVALID_UTF would do without a copy, but then \z holds before a broken byte (10.42): "x@example.org\xff.evil" would
  // end in "@example.org".
  const std::string text = m_code->is_utf ? as_utf8(raw) : std::string(raw);
  const Owned<pcre2_match_context> context(pcre2_match_context_create(nullptr));
  const Owned<pcre2_match_data> found(pcre2_match_data_create(1, nullptr));
  if (!context || !found) {
    return Answer::too_costly;
  }
  const std::size_t share = m_code->compares ? 1 + text.size() / k_longest_comparison : 1;
  Meter meter;
  meter.left /= share;
  pcre2_set_match_limit(context.get(), static_cast<std::uint32_t>(1 + k_most_steps / share));
  pcre2_set_depth_limit(context.get(), k_deepest);
  pcre2_set_heap_limit(context.get(), k_most_heap);
  pcre2_set_callout(context.get(), count, &meter);
  const int result = pcre2_match(m_code->compiled.get(), bytes_of(text), text.size(), 0, 0, found.get(), context.get());
  if (result >= 0) {
    return Answer::matches;
  }
  return result == PCRE2_ERROR_NOMATCH ? Answer::differs : Answer::too_costly;
}

} // namespace gate
