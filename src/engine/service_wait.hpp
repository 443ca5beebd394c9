// Waiting until the services that a suite needs are ready.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/compose_run.hpp"

namespace gate {

/// Does something listen at this TCP port? `table` is the text of /proc/PID/net/tcp or tcp6 (proc(5), proc_pid_net(5)): state 0A is LISTEN.
/// With `reachable` what listens at a loopback address does not count; the Engine's own DNS server (127.0.0.11) never does.
bool has_listener(std::string_view table, std::uint16_t port, bool reachable);

/// Waits for all that the suite's `needs` name, to the suite's timeout. A service that ends or turns unhealthy meanwhile fails the suite.
Outcome wait_for_needs(ComposeRun& run);

} // namespace gate
