// All that run_suites needs, in memory; safe for several threads, and it notices when ports are used by two at a time.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "app/run_suites.hpp"
#include "support/fake_repository.hpp"

namespace gate::test {

/// Several threads meet. Nobody waits for longer than some seconds: then arrive() gives false.
class Meeting {
public:
  explicit Meeting(unsigned count) : m_missing(count) {}
  bool arrive() {
    std::unique_lock held(m_mutex);
    m_missing -= m_missing > 0 ? 1 : 0;
    m_changed.notify_all();
    return m_changed.wait_for(held, std::chrono::seconds(20), [this] { return m_missing == 0; });
  }

private:
  std::mutex m_mutex;
  std::condition_variable m_changed;
  unsigned m_missing;
};

/// Notices two at once.
class OneAtATime {
public:
  class In {
  public:
    explicit In(OneAtATime& door) : m_door(door) { m_door.m_was_crowded = m_door.m_was_crowded || m_door.m_inside.fetch_add(1) != 0; }
    In(const In&) = delete;
    In& operator=(const In&) = delete;
    ~In() { m_door.m_inside.fetch_sub(1); }

  private:
    OneAtATime& m_door;
  };
  bool was_crowded() const { return m_was_crowded; }

private:
  std::atomic<int> m_inside{0};
  std::atomic<bool> m_was_crowded{false};
};

inline SuiteRun with(SuiteRun::Outcome outcome) {
  SuiteRun run;
  run.outcome = outcome;
  run.reason = outcome == SuiteRun::Outcome::passed ? "" : "so it is told";
  run.image_id = "sha256:tested";
  return run;
}
inline SuiteRun passed() { return with(SuiteRun::Outcome::passed); }
inline SuiteRun failed() { return with(SuiteRun::Outcome::failed); }

/// Verdicts, turns and history of one repository, for several gates.
struct SharedGates {
  std::mutex mutex;
  std::condition_variable changed;
  FakeVerdicts verdicts;
  std::vector<RunRecord> history; ///< oldest first
  std::set<std::string> taken;
  std::atomic<unsigned> turns_given{0};
};

class SuiteWorld final : Workspace, TreeCheckout, SuiteRunner, Turns, RunHistory, Progress {
public:
  explicit SuiteWorld(SharedGates& gates) : m_gates(gates) {}
  SuiteWorld() : m_own(std::make_unique<SharedGates>()), m_gates(*m_own) {}

  Judgement judgement;
  Result<EngineMachine> machine = EngineMachine{4, 0};
  std::function<Result<SuiteRun>(const SuiteRequest&)> answer = [](const SuiteRequest&) { return passed(); };
  std::map<std::string, std::string> variables;
  NamedImages* images = nullptr;
  std::function<void()> on_waiting;     ///< called while a turn is waited for
  std::function<void()> on_removal;     ///< called while a folder is taken away
  std::optional<Error> history_error;
  std::optional<std::chrono::milliseconds> usually;

  // What was seen.
  std::vector<SuiteRequest> requests;
  std::vector<std::vector<std::string>> checked_out; ///< the paths of each
  std::vector<RunRecord> records;
  std::vector<std::string> told;                     ///< by progress
  std::size_t most_folders = 0;
  OneAtATime ports;
  OneAtATime removals;
  OneAtATime progress;
  FakeRepository repository;

  SharedGates& gates() { return m_gates; }
  FakeVerdicts& verdicts() { return m_gates.verdicts; }

  Suite& add(const std::string& name) {
    Suite suite;
    suite.name = name;
    suite.source = BuildSource{"api", "", "", {}};
    judgement.needs.push_back({suite, oid("tree"), oid("tree"), oid("commit"), Digest::of(name), {}, {}, false, {}, {}});
    return judgement.needs.back().suite;
  }

  Conclusion run() {
    for (auto& need : judgement.needs) {
      need.seen = need.suite.paths.empty() ? need.tree : **repository.object_at(need.tree, need.suite.seen_paths(), "");
      need.key = verdict_key(need.seen, need.suite, "linux/amd64", {need.suite.env, ""});
    }
    const auto variable = [this](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::optional<std::string>() : found->second;
    };
    return run_suites(judgement, {*this, *this, m_kept, *this, *this, repository, *this, *this, variable, images}, {"0.1.0", "linux/amd64"}, "id");
  }

  std::vector<std::string> ran() const {
    std::vector<std::string> names;
    for (const auto& request : requests) {
      names.push_back(request.shown);
    }
    return names;
  }
  bool was_told(const std::string& line) const {
    const std::lock_guard held(m_mutex);
    return std::find(told.begin(), told.end(), line) != told.end();
  }

private:
  class Folder final : public RunFolder {
  public:
    explicit Folder(SuiteWorld& world) : m_world(world), m_path("/nowhere/" + std::to_string(++world.m_folders)) {
      const std::size_t open = ++world.m_open_folders;
      world.most_folders = std::max(world.most_folders, open);
    }
    ~Folder() override {
      const OneAtATime::In in(m_world.removals);
      if (m_world.on_removal) {
        m_world.on_removal();
      }
      --m_world.m_open_folders;
    }
    const std::filesystem::path& path() const override { return m_path; }

  private:
    SuiteWorld& m_world;
    std::filesystem::path m_path;
  };
  /// The verdicts that all gates share.
  class Kept final : public VerdictStore {
  public:
    explicit Kept(SuiteWorld& world) : m_world(world) {}

