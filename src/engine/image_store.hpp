// The Engine's images: the adapter behind ImageStore (ports.hpp).
#pragma once

#include <memory>

#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

class Interrupt;

/// `env` says which Engine, as for make_suite_runner. The interrupt must outlive the store. Whether the
/// Engine answers is found out at the first use.
std::unique_ptr<ImageStore> make_image_store(Environment env, const Interrupt& interrupt);

} // namespace gate
