#include "git/live_remotes.hpp"

#include <chrono>

#include "os/interrupt.hpp"

namespace gate {

namespace {

constexpr std::chrono::seconds k_patience{60};

std::string first_line(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

class LiveRemotes final : public RemoteBranches {
public:
  LiveRemotes(Environment environment, const Interrupt& interrupt, std::function<void()> tick)
      : m_environment(std::move(environment)), m_interrupt(interrupt), m_tick(std::move(tick)) {}

  Result<std::optional<Oid>> tip(const std::string& remote, const RefName& branch) override {
    const CommandLimits limits{std::chrono::steady_clock::now() + k_patience, &m_interrupt, m_tick};
    const auto asked = run_captured({{"git", "ls-remote", "--", remote, branch.full()}, m_environment, {}}, limits);
    if (!asked) {
      return tl::unexpected(asked.error());
    }
    const std::string how = "try it by hand: git ls-remote " + remote;
    if (asked->end.how == CommandEnd::How::timed_out) {
      return could_not_run("the remote " + remote + " does not answer", how);
    }
    if (!asked->end.ok()) {
      return could_not_run("the remote " + remote + " could not be asked: " + first_line(asked->err), how);
    }
    return tip_in(asked->out, branch);
  }

private:
  Environment m_environment;
  const Interrupt& m_interrupt;
  std::function<void()> m_tick;
};

} // namespace

std::unique_ptr<RemoteBranches> live_remotes(Environment environment, const Interrupt& interrupt, std::function<void()> tick) {
  return std::make_unique<LiveRemotes>(std::move(environment), interrupt, std::move(tick));
}

std::string public_url_of(const std::string& remote, const Environment& environment) {
  const auto asked = run_captured({{"git", "ls-remote", "--get-url", "--", remote}, environment, {}});
  return asked && asked->end.ok() ? without_secrets(first_line(asked->out)) : "";
}

std::string without_secrets(std::string_view url) {
  constexpr std::string_view k_scheme_end = "://";
  const auto scheme = url.find(k_scheme_end);
  if (scheme == std::string_view::npos) {
    return std::string(url);
  }
  const auto begin = scheme + k_scheme_end.size();
  auto host_and_path = url.substr(begin, url.find_first_of("?#", begin) - begin);
  const auto at = host_and_path.substr(0, host_and_path.find('/')).rfind('@');
  if (at != std::string_view::npos) {
    host_and_path.remove_prefix(at + 1);
  }
  return std::string(url.substr(0, begin)) + std::string(host_and_path);
}

Result<std::optional<Oid>> tip_in(std::string_view listing, const RefName& branch) {
  // ls-remote's pattern fits the end of a name, too: refs/heads/x/refs/heads/staging.
  while (!listing.empty()) {
    const auto line = listing.substr(0, listing.find('\n'));
    listing.remove_prefix(std::min(line.size() + 1, listing.size()));
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos || line.substr(tab + 1) != branch.full()) {
      continue;
    }
    const auto oid = Oid::parse(line.substr(0, tab));
    if (!oid) {
      return could_not_run("the remote said something that makes no sense of " + branch.full());
    }
    return oid;
  }
  return std::nullopt;
}

} // namespace gate
