// What is said of a published image, beside the image: that it is the one which passed, and what it was made of (docs/publishing.md).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/oid.hpp"
#include "base/ref_name.hpp"

namespace gate {

/// Of the envelope that holds it, and of the referrer that holds the envelope (https://github.com/in-toto/attestation, spec/v1/envelope.md).
inline constexpr std::string_view k_envelope_type = "application/vnd.dsse.envelope.v1+json";
/// Of the statement (in-toto's test-result v0.1).
inline constexpr std::string_view k_test_result_type = "https://in-toto.io/attestation/test-result/v0.1";

struct ImageStatement {
  std::string destination; ///< the image's name, without tag
  Digest manifest;         ///< what was published
  Oid commit;
  Oid tree;
  RefName branch;
  std::string publication; ///< NAME of [publish.NAME]
  std::string suite;       ///< that passed, and whose image it is
  std::string image_id;    ///< "sha256:…" of the tested image
  std::chrono::system_clock::time_point published; ///< when this was said; whole seconds
  std::string gate_version;
};

/// One line of JSON: an in-toto Statement v1 with test-result v0.1. Nothing where a name has what would need an escape, or the image's id is none.
std::optional<std::string> to_statement(const ImageStatement& image);

/// Reads what to_statement wrote, byte for byte, of this manifest; anything else (two subjects, a doubled member, a FAILED, another
/// manifest) is nothing.
std::optional<ImageStatement> from_image_statement(std::string_view text, const Digest& manifest);

} // namespace gate
