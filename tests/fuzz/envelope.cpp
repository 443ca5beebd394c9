// An envelope that somebody has put beside a tree, and the SSH signature in it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/verdict_trust.hpp"
#include "signing/dsse.hpp"
#include "signing/ssh_key.hpp"
#include "signing/sshsig.hpp"

using namespace gate;
using namespace gate::signing;

namespace {

void check(std::string_view blob, const std::string& message) {
  const auto key = check_sshsig(blob, k_verdict_namespace, message);
  if (key ? key->type.empty() || key->base64.empty() : key.error().empty()) {
    std::abort(); // by nobody, or refused without a reason
  }
  if (key && check_sshsig(blob, k_verdict_namespace, message + " ")) {
    std::abort(); // of whatever one likes
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, "hello");
  const std::string armored = sshsig_blob(text);
  check(armored, "hello");
  const auto envelope = parse_envelope(text);
  if (!envelope) {
    if (envelope.error().empty()) {
      std::abort(); // refused without a reason
    }
    return 0;
  }
  check(envelope->signature, pre_authentication_encoding(envelope->payload_type, envelope->payload));
  const auto again = parse_envelope(to_json(*envelope));
  if (again && (again->payload != envelope->payload || again->signature != envelope->signature || again->payload_type != envelope->payload_type)) {
    std::abort(); // read otherwise than it was written
  }
  return 0;
}
