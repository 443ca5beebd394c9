#include "git/own_side.hpp"

#include "git/handles.hpp"
#include "git/refs.hpp"

namespace gate {

namespace {

class OwnSide final : public Repository {
public:
  explicit OwnSide(OpenRepository& repository) : m_repository(repository) {}

  Result<Peeled> peel(const Oid& object) override { return m_repository.peel(object); }
  Result<std::optional<std::string>> file_at(const Oid& commit, std::string_view path) override {
    return m_repository.file_at(commit, path);
  }
  Result<std::optional<Oid>> object_at(const Oid& tree, const std::vector<std::string>& paths, std::string_view path) override {
    return m_repository.object_at(tree, paths, path);
  }
  Result<std::optional<Oid>> first_parent(const Oid& commit) override {
    return m_repository.first_parent(commit);
  }
  Result<std::optional<std::string>> remote_named(const std::string&) override {
    return std::optional<std::string>("origin");
  }

  Result<std::optional<RefName>> remote_head(const std::string&) override {
    const auto branch = m_repository.current_branch();
    if (!branch) {
      return Failure(branch.error());
    }
    return *branch && (*branch)->is_branch() ? *branch : std::optional<RefName>();
  }

  Result<std::vector<BranchTip>> tracking_tips(const std::string&) override {
    const auto refs = refs_below(m_repository.state().repository.get(), "refs/heads/");
    if (!refs) {
      return Failure(refs.error());
    }
    std::vector<BranchTip> tips;
    for (const RefTip& ref : *refs) {
      if (auto branch = RefName::parse(ref.name)) {
        tips.push_back({*std::move(branch), ref.target});
      }
    }
    return tips;
  }

  Result<std::optional<Oid>> tracking_tip(const std::string&, const RefName& branch) override {
    return branch.is_branch() ? ref_target(m_repository.state().repository.get(), branch.full())
                              : Result<std::optional<Oid>>(std::nullopt);
  }

  Result<History> history(const Oid& old_tip, const Oid& new_tip,
                          const std::vector<BranchTip>& sources) override {
    return m_repository.history(old_tip, new_tip, sources);
  }

private:
  OpenRepository& m_repository;
};

} // namespace

std::unique_ptr<Repository> own_side_of(OpenRepository& repository) {
  return std::make_unique<OwnSide>(repository);
}

} // namespace gate