    template <typename Ask> auto asked(Ask ask) {
      const OneAtATime::In in(m_world.ports);
      const std::lock_guard held(m_world.m_gates.mutex);
      return ask(m_world.m_gates.verdicts);
    }
    std::optional<Verdict> find(const Digest& key, const Oid& tree) override {
      return asked([&](FakeVerdicts& verdicts) { return verdicts.find(key, tree); });
    }
    Result<void> store(const Verdict& verdict) override {
      return asked([&](FakeVerdicts& verdicts) { return verdicts.store(verdict); });
    }
    std::optional<VouchedVerdict> find_vouched(const Digest& key, const Oid& tree, const Digest& terms) override {
      return asked([&](FakeVerdicts& verdicts) { return verdicts.find_vouched(key, tree, terms); });
    }
    Result<void> store_vouched(const VouchedVerdict& verdict, const Digest& terms) override {
      return asked([&](FakeVerdicts& verdicts) { return verdicts.store_vouched(verdict, terms); });
    }
    std::vector<Verdict> newest(std::size_t most) override {
      return asked([&](FakeVerdicts& verdicts) { return verdicts.newest(most); });
    }

  private:
    SuiteWorld& m_world;
  };
  class GivenTurn final : public Turn {
  public:
    GivenTurn(SharedGates& gates, std::string key) : m_gates(gates), m_key(std::move(key)) {}
    ~GivenTurn() override {
      const std::lock_guard held(m_gates.mutex);
      m_gates.taken.erase(m_key);
      m_gates.changed.notify_all();
    }

  private:
    SharedGates& m_gates;
    std::string m_key;
  };

  Result<std::unique_ptr<RunFolder>> fresh_folder() override {
    const OneAtATime::In in(ports);
    return std::make_unique<Folder>(*this);
  }
  Result<std::filesystem::path> log_file(const std::string& run, const Oid&) override {
    const OneAtATime::In in(ports);
    return std::filesystem::path("/logs/" + std::to_string(++m_logs) + "-" + run);
  }
  Result<void> check_out(const Oid&, const std::vector<std::string>& paths, const std::filesystem::path&) override {
    const OneAtATime::In in(ports);
    checked_out.push_back(paths);
    return {};
  }
  Result<EngineMachine> begin() override { return machine; }
  Result<SuiteRun> run(const SuiteRequest& request, Progress& shown) override {
    shown.tick();
    {
      const std::lock_guard held(m_mutex);
      requests.push_back(request);
    }
    return answer(request);
  }
  Result<std::unique_ptr<Turn>> take(const Digest& key, const std::function<bool()>& waiting) override {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::unique_lock held(m_gates.mutex);
    while (m_gates.taken.count(key.hex()) != 0) {
      held.unlock();
      if (on_waiting) {
        on_waiting();
      }
      const bool goes_on = waiting();
      held.lock();
      if (std::chrono::steady_clock::now() > limit) {
        return could_not_run("the turn was waited for in vain");
      }
      if (!goes_on) {
        return fail(ErrorKind::interrupted, "interrupted");
      }
      m_gates.changed.wait_for(held, std::chrono::milliseconds(10));
    }
    m_gates.taken.insert(key.hex());
    ++m_gates.turns_given;
    return std::make_unique<GivenTurn>(m_gates, key.hex());
  }
  Result<std::string> add(const RunRecord& record) override {
    const OneAtATime::In in(ports);
    records.push_back(record);
    if (history_error) {
      return tl::unexpected(*history_error);
    }
    const std::lock_guard held(m_gates.mutex);
    m_gates.history.push_back(record);
    m_gates.history.back().id = std::to_string(m_gates.history.size());
    return m_gates.history.back().id;
  }
  std::optional<std::chrono::milliseconds> usual_duration(const std::string&) override {
    const OneAtATime::In in(ports);
    return usually;
  }
  Result<std::vector<RunRecord>> newest(std::size_t count) override {
    const OneAtATime::In in(ports);
    const std::lock_guard held(m_gates.mutex);
    const auto& all = m_gates.history;
    return std::vector<RunRecord>(all.rbegin(), all.rbegin() + static_cast<std::ptrdiff_t>(std::min(count, all.size())));
  }
  Result<std::optional<RunRecord>> find(const std::string&) override { return std::optional<RunRecord>(); }
  void tell(std::string line) {
    const OneAtATime::In in(progress);
    const std::lock_guard held(m_mutex);
    told.push_back(std::move(line));
  }
  void step(std::string_view suite, std::string_view what) override { tell(std::string(suite) + ": " + std::string(what)); }
  void tick() override { const OneAtATime::In in(progress); }
  void usual(std::string_view suite, std::chrono::milliseconds duration) override { tell(std::string(suite) + " usually " + std::to_string(duration.count())); }
  void ended(std::string_view suite, std::string_view how) override { tell(std::string(suite) + " " + std::string(how)); }

  std::unique_ptr<SharedGates> m_own;
  SharedGates& m_gates;
  Kept m_kept{*this};
  mutable std::mutex m_mutex;
  unsigned m_folders = 0;
  unsigned m_logs = 0;
  std::atomic<std::size_t> m_open_folders{0};
};

} // namespace gate::test
