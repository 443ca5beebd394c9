// A real git repository in a temporary folder, by real git, with nothing of the machine's own configuration.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "base/oid.hpp"
#include "os/files.hpp"
#include "os/process.hpp"

namespace gate::test {

namespace fs = std::filesystem;

/// The oid in git's output; fails the test when there is none.
inline Oid oid_in(const std::string& text) {
  const auto oid = Oid::parse(text.substr(0, text.find_first_of(" \n")));
  INFO("no object name: " << text);
  REQUIRE(oid);
  return *oid;
}

class ScratchRepository {
public:
  using Files = std::vector<std::pair<std::string, std::string>>; ///< path and content

  /// `git init` with these arguments in a folder "main" of its own; the branch is called main.
  explicit ScratchRepository(const std::vector<std::string>& init = {}) : m_folder(make_folder()) {
    fs::create_directories(path());
    std::vector<std::string> command = {"init", "--quiet", "--initial-branch=main"};
    command.insert(command.end(), init.begin(), init.end());
    git(command);
  }

  /// Where the repository is, and the folder around it: for clones, work trees, bare remotes.
  fs::path path() const { return m_folder.path() / "main"; }
  fs::path around() const { return m_folder.path(); }

  /// For git and for gate: no GIT_* of the caller, fixed identity and dates.
  Environment environment() const {
    const char* search = std::getenv("PATH");
    const std::string date = std::to_string(m_clock) + " +0000";
    return {"PATH=" + std::string(search == nullptr ? "/usr/bin:/bin" : search),
            "HOME=" + m_folder.path().string(),
            "LC_ALL=C",
            "TZ=UTC",
            "GIT_CONFIG_GLOBAL=/dev/null",
            "GIT_CONFIG_SYSTEM=/dev/null",
            "GIT_CONFIG_NOSYSTEM=1",
            "GIT_AUTHOR_NAME=Ada",
            "GIT_AUTHOR_EMAIL=ada@example.org",
            "GIT_COMMITTER_NAME=Ada",
            "GIT_COMMITTER_EMAIL=ada@example.org",
            "GIT_AUTHOR_DATE=" + date,
            "GIT_COMMITTER_DATE=" + date,
            "GIT_EDITOR=true",
            "GIT_TERMINAL_PROMPT=0",
            "GIT_CONFIG_COUNT=3",
            "GIT_CONFIG_KEY_0=protocol.file.allow",
            "GIT_CONFIG_VALUE_0=always",
            "GIT_CONFIG_KEY_1=gc.auto",
            "GIT_CONFIG_VALUE_1=0",
            "GIT_CONFIG_KEY_2=advice.detachedHead",
            "GIT_CONFIG_VALUE_2=false"};
  }

  Captured try_git(const std::vector<std::string>& args, const fs::path& where = {},
                   const Environment& more = {}) const {
    std::vector<std::string> argv = {"git"};
    argv.insert(argv.end(), args.begin(), args.end());
    return run(std::move(argv), where, more);
  }

  /// What git prints, without the last newline; the test fails if git does.
  std::string git(const std::vector<std::string>& args, const fs::path& where = {},
                  const Environment& more = {}) const {
    return must(try_git(args, where, more));
  }

  /// The same with an input.
  std::string git_with_input(const std::string& input, const std::vector<std::string>& args,
                             const fs::path& where = {}) const {
    const fs::path file = m_folder.path() / "input";
    REQUIRE(write_file(file, input, 0600));
    std::vector<std::string> argv = {"sh", "-c", "exec git \"$@\" < \"$0\"", file.string()};
    argv.insert(argv.end(), args.begin(), args.end());
    return must(run(std::move(argv), where, {}));
  }

  /// Each commit is a minute younger than the last, unless the clock is set back.
  void set_clock(std::int64_t seconds) { m_clock = seconds; }

  /// Writes the files, adds everything and commits on the branch that is checked out.
  Oid commit(const std::string& message, const Files& files = {}) {
    for (const auto& [name, content] : files) {
      REQUIRE(write_file(path() / name, content, 0644));
    }
    m_clock += 60;
    git({"add", "--all"});
    git({"commit", "--quiet", "--allow-empty", "--no-verify", "--message", message});
    return tip();
  }

  /// A commit of HEAD's tree with these parents, on no branch: merges of any shape.
  Oid commit_with(const std::vector<Oid>& parents, const std::string& message) {
    std::vector<std::string> args = {
        "commit-tree", tree_of(parents.empty() ? "HEAD" : parents.front().hex()).hex(), "-m", message};
    for (const Oid& parent : parents) {
      args.insert(args.end(), {"-p", parent.hex()});
    }
    m_clock += 60;
    return oid_in(git(args));
  }

  Oid tip(const std::string& revision = "HEAD") const {
    return oid_in(git({"rev-parse", "--verify", revision}));
  }
  Oid tree_of(const std::string& revision = "HEAD") const { return tip(revision + "^{tree}"); }
  void set_ref(const std::string& ref, const Oid& oid) const { git({"update-ref", ref, oid.hex()}); }

private:
  static TemporaryFolder make_folder() {
    auto folder = TemporaryFolder::make(fs::canonical(fs::temp_directory_path()), "gate-test-");
    REQUIRE(folder);
    return *std::move(folder);
  }

  Captured run(std::vector<std::string> argv, const fs::path& where, const Environment& more) const {
    Environment all = environment();
    all.insert(all.begin(), more.begin(), more.end());
    auto ended = run_captured({std::move(argv), all, where.empty() ? path() : where});
    REQUIRE(ended);
    return *std::move(ended);
  }

  static std::string must(const Captured& ended) {
    INFO(ended.err << ended.out);
    REQUIRE(ended.end.ok());
    std::string out = ended.out;
    if (!out.empty() && out.back() == '\n') {
      out.pop_back();
    }
    return out;
  }

  TemporaryFolder m_folder;
  std::int64_t m_clock = 1'700'000'000;
};

} // namespace gate::test
