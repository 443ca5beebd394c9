// What a suite would run, out of its compose file and Dockerfiles, before anything is checked out or started.
#pragma once

#include "policy/surface.hpp"

namespace gate {

/// The lines of one suite: images, builds, mounts, networks, names of the environment's variables and commands of the services that it
/// starts, and of files that are drawn in. Keys that the run drops (rewrite.hpp) are left out; of a key that is not known the whole value is
/// given. One line for each service, and one for the rest of its files, changes with any of that: what a change takes away may have kept
/// the service in. A file that can't be understood, is no map, or is a pointer of Git LFS is given by its digest: what it asks for is
/// refused by the run or understood by compose, and a change of it is seen. An error only if the reader has one.
Result<SurfaceReading> read_suite_surface(const Suite& suite, const TreeReader& read);

} // namespace gate
