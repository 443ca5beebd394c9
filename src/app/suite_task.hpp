// One need, from its turn to its verdict.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/suite_shard.hpp"

namespace gate {

/// One thread begins it; its shards are run by any; whoever ends the last of them concludes it.
class SuiteTask {
public:
  /// `name` is what people know the suite by in this push (ShardTask).
  SuiteTask(const Need& need, std::string name, RunScene& scene)
      : m_scene(scene), m_name(std::move(name)), m_ends(need.suite.shards), m_left(need.suite.shards), m_result{need, false, {}, {}, {}} {}

  const Suite& suite() const { return m_result.need.suite; }

  /// Waits for the turn of its key, and looks whether somebody else has tested the same meanwhile: a pass counts as its verdict does, a
  /// failure once, for who has waited for it. True: its shards are to be run.
  bool begin();
  /// Runs a shard, from 1.
  void run(unsigned number);
  /// It can't be begun.
  void give_up(const Error& error);

  /// Once all of it is over.
  SuiteResult& result() { return m_result; }

private:
  Result<bool> has_passed_meanwhile();
  Result<std::unique_ptr<Turn>> take_turn(const std::string& shown);
  void begin_to_wait(const std::string& shown);
  bool has_failed_meanwhile();
  void take_over(const RunRecord& record);
  void conclude();
  void collect_logs(const ShardEnd& decisive);
  bool ran_in_one_image() const;
  Result<void> store() const;
  void remember();
  const ShardEnd& decisive() const;

  RunScene& m_scene;
  const std::string m_name;
  bool m_has_waited = false;
  std::optional<std::string> m_newest_before; ///< the history's newest run when it began to wait ("": none); nothing: not known
  std::map<std::string, std::string> m_env;
  std::unique_ptr<Turn> m_turn;
  std::vector<ShardEnd> m_ends; ///< by number; under the scene's mutex
  unsigned m_left;              ///< shards that are not over; under the scene's mutex
  SuiteResult m_result;
};

} // namespace gate
