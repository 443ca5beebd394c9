// A webhook of the user's own, called once a publication is done.
#pragma once

#include "os/interrupt.hpp"
#include "os/process.hpp"
#include "ports.hpp"

namespace gate::registry {

class HttpWebhooks : public Webhooks {
public:
  HttpWebhooks(Environment env, const Interrupt& interrupt);

  bool is_usable(const Secret& url) const override;
  TriggerAnswer call(const Secret& url, const std::string& json, const std::string& key) override;

private:
  Environment m_env;
  const Interrupt& m_interrupt;
};

} // namespace gate::registry
