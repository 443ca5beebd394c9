// Suites in containers: the adapter behind SuiteRunner (ports.hpp).
#pragma once

#include <memory>

#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

class Interrupt;

/// `env` is gate's own environment: it says which Engine (DOCKER_HOST, docker's contexts, else
/// /var/run/docker.sock), and little of it goes on to docker and compose. The interrupt must outlive the
/// runner. An error: the Engine is one that gate can't talk to. Whether it answers is found out by each run.
Result<std::unique_ptr<SuiteRunner>> make_suite_runner(Environment env, const Interrupt& interrupt);

} // namespace gate
