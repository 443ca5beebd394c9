#include "git/ancestry.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <catch2/catch.hpp>

using namespace gate;

namespace {

CommitId id_of(unsigned number) {
  CommitId id{};
  for (std::size_t i = 0; i < sizeof number; ++i) {
    id[i] = static_cast<unsigned char>(number >> (8 * i));
  }
  return id;
}

/// A history in memory. Commits are numbers; parents have smaller ones.
class FakeCommits final : public CommitSource {
public:
  struct Commit {
    std::vector<unsigned> parents;
    std::int64_t date = 0;
    bool cut = false;
    bool missing = false;
  };

  Result<std::optional<CommitLinks>> links(const CommitId& id) override {
    ++reads;
    for (unsigned i = 0; i < commits.size(); ++i) {
      if (id_of(i) != id) {
        continue;
      }
      if (commits[i].missing) {
        return std::optional<CommitLinks>();
      }
      CommitLinks links{{}, commits[i].date, commits[i].cut};
      for (const unsigned parent : commits[i].parents) {
        links.parents.push_back(id_of(parent));
      }
      return std::optional(std::move(links));
    }
    return std::optional<CommitLinks>();
  }

  // Known for the oldest commits, as in a commit-graph file that was written some time ago.
  std::uint32_t generation(const CommitId& id) override {
    for (unsigned i = 0; i < std::min<std::size_t>(commits.size(), in_graph); ++i) {
      if (id_of(i) == id) {
        return level_of(i);
      }
    }
    return k_unknown;
  }

  std::uint32_t level_of(unsigned commit) const {
    std::uint32_t level = 0;
    for (const unsigned parent : commits[commit].parents) {
      level = std::max(level, level_of(parent));
    }
    return level + 1;
  }

  /// Every commit that one can come to from here, itself included: by brute force.
  std::set<unsigned> reachable(unsigned from, bool past_cuts) const {
    std::set<unsigned> seen;
    std::vector<unsigned> todo = {from};
    while (!todo.empty()) {
      const unsigned here = todo.back();
      todo.pop_back();
      if (!seen.insert(here).second || (!past_cuts && (commits[here].cut || commits[here].missing))) {
        continue;
      }
      todo.insert(todo.end(), commits[here].parents.begin(), commits[here].parents.end());
    }
    return seen;
  }

  std::vector<Commit> commits;
  std::size_t reads = 0;
  std::size_t in_graph = 0; ///< how many commits have known generations
};

/// The same numbers on every machine.
class Random {
public:
  explicit Random(unsigned seed) : m_engine(seed) {}
  unsigned below(std::size_t limit) { return static_cast<unsigned>(m_engine() % limit); }
  bool one_in(unsigned chances) { return below(chances) == 0; }

private:
  std::mt19937 m_engine;
};

FakeCommits random_history(Random& random, unsigned size, bool lying_dates) {
  FakeCommits history;
  for (unsigned i = 0; i < size; ++i) {
    FakeCommits::Commit commit;
    commit.date = lying_dates ? static_cast<std::int64_t>(random.below(20)) : i * 10;
    const unsigned parents = i == 0 ? 0 : std::min<unsigned>(i, random.one_in(10) ? 0 : 1 + random.below(3));
    std::set<unsigned> chosen;
    while (chosen.size() < parents) {
      const unsigned back = 1 + random.below(std::min(i, random.one_in(5) ? i : 4U));
      if (chosen.insert(i - back).second) {
        commit.parents.push_back(i - back);
      }
    }
    history.commits.push_back(std::move(commit));
  }
  return history;
}

std::vector<CommitId> true_line(const FakeCommits& history, unsigned old_tip, unsigned new_tip) {
  const auto known = history.reachable(old_tip, true);
  std::vector<CommitId> line;
  for (unsigned here = new_tip; known.count(here) == 0; here = history.commits[here].parents.front()) {
    line.push_back(id_of(here));
    if (history.commits[here].parents.empty()) {
      break;
    }
  }
  return line;
}

using Answer = Ancestry::Answer;

} // namespace

TEST_CASE("ancestry agrees with brute force, also where dates lie") {
  Random random(20240229);
  for (int round = 0; round < 400; ++round) {
    const bool lying = round % 2 == 1;
    FakeCommits history = random_history(random, 5 + random.below(20), lying);
    history.in_graph = round % 4 < 2 ? 0 : random.below(history.commits.size() + 1);
    Ancestry ancestry(history);
    const auto size = static_cast<unsigned>(history.commits.size());
    for (int question = 0; question < 30; ++question) {
      const unsigned old_tip = random.below(size);
      const unsigned new_tip = random.below(size);
      const bool descends = history.reachable(new_tip, true).count(old_tip) != 0;
      const auto answer = ancestry.contained(id_of(old_tip), {id_of(new_tip)});
      REQUIRE(answer);
      REQUIRE((*answer == Answer::yes) == descends);
      REQUIRE(*answer != Answer::cannot_tell);
      const auto line = ancestry.line(id_of(old_tip), id_of(new_tip));
      REQUIRE(line);
      REQUIRE(line->descends == *answer);
      if (descends) {
        REQUIRE(line->commits == true_line(history, old_tip, new_tip));
      }
    }
  }
}

