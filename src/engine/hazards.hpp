// What a suite's services may not have: power over the machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/json.hpp"

namespace gate {

/// What is refused.
struct Hazard {
  std::string sentence;
  /// What a policy's `allow` would have to hold to let this very thing through: "privileged", "docker.sock", "device /dev/kvm",
  /// "bind /etc", "host-network", "cap_add NET_ADMIN". Empty: nothing lets it through.
  std::string name;
};

struct Judged {
  std::vector<Hazard> refused;
  std::vector<std::string> let_through; ///< names
};

/// Judges the services of a normalized compose file (`compose config`), and the networks, volumes, secrets
/// and configs that they use, by allow-list: what is not known to be harmless is refused by name. Binds and
/// builds must lie in the tree. All refusals come at once. What `allow` names, exactly, is let through.
Judged hazards(const Json& model, const std::vector<std::string>& services, const std::filesystem::path& tree,
               const std::vector<std::string>& allow = {});

/// Binds of the tree, for an Engine of another machine, which has no file of this one. A sentence each.
std::vector<std::string> binds_of_this_machine(const Json& model, const std::vector<std::string>& services);

/// What gives services a way out of the run, though the suite says network = "none": what was let through. A sentence each.
std::vector<std::string> ways_out(const Json& model, const std::vector<std::string>& services);

} // namespace gate
