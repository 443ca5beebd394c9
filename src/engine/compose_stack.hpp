// The services of a compose suite, started by the Engine's API: no compose, and nothing that waits for nothing.
#pragma once

#include <future>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "engine/compose_run.hpp"
#include "engine/service_container.hpp"

namespace gate {

/// What a service waits for before it is started.
enum class Condition { started, healthy, completed };

struct Stack {
  std::vector<std::string> networks; ///< bodies of POST /networks/create
  std::vector<std::string> volumes;  ///< bodies of POST /volumes/create
  std::map<std::string, ServiceContainer> containers;
  std::map<std::string, std::map<std::string, Condition>> waits; ///< service → what it depends on
};

/// As error: the key that gate leaves to compose, "services.api.devices".
tl::expected<Stack, std::string> plan_stack(const ComposeRun& run);

/// Networks and volumes while images are looked up and built: the Engine takes longest for a network.
class StackGround {
public:
  StackGround(const SuiteSession& session, const Stack& stack);
  /// Each waits until they are there; once.
  Result<void> wait_for_networks(const SuiteSession& session);
  Result<void> wait_for_volumes(const SuiteSession& session);

private:
  std::future<Result<void>> m_networks;
  std::future<Result<void>> m_volumes; ///< not valid: there are none
};

/// Creates all containers at once and starts them in the order of their dependencies, all that can go at once together.
Outcome start_by_api(ComposeRun& run, const Stack& stack, StackGround& ground);

} // namespace gate
