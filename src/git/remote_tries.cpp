#include "git/remote_tries.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include "os/interrupt.hpp"

namespace gate {

Result<void> pause_between_tries(const RemoteGit& git, const std::function<void()>& tick, std::chrono::steady_clock::time_point end) {
  constexpr int k_shortest_ms = 50;
  constexpr int k_longest_ms = 600;
  constexpr std::chrono::milliseconds k_step{50};
  std::random_device random;
  const auto length = std::chrono::milliseconds(std::uniform_int_distribution<int>(k_shortest_ms, k_longest_ms)(random));
  const auto until = std::min(end, std::chrono::steady_clock::now() + length);
  while (std::chrono::steady_clock::now() < until) {
    if (git.is_interrupted()) {
      return interrupted();
    }
    if (tick) {
      tick();
    }
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(k_step, until - std::chrono::steady_clock::now()));
  }
  return {};
}

std::vector<std::string> fetch_of_own_refs(const std::vector<Oid>& here) {
  std::vector<std::string> words;
  if (here.empty()) {
    words = {"-c", "fetch.negotiationAlgorithm=noop"};
  }
  // No depth: it would make this repository a shallow one. A partial clone would leave out what notes consist of.
  words.insert(words.end(), {"fetch", "--quiet", "--no-tags", "--no-prune", "--no-filter", "--no-recurse-submodules", "--no-show-forced-updates",
                             "--no-write-fetch-head", "--refmap="});
  for (const auto& tip : here) {
    words.push_back("--negotiation-tip=" + tip.hex());
  }
  return words;
}

} // namespace gate
