#include "engine/service_wait.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/duration.hpp"
#include "os/files.hpp"

namespace gate {

namespace {

constexpr std::chrono::milliseconds k_next_look{50};
constexpr int k_connect_limit = 50; // milliseconds: the next look comes soon

struct Address {
  std::string bytes; ///< in network order; 4 or 16
  std::uint16_t port = 0;
};

template <typename Number> bool read_hex(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  return error == std::errc() && end == text.data() + text.size();
}

// "0100007F:1F90": the address as 32-bit numbers of this machine, the port as a number.
std::optional<Address> parse_address(std::string_view text) {
  constexpr std::size_t k_word = 8;
  const std::size_t colon = text.find(':');
  Address address;
  if ((colon != k_word && colon != 4 * k_word) || !read_hex(text.substr(colon + 1), address.port)) {
    return std::nullopt;
  }
  for (std::size_t at = 0; at < colon; at += k_word) {
    std::uint32_t word = 0;
    if (!read_hex(text.substr(at, k_word), word)) {
      return std::nullopt;
    }
    std::array<char, sizeof word> bytes{};
    std::memcpy(bytes.data(), &word, sizeof word);
    address.bytes.append(bytes.data(), bytes.size());
  }
  return address;
}

bool counts(const Address& address, bool reachable) {
  constexpr std::size_t k_v4 = 4;
  const std::string mapped = std::string(10, '\0') + "\xff\xff";
  const bool is_v4 = address.bytes.size() == k_v4 || address.bytes.compare(0, mapped.size(), mapped) == 0;
  const std::string v4 = is_v4 ? address.bytes.substr(address.bytes.size() - k_v4) : std::string();
  if (v4 == std::string("\x7f\0\0\x0b", k_v4)) {
    return false;
  }
  const bool is_loopback = is_v4 ? v4.front() == '\x7f' : address.bytes == std::string(15, '\0') + '\x01';
  return !reachable || !is_loopback;
}

// An id of the Engine's machine means this container here only if the process is in the container's control group.
bool is_process_of(long pid, const std::string& container) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/cgroup");
  const std::string groups{std::istreambuf_iterator<char>(file), {}};
  return pid > 0 && groups.find(container) != std::string::npos;
}

/// Nothing when the process's network can't be seen from here.
std::optional<bool> listens_by_proc(long pid, const std::string& container, std::uint16_t port, bool reachable) {
  if (!is_process_of(pid, container)) {
    return std::nullopt;
  }
  bool seen = false;
  for (const char* const name : {"tcp", "tcp6"}) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/net/" + name);
    const std::string table{std::istreambuf_iterator<char>(file), {}};
    seen = seen || !table.empty();
    if (has_listener(table, port, reachable)) {
      return true;
    }
  }
  return seen ? std::optional(false) : std::nullopt;
}

bool can_connect(const std::string& address, std::uint16_t port) {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  v4.sin_family = AF_INET;
  v6.sin6_family = AF_INET6;
  v4.sin_port = v6.sin6_port = htons(port);
  const bool is_v4 = inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1;
  if (!is_v4 && inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) != 1) {
    return false;
  }
  const Fd fd(socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const auto* const where = is_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
  if (!fd || (connect(fd.get(), where, is_v4 ? sizeof v4 : sizeof v6) != 0 && errno != EINPROGRESS)) {
    return false;
  }
  pollfd waiting{fd.get(), POLLOUT, 0};
  int error = 0;
  socklen_t size = sizeof error;
  return poll(&waiting, 1, k_connect_limit) == 1 && getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

std::string shown(const ServiceNeed& need) {
  return "service \"" + need.service + "\" to " + (need.port ? "listen at port " + std::to_string(*need.port) : std::string("be healthy"));
}

bool listens(const ComposeRun& run, const ServiceNeed& need, const ContainerState& state) {
  const std::string& container = run.containers.at(need.service);
  // What the tested service says to itself, it may say at a loopback address.
  const bool reachable = need.service != run.source.service;
  if (run.session.api().endpoint().is_local()) {
    if (const std::optional<bool> known = listens_by_proc(state.pid, container, *need.port, reachable)) {
      return *known;
    }
  }
  for (const std::string& address : state.addresses) {
    if (can_connect(address, *need.port)) {
      return true;
    }
  }
  return false;
}

void show_logs(const ComposeRun& run, const ServiceNeed& need) {
  log_other_services(run, need.service);
  show_log_of(run, need.service);
}

Outcome failed(const ComposeRun& run, const ServiceNeed& need, const std::string& reason, const std::string& remedy = {}) {
  show_logs(run, need);
  return ends_in(failed_run(reason, remedy));
}

/// Is the need met? Otherwise nothing, or the run's outcome if it never will be.
Result<bool> is_met(const ComposeRun& run, const ServiceNeed& need, Outcome& outcome) {
  const Result<ContainerState> state = run.session.api().container_state(run.containers.at(need.service), run.session.patience());
  if (!state) {
    return Failure(state.error());
  }
  const std::string name = "service \"" + need.service + "\"";
  if (!state->running) {
    const std::string how = state->oom_killed ? " ran out of memory" : " ended with exit code " + std::to_string(state->exit_code);
    outcome = failed(run, need, name + how + " while the suite waited for " + shown(need));
  } else if (state->health == Health::unhealthy) {
    outcome = failed(run, need, name + " is unhealthy; the suite waited for " + shown(need));
  } else if (!need.port && state->health == Health::none) {
    outcome = failed(run, need, name + " has no healthcheck, so it will never be healthy",
                     "give it a healthcheck in the compose file, or name a port in the suite's needs");
  } else {
    return need.port ? listens(run, need, *state) : state->health == Health::healthy;
  }
  return false;
}

Outcome timed_out(const ComposeRun& run, const ServiceNeed& need) {
  show_logs(run, need);
  SuiteRun result;
  result.outcome = SuiteRun::Outcome::timed_out;
  result.reason = "the suite waited for " + shown(need) + " until its timeout of " + format_duration(run.session.suite().timeout);
  result.remedy = "raise the suite's timeout, or see in the log what the service does";
  return ends_in(std::move(result));
}

} // namespace

bool has_listener(std::string_view table, std::uint16_t port, bool reachable) {
  std::istringstream lines{std::string(table)};
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string slot;
    std::string local;
    std::string remote;
    std::string state;
    fields >> slot >> local >> remote >> state;
    const std::optional<Address> address = state == "0A" ? parse_address(local) : std::nullopt;
    if (address && address->port == port && counts(*address, reachable)) {
      return true;
    }
  }
  return false;
}

Outcome wait_for_needs(ComposeRun& run) {
  for (const ServiceNeed& need : run.session.suite().needs) {
    run.session.step("waiting for " + shown(need));
    if (run.containers.count(need.service) == 0) {
      return could_not_run("compose has made no container for service \"" + need.service + "\"");
    }
    while (true) {
      Outcome outcome = goes_on();
      const Result<bool> met = is_met(run, need, outcome);
      if (!met && !(run.session.is_timed_out() && met.error().kind != ErrorKind::interrupted)) {
        return Failure(met.error());
      }
      if (!outcome || *outcome) {
        return outcome;
      }
      if (met && *met) {
        break;
      }
      const Result<void> paused = pause_for(k_next_look, run.session.patience());
      if (!paused && paused.error().kind == ErrorKind::interrupted) {
        return Failure(paused.error());
      }
      if (run.session.is_timed_out()) {
        return timed_out(run, need);
      }
    }
  }
  return goes_on();
}

} // namespace gate
