#include <algorithm>
#include <utility>

#include "base/ref_name.hpp"
#include "git/live_remotes.hpp"
#include "git/publication_ledger.hpp"
#include "git/remote_git.hpp"
#include "os/interrupt.hpp"

namespace gate {

namespace {

class RealGitTags final : public GitTags {
public:
  RealGitTags(Environment environment, const Interrupt& interrupt, std::function<void()> tick)
      : m_git(std::move(environment), interrupt, std::move(tick)) {}

  Result<void> make(const std::string& remote, const std::string& name, const Oid& commit, const std::string& message) override {
    const auto tag = RefName::parse("refs/tags/" + name);
    if (!tag || name.front() == '-') {
      return fail(ErrorKind::usage, "git can't have a tag called \"" + name + "\"", 
                  "correct git_tag in the policy; git check-ref-format refs/tags/NAME says whether a name will do");
    }
    const auto there = commit_there(remote, *tag);
    if (!there) {
      return tl::unexpected(there.error());
    }
    if (*there && **there != commit) {
      return taken("on " + without_secrets(remote), *tag, **there, commit, "git push " + without_secrets(remote) + " --delete " + tag->full());
    }
    if (auto made = make_here(remote, *tag, commit, message, there->has_value()); !made || *there) {
      return made;
    }
    return push(remote, *tag, commit);
  }

private:
  static Failure taken(const std::string& where, const RefName& tag, const Oid& its, const Oid& commit, const std::string& remedy) {
    return could_not_run("the tag " + tag.brief() + " is there " + where + " already, for " + its.brief() + " and not for " + commit.brief(),
                         "give git_tag a template that tells commits apart (\"{short_commit}\"), or remove the tag: " + remedy);
  }

  // The commit that the remote's tag is of; that of an annotated one is listed as NAME^{}.
  Result<std::optional<Oid>> commit_there(const std::string& remote, const RefName& tag) const {
    const auto refs = m_git.list(remote, {tag.full(), tag.full() + "^{}"});
    if (!refs) {
      return tl::unexpected(refs.error());
    }
    std::optional<Oid> commit;
    for (const auto& ref : *refs) {
      if (ref.name == tag.full() + "^{}" || (ref.name == tag.full() && !commit)) {
        commit = ref.oid;
      }
    }
    return commit;
  }

  Result<std::optional<Oid>> commit_here(const RefName& tag) const {
    const auto told = m_git.run({"rev-parse", "--verify", "--quiet", tag.full() + "^{}"});
    if (!told) {
      return tl::unexpected(told.error());
    }
    return told->end.ok() ? Oid::parse(std::string_view(told->out).substr(0, told->out.find('\n'))) : std::optional<Oid>();
  }

  Result<void> make_here(const std::string& remote, const RefName& tag, const Oid& commit, const std::string& message, bool is_there) const {
    const auto here = commit_here(tag);
    if (!here) {
      return tl::unexpected(here.error());
    }
    if (*here) {
      return **here == commit ? Result<void>() : taken("in this repository", tag, **here, commit, "git tag -d " + tag.brief());
    }
    if (is_there) { // two tag objects of one name would get in each other's way
      const auto fetched = m_git.ask({"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--refmap=", "--", remote,
                                      tag.full() + ":" + tag.full()},
                                     remote);
      return fetched ? Result<void>() : tl::unexpected(fetched.error());
    }
    const auto who = m_git.identity();
    if (!who) {
      return tl::unexpected(who.error());
    }
    const auto made = m_git.here({"tag", "-a", "--cleanup=verbatim", "-F", "-", "--", tag.brief(), commit.hex()},
                                 "the tag " + tag.brief() + " could not be made", message + "\n", RemoteGit::as_writer(*who));
    return made ? Result<void>() : tl::unexpected(made.error());
  }

  Result<void> push(const std::string& remote, const RefName& tag, const Oid& commit) const {
    const auto answer = m_git.push(remote, tag.full(), tag.full());
    if (!answer) {
      return tl::unexpected(answer.error());
    }
    if (answer->outcome == PushAnswer::Outcome::done) {
      return {};
    }
    // Somebody else may have been faster, or the answer was lost.
    if (const auto there = commit_there(remote, tag); there && *there == commit) {
      return {};
    }
    const std::string name = without_secrets(remote);
    return could_not_run("the remote " + name + " does not take the tag " + tag.brief() + ": " + answer->reason,
                         "when that is mended: git push " + name + " " + tag.full());
  }

  RemoteGit m_git;
};

} // namespace

std::unique_ptr<GitTags> git_tags(Environment environment, const Interrupt& interrupt, std::function<void()> tick) {
  return std::make_unique<RealGitTags>(std::move(environment), interrupt, std::move(tick));
}

} // namespace gate
