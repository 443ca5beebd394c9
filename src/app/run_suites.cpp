#include "app/run_suites.hpp"

#include <algorithm>

namespace gate {

namespace {

using SystemClock = std::chrono::system_clock;

class SuiteLoop {
public:
  SuiteLoop(const RunPorts& ports, const Identity& identity, const std::string& repository_id)
      : m_ports(ports), m_identity(identity), m_repository_id(repository_id) {}

  SuiteResult run(const Need& need) {
    SuiteResult result{need, false, {}, {}, {}};
    auto finished = attempt(result);
    if (!finished) {
      result.error = finished.error();
    }
    return result;
  }

private:
  Result<void> attempt(SuiteResult& result) {
    const Need& need = result.need;
    auto log = m_ports.workspace.log_file(need.suite.name, need.tree);
    if (!log) {
      return tl::unexpected(log.error());
    }
    result.log = *log;
    auto folder = m_ports.workspace.fresh_folder();
    if (!folder) {
      return tl::unexpected(folder.error());
    }
    m_ports.progress.step(need.suite.name, "checking out " + need.commit.brief());
    if (auto written = m_ports.checkout.check_out(need.tree, *folder); !written) {
      return written;
    }
    const auto started = SystemClock::now();
    const std::string keep_as = need.is_published ? kept_image_name(m_repository_id, need.key) : "";
    auto run = m_ports.runner.run({need.suite, *folder, *log, m_repository_id, keep_as}, m_ports.progress);
    if (!run) {
      return tl::unexpected(run.error());
    }
    result.run = *std::move(run);
    if (result.run.outcome != SuiteRun::Outcome::passed) {
      return {};
    }
    return m_ports.verdicts.store({need.key, need.tree, need.commit, need.suite.name, need.suite.definition(),
                                   m_identity.platform, started, SystemClock::now(), m_identity.version, result.run.image_id});
  }

  const RunPorts& m_ports;
  const Identity& m_identity;
  const std::string& m_repository_id;
};

} // namespace

std::string kept_image_name(const std::string& repository_id, const Digest& key) {
  constexpr std::size_t k_enough = 32;
  return std::string(k_tested_prefix) + repository_id + ":" + key.hex().substr(0, k_enough);
}

bool Conclusion::allowed() const {
  return !judgement.denied() && suites.size() == judgement.needs.size() &&
         std::all_of(suites.begin(), suites.end(), [](const SuiteResult& s) { return s.passed(); });
}

Conclusion run_suites(Judgement judgement, const RunPorts& ports, const Identity& identity, const std::string& repository_id) {
  Conclusion conclusion{std::move(judgement), {}};
  SuiteLoop loop(ports, identity, repository_id);
  for (const auto& need : conclusion.judgement.needs) {
    if (need.verdict) {
      conclusion.suites.push_back({need, true, {}, {}, {}});
      continue;
    }
    conclusion.suites.push_back(loop.run(need));
    const auto& error = conclusion.suites.back().error;
    if (error && error->kind == ErrorKind::interrupted) {
      break;
    }
  }
  return conclusion;
}

} // namespace gate
