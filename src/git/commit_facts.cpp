#include "git/commit_facts.hpp"

#include <algorithm>

#include "git/changed_files.hpp"
#include "git/handles.hpp"
#include "git/new_commits.hpp"
#include "git/refs.hpp"
#include "git/remake.hpp"
#include "git/signatures.hpp"

namespace gate {

namespace {

class PushedCommits final : public Commits {
public:
  PushedCommits(OpenRepository& repository, RemoteRefs refs) : m_repository(repository), m_refs(refs), m_merges(repository) {}

  Result<std::vector<Oid>> known_tips(const std::string& remote) override {
    const std::string prefix = m_refs == RemoteRefs::own ? "refs/" : "refs/remotes/" + remote + "/";
    const auto refs = refs_below(m_repository.state().repository.get(), prefix);
    if (!refs) {
      return Failure(refs.error());
    }
    std::vector<Oid> targets;
    for (const RefTip& ref : *refs) {
      targets.push_back(ref.target);
    }
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
    std::vector<Oid> tips;
    for (const Oid& target : targets) {
      const auto peeled = m_repository.peel(target);
      if (!peeled) {
        return Failure(peeled.error());
      }
      if (peeled->kind == Peeled::Kind::commit) {
        tips.push_back(*peeled->commit);
      }
    }
    return tips;
  }

  Result<std::vector<NewCommit>> new_commits(const std::vector<Oid>& tips, const std::vector<Oid>& known) override {
    return find_new_commits(m_repository.state(), tips, known);
  }
  Result<std::vector<ChangedFile>> changed_files(const NewCommit& commit) override {
    return find_changed_files(m_repository.state(), commit);
  }

  Result<std::string> content(const Oid& blob) override {
    const auto oid = to_git(blob);
    const auto object = oid ? read_object(m_repository.state().odb.get(), *oid) : Result<OdbObject>(OdbObject());
    if (!object) {
      return Failure(object.error());
    }
    if (!*object || git_odb_object_type(object->get()) != GIT_OBJECT_BLOB) {
      return could_not_run("the file content " + blob.hex() + " is not in this repository",
                           "fetch it: git fetch --refetch --no-filter");
    }
    return std::string(bytes_of(*object));
  }

  Result<RemadeMerge> remake(const NewCommit& merge) override { return m_merges.remake(merge); }
  Result<std::map<Oid, Signature>> signatures(const std::vector<Oid>& objects, const std::vector<std::string>& allowed_signers) override {
    return find_signatures(m_repository.state(), objects, allowed_signers);
  }

private:
  OpenRepository& m_repository;
  RemoteRefs m_refs;
  MergeMaker m_merges;
};

} // namespace

std::unique_ptr<Commits> commits_of_push(OpenRepository& repository, RemoteRefs refs) {
  return std::make_unique<PushedCommits>(repository, refs);
}

} // namespace gate
