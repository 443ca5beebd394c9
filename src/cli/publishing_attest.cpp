// Whether what goes out is attested, and by what key.
#include "app/policies.hpp"
#include "cli/publishing.hpp"
#include "report/clean.hpp"

namespace gate {

// One for all: an agent or a person may have to be asked for the key.
Result<Sharing*> Publishing::sharing() {
  if (!m_sharing) {
    auto opened = Sharing::open(m_session, m_invocation, m_interrupt, m_terminal);
    if (!opened) {
      return tl::unexpected(opened.error());
    }
    m_sharing = std::make_unique<Sharing>(*std::move(opened));
  }
  return m_sharing.get();
}

// Signing may ask a person something: only where the protected side's policy says whose word counts.
void Publishing::attest_by_policy(const OutboxEntry& entry) {
  m_ports.envelopes = nullptr;
  if (entry.is_over() || entry.is_trigger()) {
    return;
  }
  auto& repository = m_session.repository();
  m_ports.gate_version = own_identity().version;
  Policies policies(repository, m_session.sources(), m_ports.gate_version);
  const auto tip = repository.tracking_tip(entry.remote, entry.branch);
  const auto side = tip ? policies.judging(entry.branch, *tip, entry.remote, entry.commit) : tl::unexpected(tip.error());
  if (!side || side->policy == nullptr || !side->policy->verdicts) {
    return; // what can't be read has held it up before, or does so elsewhere
  }
  const auto shared = sharing();
  if (shared) {
    m_ports.envelopes = &(*shared)->envelopes();
    return;
  }
  m_progress.clear();
  m_terminal.print("gate: note: nothing is attested of what is published: " + clean_line(shared.error().message) + "\n");
}

} // namespace gate
