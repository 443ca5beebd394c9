// Which build this is. Written at build time from the digest of the sources (cmake/BuildId.cmake).
#pragma once

namespace gate {

extern const char* const k_version;  ///< "0.1.0"
extern const char* const k_build_id; ///< 16 hex digits

} // namespace gate
