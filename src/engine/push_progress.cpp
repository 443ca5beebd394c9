#include "engine/push_progress.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace gate {

namespace {

constexpr std::size_t k_most_layers = 1000;
constexpr std::uint64_t k_most_bytes = std::uint64_t{1} << 50U; // more than any registry takes

bool is_layer_id(std::string_view text) {
  constexpr std::size_t k_longest = 64;
  return !text.empty() && text.size() <= k_longest && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<std::int64_t> bytes_of(const Json& value) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > k_most_bytes) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(value.get<std::uint64_t>());
}

} // namespace

void SentLayers::hear(const std::string& layer, const std::string& status, const Json& detail) {
  const bool is_done = status == "Pushed" || status == "Layer already exists" || status.rfind("Mounted from", 0) == 0;
  const std::optional<std::int64_t> bytes = bytes_of(member(detail, "current"));
  if (!is_layer_id(layer) || (!is_done && (status != "Pushing" || !bytes))) {
    return;
  }
  if (m_layers.count(layer) == 0 && m_layers.size() >= k_most_layers) {
    return;
  }
  Layer& known = m_layers[layer];
  if (known.is_done) {
    return;
  }
  Layer now = known;
  if (is_done) {
    now.total = std::max(known.total, known.bytes);
    now.bytes = now.total;
    now.is_done = true;
  } else {
    now.total = bytes_of(member(detail, "total")).value_or(0);
    // The Engine counts what frames the files, too, but not in the total.
    now.bytes = now.total > 0 ? std::min(*bytes, now.total) : *bytes;
  }
  now.is_new = known.is_new || (is_done && now.bytes == 0) || now.bytes != known.bytes || now.total != known.total;
  known = now;
}

void SentLayers::tell(Progress& progress) {
  for (auto& [id, layer] : m_layers) {
    if (layer.is_new) {
      layer.is_new = false;
      progress.sent(id, layer.bytes, layer.total);
    }
  }
}

} // namespace gate
