// Random histories: gate and git say the same.
#include <random>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "git/repository.hpp"
#include "support/scratch_repository.hpp"

using namespace gate;
using gate::test::ScratchRepository;

namespace {

using Relation = History::Relation;

std::unique_ptr<OpenRepository> open_at(const ScratchRepository& scratch,
                                        const std::filesystem::path& where = {}) {
  auto opened = open_repository(scratch.environment(), where.empty() ? scratch.path() : where);
  INFO((opened ? std::string() : opened.error().message));
  REQUIRE(opened);
  return *std::move(opened);
}

History history_in(OpenRepository& repository, const Oid& old_tip, const Oid& new_tip,
                   const std::vector<BranchTip>& sources = {}) {
  auto found = repository.history(old_tip, new_tip, sources);
  INFO((found ? std::string() : found.error().message));
  REQUIRE(found);
  return *std::move(found);
}

std::vector<Oid> oids_of(const History& history) {
  std::vector<Oid> oids;
  for (const LineCommit& commit : history.line) {
    oids.push_back(commit.oid);
  }
  return oids;
}

std::vector<Oid> oids_in(const std::string& lines) {
  std::vector<Oid> oids;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    oids.push_back(test::oid_in(line));
  }
  return oids;
}

/// A random history through git fast-import; gives its commits in the order of their making.
std::vector<Oid> import_random(const ScratchRepository& scratch, std::mt19937& random, unsigned size,
                               bool lying_dates) {
  std::ostringstream stream;
  for (unsigned i = 1; i <= size; ++i) {
    const auto date = lying_dates ? 1'000'000'000 + random() % 50 : 1'000'000'000 + i * 60;
    stream << "commit refs/heads/c" << i << "\nmark :" << i << "\ncommitter A <a@example.org> " << date
           << " +0000\ndata 2\nm\n";
    const unsigned parents =
        i == 1
            ? 0U
            : std::min<unsigned>(i - 1, random() % 12 == 0 ? 0U : 1U + static_cast<unsigned>(random() % 3));
    std::set<unsigned> chosen;
    for (unsigned p = 0; p < parents; ++p) {
      const auto back = 1 + static_cast<unsigned>(random() % std::min<unsigned>(i - 1, 6));
      if (chosen.insert(i - back).second) {
        stream << (chosen.size() == 1 ? "from :" : "merge :") << i - back << "\n";
      }
    }
    stream << "\n";
  }
  scratch.git_with_input(stream.str(), {"fast-import", "--quiet", "--force", "--export-marks=marks"});
  std::vector<Oid> commits;
  for (unsigned i = 1; i <= size; ++i) {
    commits.push_back(scratch.tip("refs/heads/c" + std::to_string(i)));
  }
  return commits;
}

} // namespace

TEST_CASE("history agrees with git on random histories") {
  std::mt19937 random(4711);
  for (int round = 0; round < 6; ++round) {
    const bool lying = round % 2 == 1;
    const ScratchRepository scratch;
    const auto commits = import_random(scratch, random, 30, lying);
    if (round % 3 == 0) {
      scratch.git({"commit-graph", "write", "--reachable"});
    }
    const auto repository = open_at(scratch);
    for (int question = 0; question < 25; ++question) {
      const Oid& old_tip = commits[random() % commits.size()];
      const Oid& new_tip = commits[random() % commits.size()];
      const bool descends =
          scratch.try_git({"merge-base", "--is-ancestor", old_tip.hex(), new_tip.hex()}).end.ok();
      const History history = history_in(*repository, old_tip, new_tip);
      REQUIRE(history.relation == (descends ? Relation::descends : Relation::diverged));
      if (!descends) {
        continue;
      }
      // `rev-list --first-parent old..new` itself errs where dates lie; the whole set of old's ancestors does
      // not.
      const auto known_list = oids_in(scratch.git({"rev-list", old_tip.hex()}));
      const std::set<Oid> known(known_list.begin(), known_list.end());
      std::vector<Oid> line;
      for (const Oid& commit : oids_in(scratch.git({"rev-list", "--first-parent", new_tip.hex()}))) {
        if (known.count(commit) != 0) {
          break;
        }
        line.push_back(commit);
      }
      REQUIRE(oids_of(history) == line);
      if (!lying) {
        REQUIRE(line ==
                oids_in(scratch.git({"rev-list", "--first-parent", old_tip.hex() + ".." + new_tip.hex()})));
      }
    }
  }
}