TEST_CASE("ancestry never claims what a cut history hides") {
  Random random(7);
  std::size_t told = 0;
  for (int round = 0; round < 600; ++round) {
    FakeCommits history = random_history(random, 5 + random.below(30), round % 3 == 0);
    const auto size = static_cast<unsigned>(history.commits.size());
    for (unsigned i = 0; i < size; ++i) {
      history.commits[i].cut = !history.commits[i].parents.empty() && random.one_in(12);
      history.commits[i].missing = random.one_in(15);
    }
    Ancestry ancestry(history);
    for (int question = 0; question < 20; ++question) {
      const unsigned old_tip = random.below(size);
      const unsigned new_tip = random.below(size);
      const bool truly = history.reachable(new_tip, true).count(old_tip) != 0;
      const auto line = ancestry.line(id_of(old_tip), id_of(new_tip));
      REQUIRE(line);
      if (line->descends == Answer::cannot_tell) {
        REQUIRE(line->commits.empty());
        continue;
      }
      ++told;
      REQUIRE((line->descends == Answer::yes) == truly);
      if (truly) {
        REQUIRE(line->commits == true_line(history, old_tip, new_tip));
      }
    }
  }
  CHECK(told > 1000);
}

TEST_CASE("several tips are one question") {
  Random random(3);
  FakeCommits history = random_history(random, 60, true);
  Ancestry ancestry(history);
  for (int question = 0; question < 500; ++question) {
    const unsigned commit = random.below(60);
    std::vector<CommitId> tips;
    bool truly = false;
    for (unsigned i = random.below(4); i > 0; --i) {
      const unsigned tip = random.below(60);
      tips.push_back(id_of(tip));
      truly = truly || history.reachable(tip, true).count(commit) != 0;
    }
    const auto answer = ancestry.contained(id_of(commit), tips);
    REQUIRE(answer);
    REQUIRE(*answer == (truly ? Answer::yes : Answer::no));
  }
}

TEST_CASE("a nearby commit is found without reading the whole history") {
  FakeCommits history;
  for (unsigned i = 0; i < 3000; ++i) {
    history.commits.push_back(
        {i == 0 ? std::vector<unsigned>{} : std::vector<unsigned>{i - 1}, i * 10, false, false});
  }
  SECTION("an ancestor") {
    Ancestry ancestry(history);
    CHECK(*ancestry.contained(id_of(2990), {id_of(2999)}) == Answer::yes);
    CHECK(history.reads < 20);
  }
  SECTION("a descendant is no ancestor") {
    Ancestry ancestry(history);
    CHECK(*ancestry.contained(id_of(2999), {id_of(2990)}) == Answer::no);
    CHECK(history.reads < 20);
  }
  SECTION("a tip that is far behind, where generations are known") {
    // Levels are dear to work out here; the chain is its own numbering.
    class Chain final : public CommitSource {
    public:
      explicit Chain(FakeCommits& commits) : m_commits(commits) {}
      Result<std::optional<CommitLinks>> links(const CommitId& id) override { return m_commits.links(id); }
      std::uint32_t generation(const CommitId& id) override {
        const unsigned number = id[0] + 256U * id[1];
        return number < 2990 ? number + 1 : k_unknown;
      }

    private:
      FakeCommits& m_commits;
    };
    Chain chain(history);
    Ancestry ancestry(chain);
    CHECK(*ancestry.contained(id_of(2999), {id_of(10), id_of(2000)}) == Answer::no);
    CHECK(*ancestry.contained(id_of(2000), {id_of(10)}) == Answer::no);
    CHECK(*ancestry.contained(id_of(2000), {id_of(10), id_of(2003)}) == Answer::yes);
    CHECK(history.reads < 20);
  }
  SECTION("the line of a push") {
    Ancestry ancestry(history);
    CHECK(ancestry.line(id_of(2996), id_of(2999))->commits.size() == 3);
    CHECK(history.reads < 8);
  }
  SECTION("diverged") {
    history.commits.push_back({{2995}, 30000, false, false});
    Ancestry ancestry(history);
    CHECK(ancestry.line(id_of(3000), id_of(2999))->descends == Answer::no);
    CHECK(history.reads < 30);
  }
}
