// Who signed the new commits, and the pushed tag.
#include <array>
#include <map>
#include <optional>

#include "policy/judging.hpp"

namespace gate {

namespace {

using State = Signature::State;

// What nobody has looked at is not let through.
Signature signature_of(const UpdateFacts& facts, const Oid& object) {
  const auto found = facts.signatures.find(object);
  return found == facts.signatures.end() ? Signature{State::unchecked, {}, {}} : found->second;
}

std::string signers_file(const Rules& rules) {
  if (rules.allowed_signers.empty()) {
    return {};
  }
  std::vector<std::string> paths;
  for (const auto& path : rules.allowed_signers) {
    paths.push_back(path.value);
  }
  return some_of(paths, paths.size());
}

/// What is wrong with the signatures of `count` objects; `key` is a fingerprint when there is one object, and may be empty.
std::string complaint(State state, std::size_t count, const std::string& key, const std::string& file) {
  const bool one = count == 1;
  const std::string by_key = one && !key.empty() ? " (" + key + ")" : "";
  switch (state) {
  case State::good:
    break;
  case State::none:
    return one ? " has no signature" : " have no signature";
  case State::untrusted:
    return (one ? " is signed with a key" : " are signed with keys") + by_key + " that " + (file.empty() ? "nobody here" : file) +
           (file.empty() ? " knows" : " does not know");
  case State::expired:
    return (one ? " is signed with a key" : " are signed with keys") + by_key + (one ? " that is" : " that are") +
           " not valid any more, or was not yet";
  case State::revoked:
    return (one ? " is signed with a key" : " are signed with keys") + by_key + (one ? " that was revoked" : " that were revoked");
  case State::bad:
    return one ? " has a signature that does not fit its content" : " have signatures that do not fit their content";
  case State::unchecked:
    return one ? " has a signature that could not be checked" : " have signatures that could not be checked";
  }
  return {};
}

/// `sign` is the command that signs anew; `show` the one that says more.
std::string remedy(State state, const std::string& sign, const std::string& show, const std::string& file) {
  switch (state) {
  case State::good:
    break;
  case State::none:
    return sign;
  case State::untrusted:
    return sign + "   with a key that is known; or have the key added to " + (file.empty() ? "an allowed_signers file that the policy names" : file);
  case State::expired:
    return sign + "   with a key that is valid today";
  case State::revoked:
    return sign + "   with another key";
  case State::bad:
    return sign + "   after a look at what was changed: " + show;
  case State::unchecked:
    return show + "   says what is missing here: a public key (gpg --import FILE), or a program";
  }
  return {};
}

std::string why(const Judging& judging, const std::string& all) {
  const std::string file = signers_file(judging.rules());
  return all + " carries a good signature" + (file.empty() ? "" : ", by somebody whom " + file + " knows");
}

void judge_commits(Judging& judging, const Located<SignedCommits>& demand) {
  std::map<State, CommitList> by_state;
  for (const auto& commit : judging.facts().commits) {
    if (demand.value == SignedCommits::all || is_merge(commit)) {
      by_state[signature_of(judging.facts(), commit.oid).state].push_back(&commit);
    }
  }
  by_state.erase(State::good);
  const std::string file = signers_file(judging.rules());
  const std::string of = demand.value == SignedCommits::all ? "every commit" : "every merge";
  for (const auto& [state, commits] : by_state) {
    const NewCommit& first = *commits.front();
    const std::string key = signature_of(judging.facts(), first.oid).key;
    judging.found("signature", some_of(commits) + complaint(state, commits.size(), key, file),
                  why(judging, of + " that comes to " + judging.branch()), demand.place,
                  remedy(state, amend_remedy(judging.update(), commits, "--no-edit -S"), "git log -1 --show-signature " + first.oid.brief(), file));
  }
}

void judge_tag(Judging& judging, const Located<SignedCommits>& demand) {
  const std::string& tag = judging.branch();
  const std::string word = shell_word(tag);
  const std::string all = why(judging, "every tag like " + tag);
  const std::string& remote = judging.remote();
  const auto& object = judging.facts().tag_object;
  if (!object) {
    judging.found("signature", "the tag " + tag + " is no annotated tag, so it can't be signed", all, demand.place,
                  "git tag -f -s " + word + " " + judging.update().new_oid.brief() + " && git push " + remote + " refs/tags/" + word);
    return;
  }
  const Signature signature = signature_of(judging.facts(), *object);
  if (signature.state != State::good) {
    const std::string file = signers_file(judging.rules());
    judging.found("signature", "the tag " + tag + complaint(signature.state, 1, signature.key, file), all, demand.place,
                  remedy(signature.state, "git tag -f -s " + word + " " + word + "^{}", "git tag -v " + word, file));
  }
}

} // namespace

void judge_signatures(Judging& judging) {
  const auto& demand = judging.rules().signed_commits;
  if (!demand || demand->value == SignedCommits::none) {
    return;
  }
  judge_commits(judging, *demand);
  if (judging.update().ref.is_tag()) {
    judge_tag(judging, *demand);
  }
}

} // namespace gate
