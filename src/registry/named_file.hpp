// A file that the user has named, which need not be a regular one.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "os/interrupt.hpp"

namespace gate::registry {

/// A regular file, or a pipe or character device: /dev/null (which is empty), what a shell's <(…) is, a FIFO into which a password manager
/// writes. At most 1 MiB, and within ten seconds. No such file is nothing. `interrupt` may be null.
Result<std::optional<std::string>> read_named_file(const std::string& path, const Interrupt* interrupt);

} // namespace gate::registry
