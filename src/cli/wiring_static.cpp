#include "cli/become.hpp"
#include "cli/build_id.hpp"
#include "cli/wiring.hpp"

namespace gate {

namespace {
Failure not_here() { return could_not_run("this gate was built without containers", "reinstall gate, as its README says"); }

class NoSurface final : public SuiteSurface {
public:
  Result<SurfaceReading> of(const Suite&, const TreeReader&) override { return not_here(); }
};

} // namespace

Result<void> ensure_all_adapters(const Invocation& invocation, const std::optional<std::string>& stdin_text) {
  const auto full = own_path(invocation).parent_path().parent_path() / "libexec" / "gate" / "gate-full";
  Environment env = invocation.env;
  env.push_back(std::string(k_build_variable) + "=" + k_build_id);
  Error error = become(full.string(), invocation.called_as.empty() ? invocation.argv : invocation.called_as, env, stdin_text);
  error.message = "the part of gate that runs containers is missing: " + error.message;
  error.remedy = "reinstall gate, as its README says";
  return tl::unexpected(std::move(error));
}

std::unique_ptr<NamedImages> wire_named_images(const Invocation&, const Interrupt&) { return nullptr; }

Result<std::unique_ptr<SuiteRunner>> wire_suite_runner(const Invocation&, const std::filesystem::path&, const Interrupt&) { return not_here(); }

Result<std::vector<ComposeService>> wire_compose_outline(const std::filesystem::path&) { return not_here(); }

std::unique_ptr<SuiteSurface> wire_suite_surface() { return std::make_unique<NoSurface>(); }

std::unique_ptr<Envelopes> wire_envelope_checks(const Interrupt&) { return nullptr; }

Result<std::unique_ptr<Envelopes>> wire_envelopes(const Invocation&, const Environment&, const std::filesystem::path&, const Interrupt&) { return not_here(); }

Result<PublishAdapters> wire_publishing(const Invocation&, const Interrupt&, std::function<Result<PlatformSource>(const OutboxEntry&)>) {
  return not_here();
}

Result<std::unique_ptr<Outbox>> wire_outbox(const std::filesystem::path&) { return not_here(); }

Result<std::unique_ptr<RunHistory>> wire_run_history(const std::filesystem::path&) { return not_here(); }

Result<std::size_t> wire_cache_removal(const Invocation&, const std::string&, const Interrupt&) { return not_here(); }

} // namespace gate
