// Docker Hub's build triggers. No page documents them any more: docker/hub-feedback, issues 330, 1962, 2270.
#pragma once

#include <optional>
#include <string_view>

#include "base/secret.hpp"
#include "os/interrupt.hpp"
#include "os/process.hpp"
#include "ports.hpp"
#include "registry/url.hpp"

namespace gate::registry {

/// The address of a trigger: whoever has it may start builds.
struct TriggerAddress {
  Origin origin;
  Secret target;
};

/// The one trigger's URL in the text, of either generation:
/// https://hub.docker.com/api/build/v1/source/…/trigger/…/call/ or
/// https://registry.hub.docker.com/u/…/trigger/…/; on this machine it may be http. Nothing is run, whatever
/// the text says. Two different ones are none.
std::optional<TriggerAddress> trigger_address(std::string_view text);

class HubTriggers : public BuildTriggers {
public:
  HubTriggers(Environment env, const Interrupt& interrupt);

  bool is_usable(const Secret& text) const override;
  TriggerAnswer fire(const Secret& text, const RefName& branch) override;

private:
  Environment m_env;
  const Interrupt& m_interrupt;
};

} // namespace gate::registry
