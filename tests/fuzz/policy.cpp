// A policy file that anybody may have written: read, asked for the rules of some refs, compared with itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/compare.hpp"
#include "policy/parse.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto policy = gate::parse_policy(text, "gate.toml", "0.1.0");
  if (!policy) {
    if (policy.error().list.empty()) {
      std::abort(); // refused without a reason
    }
    return 0;
  }
  for (const char* name : {"refs/heads/master", "refs/heads/release/1", "refs/tags/v1", "refs/notes/x"}) {
    const auto ref = gate::RefName::parse(name);
    const auto rules = gate::rules_for(*policy, *ref, "origin");
    if (rules && rules->active().allow && !rules->mentioned) {
      std::abort(); // a limit that no block set
    }
  }
  return 0;
}
