#include "cli/verdict_reader.hpp"

#include <utility>

#include "cli/wiring.hpp"
#include "git/verdict_notes.hpp"

namespace gate {

Result<std::unique_ptr<VerdictReader>> VerdictReader::open(OpenRepository& repository, std::map<std::string, Oid> arriving) {
  std::unique_ptr<VerdictReader> reader(new VerdictReader());
  reader->m_envelopes = wire_envelope_checks(reader->m_interrupt);
  if (reader->m_envelopes == nullptr) {
    return could_not_run("the part of gate that checks signatures is missing", "reinstall gate, as its README says");
  }
  reader->m_notes = verdict_notes_of(repository, std::move(arriving));
  return reader;
}

} // namespace gate
