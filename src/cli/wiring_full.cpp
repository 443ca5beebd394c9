#include "cli/wiring.hpp"
#include "engine/compose_outline.hpp"
#include "engine/suite_runner.hpp"

namespace gate {

Result<void> ensure_all_adapters(const Invocation&, const std::optional<std::string>&) { return {}; }

Result<std::unique_ptr<SuiteRunner>> wire_suite_runner(const Invocation& invocation, const Interrupt& interrupt) {
  return make_suite_runner(invocation.env, interrupt);
}

Result<std::vector<ComposeService>> wire_compose_outline(const std::filesystem::path& file) { return read_compose_outline(file); }

} // namespace gate
