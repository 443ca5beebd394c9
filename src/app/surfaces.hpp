// The seam through which the use cases read what suites would run.
#pragma once

#include "policy/surface.hpp"

namespace gate {

/// Knows how to read compose files and Dockerfiles.
class SuiteSurface {
public:
  virtual ~SuiteSurface() = default;
  /// The lines of one suite on the tree that `read` reads. An error only if the reader has one, or a file draws in others without end.
  virtual Result<SurfaceReading> of(const Suite& suite, const TreeReader& read) = 0;
};

} // namespace gate
