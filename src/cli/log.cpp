// gate log
#include <algorithm>
#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/session.hpp"
#include "cli/tell.hpp"
#include "cli/wiring.hpp"
#include "report/clean.hpp"
#include "report/run_json.hpp"
#include "report/run_text.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_most_runs = 1000; // as many as are remembered

struct LogFlags {
  std::optional<std::string> run;
  std::optional<std::string> number;
  std::optional<std::string> suite;
  bool json = false;
};

Failure no_such_run(const std::string& id) { return fail(ErrorKind::usage, "there is no run \"" + id + "\"", "gate log names them; only the newest thousand are remembered"); }

// Null: no suite was ever run here.
Result<std::unique_ptr<RunHistory>> open_history(const Invocation& invocation) {
  auto session = Session::open(invocation);
  if (!session) {
    return tl::unexpected(session.error());
  }
  const fs::path file = session->folder().history();
  std::error_code failed;
  const bool is_there = fs::exists(file, failed);
  if (failed) {
    return tl::unexpected(file_error("look at", file, failed.value()));
  }
  if (!is_there) {
    return std::unique_ptr<RunHistory>();
  }
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    return tl::unexpected(complete.error());
  }
  return wire_run_history(file);
}

Result<std::size_t> number_in(const std::optional<std::string>& text) {
  constexpr std::size_t k_usual = 20;
  if (!text) {
    return k_usual;
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const bool is_good = error == std::errc{} && end == text->data() + text->size() && number > 0;
  return is_good ? Result<std::size_t>(std::min(number, k_most_runs)) : fail(ErrorKind::usage, "-n takes a whole number above zero, not \"" + *text + "\"", "gate log --help");
}

RunWithLogs with_logs(const RunRecord& run) {
  RunWithLogs with{run, {}};
  for (const auto& log : run.logs) {
    std::error_code failed;
    const auto size = fs::file_size(log, failed);
    with.sizes.push_back(failed ? std::nullopt : std::optional(size));
  }
  return with;
}

std::string json_of(const std::vector<RunRecord>& runs) {
  std::vector<RunWithLogs> all;
  std::transform(runs.begin(), runs.end(), std::back_inserter(all), with_logs);
  return to_json(all);
}

Result<std::vector<RunRecord>> newest_of(RunHistory* history, const std::optional<std::string>& suite, std::size_t count) {
  if (history == nullptr) {
    return std::vector<RunRecord>();
  }
  auto runs = history->newest(suite ? k_most_runs : count);
  if (runs && suite) {
    runs->erase(std::remove_if(runs->begin(), runs->end(), [&](const RunRecord& run) { return run.suite != *suite; }), runs->end());
    runs->resize(std::min(runs->size(), count));
  }
  return runs;
}

// Prints line by line: a log may be larger than what fits into memory, and a line of it, too.
class LogPrinter {
public:
  explicit LogPrinter(const Terminal& out) : m_out(out) {}

  void take(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto end = bytes.find('\n');
      m_line += bytes.substr(0, end);
      if (end == std::string_view::npos) {
        break;
      }
      print();
      bytes.remove_prefix(end + 1);
    }
    if (m_line.size() > k_longest) {
      print();
    }
  }

  void finish() {
    if (!m_line.empty()) {
      print();
    }
    m_out.print(m_clean);
    m_clean.clear();
  }

private:
  static constexpr std::size_t k_longest = std::size_t{1} << 20U;
  static constexpr std::size_t k_at_once = std::size_t{1} << 16U;

  void print() {
    m_line.resize(m_line.size() - (!m_line.empty() && m_line.back() == '\r' ? 1 : 0));
    m_clean += clean_line(m_line) + "\n";
    m_line.clear();
    if (m_clean.size() > k_at_once) {
      m_out.print(m_clean);
      m_clean.clear();
    }
  }

  const Terminal& m_out;
  std::string m_line;
  std::string m_clean; ///< whole lines that are not printed yet
};

Result<void> print_log(const fs::path& log, const Terminal& out) {
  const Fd file(::open(log.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file && errno == ENOENT) {
    out.print("gate: this log is gone; the oldest make room for new ones\n");
    return {};
  }
  LogPrinter printer(out);
  std::string buffer(std::size_t{1} << 16U, '\0');
  while (true) {
    const auto count = file ? ::read(file.get(), buffer.data(), buffer.size()) : -1;
    if (count < 0) {
      return tl::unexpected(file_error("read", log, errno));
    }
    if (count == 0) {
      break;
    }
    printer.take(std::string_view(buffer).substr(0, static_cast<std::size_t>(count)));
  }
  printer.finish();
  return {};
}

Result<void> show(const RunRecord& run, const Terminal& out) {
  out.print(render_run(run, out.style("")));
  if (run.logs.empty()) {
    out.print("  it has no log: it ended before there was one\n");
  }
  for (std::size_t i = 0; i < run.logs.size(); ++i) {
    out.print(render_log_heading(run, i));
    if (auto printed = print_log(run.logs[i], out); !printed) {
      return printed;
    }
  }
  return {};
}

Result<void> show_one(const LogFlags& flags, RunHistory* history, const Terminal& out) {
  const auto found = history != nullptr ? history->find(*flags.run) : Result<std::optional<RunRecord>>(std::nullopt);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return no_such_run(*flags.run);
  }
  if (!flags.json) {
    return show(**found, out);
  }
  out.print(json_of({**found}));
  return {};
}

Result<void> show_newest(const LogFlags& flags, std::size_t count, RunHistory* history, const Terminal& out) {
  const auto runs = newest_of(history, flags.suite, count);
  if (!runs) {
    return tl::unexpected(runs.error());
  }
  if (flags.json) {
    out.print(json_of(*runs));
  } else if (runs->empty()) {
    out.print(flags.suite ? "gate: no run of suite " + clean_line(*flags.suite) + " is remembered here\n" : "gate: no suite was run here yet\n");
  } else {
    out.print(render_runs(*runs, out.style("")));
  }
  return {};
}

Result<void> log(const LogFlags& flags, const Invocation& invocation, const Terminal& out) {
  if (flags.run && (flags.number || flags.suite)) {
    return fail(ErrorKind::usage, "a run is named: -n and --suite do not go with it", "gate log --help");
  }
  const auto count = number_in(flags.number);
  if (!count) {
    return tl::unexpected(count.error());
  }
  const auto history = open_history(invocation);
  if (!history) {
    return tl::unexpected(history.error());
  }
  return flags.run ? show_one(flags, history->get(), out) : show_newest(flags, *count, history->get(), out);
}

} // namespace

ExitCode run_log(const Invocation& invocation) {
  LogFlags flags;
  Options options("gate log", "Shows the runs of suites in this repository, newest first; of one run all that is known, and its whole log, with escape\n"
                              "codes made harmless. The newest thousand runs are remembered; of their logs the newest stay.");
  options.add_text("run", flags.run, "the run to show, by the number that gate log gives it");
  options.add_text("-n", flags.number, "how many runs to show (default: 20)");
  options.add_text("--suite", flags.suite, "only runs of this suite");
  options.add_flag("--json", flags.json, "for programs: schema gate-log/1; logs by path and size");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  const auto shown = log(flags, invocation, out);
  return shown ? ExitCode::allowed : tell(shown.error(), invocation);
}

} // namespace gate
