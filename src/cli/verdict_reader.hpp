// Looking at verdicts of others where nothing is signed: on a server, and by an audit.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "git/repository.hpp"
#include "os/interrupt.hpp"
#include "ports.hpp"

namespace gate {

class VerdictReader {
public:
  /// Only after ensure_all_adapters. `arriving` as for verdict_notes_of. While it lives, Ctrl-C is something to ask for. The repository must outlive it.
  static Result<std::unique_ptr<VerdictReader>> open(OpenRepository& repository, std::map<std::string, Oid> arriving = {});

  VerdictNotes& notes() { return *m_notes; }
  const Envelopes& envelopes() const { return *m_envelopes; }
  bool is_interrupted() const { return m_interrupt.raised(); }

private:
  VerdictReader() = default;

  Interrupt m_interrupt;
  std::unique_ptr<Envelopes> m_envelopes;
  std::unique_ptr<VerdictNotes> m_notes;
};

} // namespace gate
