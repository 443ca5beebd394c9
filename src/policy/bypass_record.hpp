// A bypass as it is written down.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/oid.hpp"
#include "base/ref_name.hpp"

namespace gate {

/// One update of a ref that was let through although it breaks rules. The texts are whatever somebody wrote: hostile until a
/// report cleans them.
struct BypassRecord {
  enum class Where {
    client, ///< who it was is a claim
    server, ///< who it was is what a signature says
  };
  enum class State {
    done,    ///< the update was let go (client), or its ref has moved (server)
    granted, ///< written before anybody knew whether the update comes
  };
  struct Rule {
    std::string id;   ///< see rule_ids()
    std::string what; ///< the violation's own sentence
    friend bool operator==(const Rule&, const Rule&) = default;
  };

  Where where = Where::client;
  std::chrono::system_clock::time_point at; ///< whole seconds
  std::string who;                          ///< empty: nobody knows
  std::string reason;
  std::string remote; ///< its name, never a URL
  RefName ref;
  Oid old_oid;
  Oid new_oid;
  std::vector<Rule> rules; ///< empty: which ones it were could not be told any more
  State state = State::done;
};

} // namespace gate
