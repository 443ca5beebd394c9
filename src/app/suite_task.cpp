#include "app/suite_task.hpp"

#include <algorithm>
#include <utility>

#include "app/suite_key.hpp"
#include "policy/suite_inputs.hpp"

namespace gate {

namespace {

using SystemClock = std::chrono::system_clock;

constexpr const char* k_stopped = "another suite had failed, and the policy's on_failure is \"stop\"";

// What says most about a suite: an interrupt ends all; a failure is surer knowledge than a shard that could not run.
int weight_of(const ShardEnd& end) {
  if (end.error) {
    return end.error->kind == ErrorKind::interrupted ? 4 : 2;
  }
  if (end.stopped) {
    return 1;
  }
  return end.passed() ? 0 : 3;
}

RunRecord::Outcome outcome_of(const SuiteResult& result) {
  if (result.stopped) {
    return RunRecord::Outcome::interrupted;
  }
  if (result.error) {
    return result.error->kind == ErrorKind::interrupted ? RunRecord::Outcome::interrupted : RunRecord::Outcome::could_not_run;
  }
  switch (result.run.outcome) {
  case SuiteRun::Outcome::passed:
    return RunRecord::Outcome::passed;
  case SuiteRun::Outcome::timed_out:
    return RunRecord::Outcome::timed_out;
  case SuiteRun::Outcome::refused:
    return RunRecord::Outcome::refused;
  case SuiteRun::Outcome::failed:
    break;
  }
  return RunRecord::Outcome::failed;
}

} // namespace

bool SuiteTask::begin() {
  auto env = filled_env(suite(), m_scene.ports.variables);
  if (!env) {
    give_up(env.error());
    return false;
  }
  m_env = *std::move(env);
  if (!suite().reusable || *m_scene.stop) {
    return true;
  }
  const std::string shown = ShardTask{m_result.need, m_name, m_env}.shown();
  auto turn = take_turn(shown);
  const auto has_passed = turn ? has_passed_meanwhile() : tl::unexpected(turn.error());
  const bool has_failed = has_passed && !*has_passed && has_failed_meanwhile();
  if (has_passed && !*has_passed && !has_failed) {
    m_turn = *std::move(turn);
    return true;
  }
  if (!has_passed) {
    give_up(has_passed.error());
  }
  if (has_failed) {
    m_scene.note_failure();
  }
  if (m_has_waited) {
    m_scene.progress.ended(shown, has_failed ? "failed elsewhere" : has_passed ? "passed elsewhere" : "not run");
  }
  return false;
}

// By what is known of the key without the Engine: not everybody may have the image yet that the suite names.
Result<std::unique_ptr<Turn>> SuiteTask::take_turn(const std::string& shown) {
  const Digest key = verdict_key(m_result.need.seen, suite(), m_scene.identity.platform, {m_env, {}});
  return m_scene.ports.turns.take(key, [&] {
    if (!m_has_waited) {
      begin_to_wait(shown);
    }
    m_scene.progress.tick();
    return !*m_scene.stop;
  });
}

void SuiteTask::begin_to_wait(const std::string& shown) {
  m_has_waited = true;
  m_scene.progress.step(shown, "waiting for another gate that tests the same tree");
  const std::lock_guard held(m_scene.mutex);
  if (const auto newest = m_scene.ports.history.newest(1)) {
    m_newest_before = newest->empty() ? "" : newest->front().id;
  }
}

// Whoever had the turn has written its run down before giving it back. What is written there does not tell two suites of one name apart:
// where this push has several, nothing is taken over.
bool SuiteTask::has_failed_meanwhile() {
  constexpr std::size_t k_runs_of_a_wait = 200;
  if (!m_newest_before || m_name != suite().name) {
    return false;
  }
  const std::lock_guard held(m_scene.mutex);
  const auto runs = m_scene.ports.history.newest(k_runs_of_a_wait);
  if (!runs) {
    return false;
  }
  const auto known = std::find_if(runs->begin(), runs->end(), [this](const RunRecord& r) { return r.id == *m_newest_before; });
  const auto last = std::find_if(runs->begin(), known, [this](const RunRecord& r) {
    return r.suite == suite().name && r.tree == m_result.need.tree && r.shards == suite().shards;
  });
  const bool has_failed = last != known && (last->outcome == RunRecord::Outcome::failed || last->outcome == RunRecord::Outcome::timed_out);
  if (has_failed) {
    take_over(*last);
  }
  return has_failed;
}

void SuiteTask::take_over(const RunRecord& record) {
  m_result.run.outcome = record.outcome == RunRecord::Outcome::timed_out ? SuiteRun::Outcome::timed_out : SuiteRun::Outcome::failed;
  m_result.run.reason = "another gate ran it just now" + (record.reason.empty() ? "" : ": " + record.reason);
  m_result.run.duration = record.duration;
  m_result.attempts = record.attempts;
  m_result.logs = record.logs;
  if (record.shards == 1 && !record.logs.empty()) {
    std::rotate(m_result.logs.begin(), m_result.logs.end() - 1, m_result.logs.end());
  }
}

Result<bool> SuiteTask::has_passed_meanwhile() {
  Need& need = m_result.need;
  const std::lock_guard held(m_scene.mutex);
  const auto key = key_of(need.suite, need.seen, m_scene.identity.platform, m_scene.ports.variables, m_scene.ports.images);
  if (!key) {
    return tl::unexpected(key.error());
  }
  if (key->is_whole) {
    need.verdict = verdict_that_counts(need, key->key, m_scene.ports.verdicts, SystemClock::now());
  }
  m_result.reused = need.verdict.has_value();
  return m_result.reused;
}

void SuiteTask::run(unsigned number) {
  auto end = run_shard({m_result.need, m_name, m_env, number}, m_scene);
  if (!end.passed() && !end.stopped) {
    m_scene.note_failure();
  }
  auto folder = std::move(end.folder);
  {
    const std::lock_guard held(m_scene.mutex);
    m_ends[number - 1] = std::move(end);
    if (--m_left == 0) {
      conclude();
    }
  }
  // Nobody waits for it: not the verdict, not the next gate.
  m_scene.remove(std::move(folder));
}

void SuiteTask::give_up(const Error& error) {
  m_result.attempts = 0;
  m_result.stopped = error.kind == ErrorKind::interrupted && m_scene.note_interrupt();
  if (m_result.stopped) {
    m_result.run.reason = k_stopped;
    return;
  }
  m_result.error = error;
  m_scene.note_failure();
}

// Of several that say the same, the one that was tried most often: it is what makes a pass a flaky one.
const ShardEnd& SuiteTask::decisive() const {
  return *std::max_element(m_ends.begin(), m_ends.end(), [](const ShardEnd& a, const ShardEnd& b) {
    return std::make_pair(weight_of(a), a.attempts) < std::make_pair(weight_of(b), b.attempts);
  });
}

// The last attempt of the decisive shard, its earlier ones, and those of the other shards.
void SuiteTask::collect_logs(const ShardEnd& decisive) {
  auto& logs = m_result.logs;
  logs = decisive.logs;
  if (!logs.empty()) {
    std::rotate(logs.begin(), logs.end() - 1, logs.end());
  }
  for (const auto& shard : m_ends) {
    if (&shard != &decisive) {
      logs.insert(logs.end(), shard.logs.begin(), shard.logs.end());
    }
  }
}

// A pass of each in an image of its own says nothing of any of these images.
bool SuiteTask::ran_in_one_image() const {
  return std::all_of(m_ends.begin(), m_ends.end(), [this](const ShardEnd& end) { return end.run.image_id == m_ends.front().run.image_id; });
}

void SuiteTask::conclude() {
  const ShardEnd& end = decisive();
  m_result.run = end.run;
  m_result.error = end.error;
  m_result.stopped = end.stopped;
  m_result.shard = m_ends.size() > 1 ? static_cast<unsigned>(&end - m_ends.data()) + 1 : 0;
  if (end.stopped) {
    m_result.run.reason = k_stopped;
  }
  m_result.attempts = 0;
  for (const auto& shard : m_ends) {
    m_result.attempts = std::max(m_result.attempts, shard.attempts);
    if (m_result.passed()) {
      m_result.run.duration = std::max(m_result.run.duration, shard.run.duration);
    }
  }
  collect_logs(end);
  if (m_result.passed() && !ran_in_one_image()) {
    m_result.error = Error{ErrorKind::could_not_run, "the shards of suite \"" + suite().name + "\" ran in different images", "run it again: gate check"};
    m_result.shard = 0;
    m_scene.note_failure();
  }
  if (m_result.passed()) {
    m_result.run.images = m_ends.front().run.images; // only the first shard keeps any
    if (auto stored = store(); !stored) {
      m_result.error = stored.error();
    }
  }
  if (m_result.attempts > 0) {
    remember();
  }
  m_turn.reset();
}

Result<void> SuiteTask::store() const {
  const Need& need = m_result.need;
  if (!need.suite.reusable || (moving_image(need.suite) != nullptr && m_result.run.image_id.empty())) {
    return {};
  }
  // What ran is what was tested, whatever the name means by now.
  const std::string image = moving_image(need.suite) != nullptr ? m_result.run.image_id : "";
  const Digest key = verdict_key(need.seen, need.suite, m_scene.identity.platform, {m_env, image});
  const auto began = std::min_element(m_ends.begin(), m_ends.end(), [](const ShardEnd& a, const ShardEnd& b) { return a.began < b.began; })->began;
  return m_scene.ports.verdicts.store({key, need.seen, need.commit, need.suite.name, need.suite.definition(), m_scene.identity.platform, began,
                                       SystemClock::now(), m_scene.identity.version, m_result.run.image_id, m_result.run.images});
}

void SuiteTask::remember() {
  RunRecord record;
  record.suite = suite().name;
  record.tree = m_result.need.tree;
  record.commit = m_result.need.commit;
  record.outcome = outcome_of(m_result);
  record.attempts = m_result.attempts;
  record.shards = suite().shards;
  record.reason = m_result.error ? m_result.error->message : m_result.passed() ? "" : m_result.run.reason;
  record.began = SystemClock::time_point::max();
  for (const auto& shard : m_ends) {
    if (shard.attempts > 0) {
      record.began = std::min(record.began, shard.began);
      record.duration = std::max(record.duration, shard.took);
    }
    record.logs.insert(record.logs.end(), shard.logs.begin(), shard.logs.end());
  }
  auto kept = m_scene.ports.history.add(record);
  if (!kept) {
    m_scene.notices.push_back("the run of suite " + suite().name + " was not written into the history: " + kept.error().message);
  }
}

} // namespace gate
