#include "engine/suite_session.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include "engine/endpoint.hpp"
#include "engine/heartbeat.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t k_shown_command = 100;
constexpr double k_least_cpus = 0.01;
constexpr double k_nano = 1e9;

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return {text.data(), size};
}

std::string_view last_line(std::string_view text) {
  const std::size_t end = text.find_last_not_of("\r\n \t");
  if (end == std::string_view::npos) {
    return {};
  }
  text = text.substr(0, end + 1);
  return text.substr(text.rfind('\n') + 1);
}

} // namespace

SuiteSession::SuiteSession(World world, RunLog& log)
    : m_world(std::move(world)), m_log(log), m_start(Clock::now()), m_began(utc_now()), m_last_tick(m_start) {
}

Environment SuiteSession::engine_env() const {
  return engine_environment(m_world.env, api().endpoint());
}

Environment SuiteSession::reading_env() const {
  return reading_environment(m_world.env, api().endpoint());
}

std::vector<std::string> SuiteSession::test_env() const {
  std::vector<std::string> env;
  for (const auto& [name, value] : m_world.request.env) {
    env.push_back(name + "=" + value);
  }
  return env;
}

std::optional<Oid> SuiteSession::id_of(const std::string& path) const {
  return m_world.request.id_of ? m_world.request.id_of(path) : std::nullopt;
}

ContainerLimits SuiteSession::limits() const {
  const SuiteLimits& wanted = suite().limits;
  ContainerLimits limits;
  if (wanted.cpus) {
    // The Engine refuses more than there are, and less than a hundredth of one.
    const double most = static_cast<double>(std::max(1U, m_world.machine.cores));
    limits.nano_cpus = std::llround(std::clamp(*wanted.cpus, k_least_cpus, most) * k_nano);
  }
  limits.memory = wanted.memory.value_or(m_world.machine.memory / 4 * 3);
  limits.pids = wanted.pids;
  return limits;
}

Patience SuiteSession::patience() const {
  return {m_start + suite().timeout, &m_world.interrupt, [this] { tick(); }, m_world.request.stop.get()};
}

void SuiteSession::step(const std::string& what) const {
  m_log.heading(what);
  m_world.progress.step(shown(), what);
}

void SuiteSession::tick() const {
  if (const Clock::time_point now = Clock::now(); now - m_last_tick >= k_turn) {
    m_last_tick = now;
    m_world.progress.tick();
  }
}

bool SuiteSession::is_timed_out() const {
  return Clock::now() >= m_start + suite().timeout;
}

std::chrono::milliseconds SuiteSession::elapsed() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - m_start);
}

Result<CommandEnd> SuiteSession::run(const std::vector<std::string>& argv, const Environment& env, std::string& output) const {
  constexpr std::size_t k_output_limit = 1U << 20U;
  const auto keep = [&](std::string_view bytes) {
    m_log.append(bytes);
    output += bytes;
    if (output.size() > 2 * k_output_limit) {
      output.erase(0, output.size() - k_output_limit);
    }
  };
  // docker and compose would wait for ever for an Engine that hangs.
  Http http(api().endpoint());
  const Heartbeat heartbeat(http, patience());
  return run_streaming({argv, env, {}}, heartbeat.patience(), keep);
}

Result<void> SuiteSession::rule_out_infrastructure(std::string_view output) const {
  if (const Result<void> answer = api().connect(patience()); !answer) {
    return answer;
  }
  if (speaks_of_infrastructure(output)) {
    return could_not_run(std::string(last_line(output)));
  }
  return {};
}

bool speaks_of_infrastructure(std::string_view output) {
  constexpr std::array<std::string_view, 16> k_signs{"no space left on device",
                                                     "dial tcp",
                                                     "dial unix",
                                                     "no such host",
                                                     "i/o timeout",
                                                     "TLS handshake",
                                                     "connection refused",
                                                     "Cannot connect to the Docker daemon",
                                                     "context deadline exceeded",
                                                     "toomanyrequests",
                                                     "unexpected EOF",
                                                     "address pools",
                                                     "could not find bridge",
                                                     "net/http:",
                                                     "Couldn't connect",
                                                     "Read timed out"};
  const std::string_view line = last_line(output);
  // "returned a non-zero code" is a RUN step of the Dockerfile, whatever its command complains about.
  return line.find("returned a non-zero code") == std::string_view::npos &&
         std::any_of(k_signs.begin(), k_signs.end(),
                     [&](std::string_view sign) { return line.find(sign) != std::string_view::npos; });
}

SuiteRun failed_run(std::string reason, std::string remedy) {
  SuiteRun run;
  run.outcome = SuiteRun::Outcome::failed;
  run.reason = std::move(reason);
  run.remedy = std::move(remedy);
  return run;
}

SuiteRun ended_run(const std::vector<std::string>& argv, const ProcessEnd& end, bool out_of_memory) {
  const std::string code = " (exit code " + std::to_string(end.exit_code) + ")";
  if (out_of_memory) {
    return failed_run("the container ran out of memory" + code, "raise the memory limit");
  }
  if (end.exit_code == 0) {
    SuiteRun run;
    run.outcome = SuiteRun::Outcome::passed;
    return run;
  }
  const std::string program = argv.empty() ? std::string() : argv.front();
  const bool is_absent = end.error.find("executable file not found") != std::string::npos ||
                         end.error.find("no such file or directory") != std::string::npos;
  if (end.exit_code == 127 || (end.exit_code == 126 && is_absent)) {
    return failed_run(program + " was not found in the image" + code,
                      "correct the suite's run, or the image");
  }
  if (end.exit_code == 126) {
    return failed_run(program + " could not be started in the image: is it there, and executable?" + code,
                      "correct the suite's run, or the image");
  }
  // The Engine does not always notice that the kernel killed a process for want of memory.
  const std::string guess = end.exit_code == 137 ? ": it was killed, perhaps for want of memory" : "";
  return failed_run("\"" + shown_command(argv) + "\" failed" + code + guess);
}

std::string shown_command(const std::vector<std::string>& argv) {
  std::string text;
  for (const std::string& argument : argv) {
    text += (text.empty() ? "" : " ") + argument;
  }
  if (text.size() > k_shown_command) {
    text.resize(k_shown_command);
    text += "…";
  }
  return text;
}

} // namespace gate
