// DSSE 1.0.2 envelopes (https://github.com/secure-systems-lab/dsse: envelope.md, protocol.md).
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace gate::signing {

inline constexpr std::string_view k_statement_type = "application/vnd.in-toto+json";

struct Envelope {
  std::string payload_type;
  std::string payload;   ///< bytes
  std::string keyid;     ///< a hint that nobody has signed
  std::string signature; ///< bytes
};

/// What is signed: "DSSEv1 LEN(type) type LEN(payload) payload".
std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload);

/// One line of JSON, without a line feed.
std::string to_json(const Envelope& envelope);

/// Strict: one object with these three members, each once; one signature, with `sig` and perhaps `keyid`; base 64 in either alphabet. Anything else is
/// refused, with a clause for people. `text` is hostile, and no longer than 256 KiB.
tl::expected<Envelope, std::string> parse_envelope(std::string_view text);

} // namespace gate::signing
