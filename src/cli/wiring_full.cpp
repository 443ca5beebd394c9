#include "cli/wiring.hpp"
#include "engine/compose_outline.hpp"
#include "engine/compose_surface.hpp"
#include "engine/image_store.hpp"
#include "engine/suite_runner.hpp"
#include "ledger/outbox_file.hpp"
#include "registry/registries.hpp"

namespace gate {

namespace {

class ComposeSurface final : public SuiteSurface {
public:
  Result<SurfaceReading> of(const Suite& suite, const TreeReader& read) override { return read_suite_surface(suite, read); }
};

} // namespace

Result<void> ensure_all_adapters(const Invocation&, const std::optional<std::string>&) { return {}; }

Result<std::unique_ptr<SuiteRunner>> wire_suite_runner(const Invocation& invocation, const Interrupt& interrupt) {
  return make_suite_runner(invocation.env, interrupt);
}

Result<std::vector<ComposeService>> wire_compose_outline(const std::filesystem::path& file) { return read_compose_outline(file); }

std::unique_ptr<SuiteSurface> wire_suite_surface() { return std::make_unique<ComposeSurface>(); }

Result<PublishAdapters> wire_publishing(const Invocation& invocation, const Interrupt& interrupt) {
  return PublishAdapters{make_image_store(invocation.env, interrupt), make_registries(invocation.env, interrupt),
                         make_build_triggers(invocation.env, interrupt)};
}

Result<std::unique_ptr<Outbox>> wire_outbox(const std::filesystem::path& file) { return open_outbox(file); }

} // namespace gate
