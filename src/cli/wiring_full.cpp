#include "cli/ci_event.hpp"
#include "cli/secret_variables.hpp"
#include "cli/signing_key.hpp"
#include "cli/wiring.hpp"
#include "engine/cache_volumes.hpp"
#include "engine/compose_outline.hpp"
#include "engine/compose_surface.hpp"
#include "engine/image_store.hpp"
#include "engine/platform_builds.hpp"
#include "engine/suite_runner.hpp"
#include "ledger/outbox_file.hpp"
#include "ledger/run_history.hpp"
#include "registry/registries.hpp"
#include "signing/envelopes.hpp"

namespace gate {

namespace {

class ComposeSurface final : public SuiteSurface {
public:
  Result<SurfaceReading> of(const Suite& suite, const TreeReader& read) override { return read_suite_surface(suite, read); }
};

} // namespace

Result<void> ensure_all_adapters(const Invocation&, const std::optional<std::string>&) { return {}; }

std::unique_ptr<NamedImages> wire_named_images(const Invocation& invocation, const Interrupt& interrupt) { return make_named_images(invocation.env, interrupt); }

Result<std::unique_ptr<SuiteRunner>> wire_suite_runner(const Invocation& invocation, const std::filesystem::path& cache, const Interrupt& interrupt) {
  // In CI the machine may be taken away as soon as gate has ended.
  return make_suite_runner(invocation.env, cache, is_in_ci(invocation.env) ? Removal::waited : Removal::after, interrupt);
}

Result<std::vector<ComposeService>> wire_compose_outline(const std::filesystem::path& file) { return read_compose_outline(file); }

std::unique_ptr<SuiteSurface> wire_suite_surface() { return std::make_unique<ComposeSurface>(); }

std::unique_ptr<Envelopes> wire_envelope_checks(const Interrupt& interrupt) { return make_envelopes({}, {}, {}, interrupt); }

Result<std::unique_ptr<Envelopes>> wire_envelopes(const Invocation& invocation, const Environment& environment, const std::filesystem::path& folder,
                                                  const Interrupt& interrupt) {
  auto key = signing_key_of(invocation, environment);
  return key ? Result<std::unique_ptr<Envelopes>>(make_envelopes(*std::move(key), environment, folder, interrupt)) : tl::unexpected(key.error());
}

Result<PublishAdapters> wire_publishing(const Invocation& invocation, const Interrupt& interrupt,
                                        std::function<Result<PlatformSource>(const OutboxEntry&)> source_of) {
  return PublishAdapters{make_image_store(invocation.env, interrupt), make_registries(without_secret_variables(invocation.env), interrupt),
                         make_build_triggers(invocation.env, interrupt), make_webhooks(invocation.env, interrupt),
                         make_platform_builds(invocation.env, interrupt, std::move(source_of))};
}

Result<std::unique_ptr<Outbox>> wire_outbox(const std::filesystem::path& file) { return open_outbox(file); }

Result<std::unique_ptr<RunHistory>> wire_run_history(const std::filesystem::path& file) { return open_run_history(file); }

Result<std::size_t> wire_cache_removal(const Invocation& invocation, const std::string& repository_id, const Interrupt& interrupt) {
  return remove_cache_volumes(invocation.env, repository_id, interrupt);
}

} // namespace gate
