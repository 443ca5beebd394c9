// gate policy schema
#include "cli/options.hpp"
#include "cli/policy.hpp"
#include "cli/ready_made.hpp"
#include "cli/terminal.hpp"

namespace gate {

ExitCode run_policy_schema(const Invocation& invocation) {
  Options options("gate policy schema",
                  "Prints the JSON Schema (draft 7) of a policy file. Editors with Taplo complete and check a gate.toml that begins with\n"
                  "#:schema ./.gate.schema.json   once:   gate policy schema > .gate.schema.json");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  Terminal(Terminal::Stream::out, invocation.env).print(policy_schema());
  return ExitCode::allowed;
}

} // namespace gate
