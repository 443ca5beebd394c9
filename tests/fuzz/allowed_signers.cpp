// An allowed_signers file of a repository.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/allowed_signers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = gate::parse_allowed_signers(text, "allowed_signers");
  for (const auto& signer : read.signers) {
    if (signer.principals.empty() || signer.line == 0) {
      std::abort(); // a key that nobody holds
    }
  }
  static_cast<void>(read.knows("lead@example.org"));
  return 0;
}
