// Commit and tag objects, which git's own checks may never have seen, and the secrets in any file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/commit_object.hpp"
#include "policy/secrets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto commit = gate::parse_commit_object(bytes)) {
    const bool inside = commit->message.empty() || (commit->message.data() >= bytes.data() && commit->message.data() + commit->message.size() <= bytes.data() + size);
    if (!inside || commit->tree.is_zero() != (commit->tree == gate::Oid())) {
      std::abort();
    }
  }
  static_cast<void>(gate::parse_tag_object(bytes));
  for (const auto& secret : gate::find_secrets(bytes)) {
    if (secret.line == 0 || secret.kind.empty()) {
      std::abort();
    }
  }
  return 0;
}
