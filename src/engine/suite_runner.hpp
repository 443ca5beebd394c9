// Suites in containers: the adapter behind SuiteRunner (ports.hpp).
#pragma once

#include <filesystem>
#include <memory>

#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

class Interrupt;

/// When what a run has made is removed.
enum class Removal {
  after,  ///< by the watchdog, while the user goes on
  waited, ///< before `run` returns: where the machine itself may be taken away then (CI)
};

/// `env` is gate's own environment: it says which Engine (DOCKER_HOST, docker's contexts, else
/// /var/run/docker.sock), and little of it goes on to docker and compose. `cache` is a private folder for what runs leave for each other;
/// it need not exist. The interrupt must outlive the runner. An error: the Engine is one that gate can't talk to.
Result<std::unique_ptr<SuiteRunner>> make_suite_runner(Environment env, std::filesystem::path cache, Removal removal,
                                                       const Interrupt& interrupt);

/// Null is never given; an Engine that can't be asked is found out by each question.
std::unique_ptr<NamedImages> make_named_images(Environment env, const Interrupt& interrupt);

} // namespace gate
