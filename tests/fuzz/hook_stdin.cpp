// What git, or anybody, gives to the pre-push hook on standard input.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/push.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto updates = gate::parse_ref_updates(text);
  if (!updates) {
    return 0;
  }
  if (updates->empty() != text.empty()) {
    std::abort(); // a line that vanished would leave unjudged
  }
  for (const auto& update : *updates) {
    if (!gate::RefName::parse(update.ref.full()) || update.old_oid.format() != update.new_oid.format()) {
      std::abort();
    }
  }
  return 0;
}
