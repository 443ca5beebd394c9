#include "git/signatures.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "os/files.hpp"
#include "policy/commit_object.hpp"

namespace gate {

namespace {

namespace fs = std::filesystem;

using State = Signature::State;
using Signatures = std::map<Oid, Signature>;

constexpr std::size_t k_at_once = 1000; // object names on one command line
constexpr std::string_view k_ssh_key = "SHA256:";

bool starts_with(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// From the best to the worst: of several answers the worst counts.
int badness(State state) {
  constexpr std::array k_order{State::good, State::none, State::unchecked, State::untrusted, State::expired, State::revoked, State::bad};
  return static_cast<int>(std::find(k_order.begin(), k_order.end(), state) - k_order.begin());
}

// git-log(1), %G?.
State state_of(char letter) {
  switch (letter) {
  case 'G': return State::good;
  case 'B': return State::bad;
  case 'U': return State::untrusted;
  case 'X':
  case 'Y': return State::expired;
  case 'R': return State::revoked;
  default: return State::unchecked; // "N", too: of what bears a signature it says that the program can't be started
  }
}

// "Lead <lead@example.org>"; what has no address stays as it is.
std::string address_in(std::string_view user) {
  const auto end = user.rfind('>');
  const auto begin = end == std::string_view::npos ? end : user.rfind('<', end);
  return std::string(begin == std::string_view::npos ? user : user.substr(begin + 1, end - begin - 1));
}

Signature signature_of(State state, std::string_view signer, std::string_view key) {
  Signature signature{state, {}, std::string(key)};
  if (state == State::good) {
    signature.signer = starts_with(key, k_ssh_key) ? std::string(signer) : address_in(signer);
    signature.state = signature.signer.empty() ? State::unchecked : state; // somebody must have been known
  }
  return signature;
}

std::optional<std::string_view> take_until(std::string_view& text, char end) {
  const auto at = text.find(end);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const auto field = text.substr(0, at);
  text.remove_prefix(at + 1);
  return field;
}

// The same, but all that is left will do.
std::string_view take_word(std::string_view& text, char end) {
  const auto word = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

constexpr const char* k_format = "--format=%H%x00%G?%x00%GS%x00%GF%x00";

// One record by k_format. Commits come in the order in which they were asked about.
std::optional<Signature> take_record(std::string_view& text, const Oid& expected) {
  const auto name = take_until(text, '\0');
  const auto letter = take_until(text, '\0');
  const auto signer = take_until(text, '\0');
  const auto key = take_until(text, '\0');
  const auto end = take_until(text, '\n');
  if (!end || !end->empty() || name != expected.hex() || letter->size() != 1) {
    return std::nullopt;
  }
  return signature_of(state_of(letter->front()), *signer, *key);
}

// gpg's doc/DETAILS: "[GNUPG:] <keyword> <words>" lines, nothing when there are none. As git has it, two verdicts are none, and a key
// that the keyring does not vouch for is not good: git-verify-tag(1) itself is content with such a one.
std::optional<Signature> gpg_verdict(std::string_view text, bool is_valid) {
  constexpr std::array<std::pair<std::string_view, char>, 6> k_verdicts{
      {{"GOODSIG", 'G'}, {"BADSIG", 'B'}, {"ERRSIG", 'E'}, {"EXPSIG", 'X'}, {"EXPKEYSIG", 'Y'}, {"REVKEYSIG", 'R'}}};
  unsigned verdicts = 0;
  State state = State::unchecked;
  std::string_view signer;
  std::string_view key;
  bool is_status = false;
  bool is_trusted = false;
  while (!text.empty()) {
    auto line = take_word(text, '\n');
    if (take_word(line, ' ') != "[GNUPG:]") {
      continue;
    }
    is_status = true;
    const auto keyword = take_word(line, ' ');
    is_trusted = is_trusted || keyword == "TRUST_MARGINAL" || keyword == "TRUST_FULLY" || keyword == "TRUST_ULTIMATE";
    if (keyword == "VALIDSIG") {
      key = take_word(line, ' '); // the whole fingerprint
    }
    for (const auto& [word, letter] : k_verdicts) {
      if (keyword == word) {
        ++verdicts;
        state = state_of(letter);
        const auto id = take_word(line, ' ');
        key = key.empty() ? id : key;
        signer = line;
      }
    }
  }
  if (!is_status) {
    return std::nullopt;
  }
  if (verdicts != 1) {
    return Signature{State::unchecked, {}, {}};
  }
  const bool is_anybody = state == State::good && !(is_valid && is_trusted);
  return signature_of(is_anybody ? State::untrusted : state, signer, key);
}

// ssh-keygen has no other words for it than these; git reads them, too (gpg-interface.c, parse_ssh_output).
Signature ssh_verdict(std::string_view text, bool is_valid) {
  std::string_view line = text.substr(0, text.find('\n'));
  constexpr std::string_view k_good = "Good \"git\" signature ";
  const auto key = line.rfind("key ");
  if (starts_with(line, "Could not verify signature.") && !is_valid) {
    return {State::bad, {}, {}};
  }
  if (!starts_with(line, k_good) || key == std::string_view::npos) {
    return {State::unchecked, {}, {}};
  }
  const auto fingerprint = line.substr(key + 4);
  line.remove_prefix(k_good.size());
  if (starts_with(line, "with ")) {
    return {is_valid ? State::unchecked : State::untrusted, {}, std::string(fingerprint)};
  }
  const auto end = line.rfind(" with ");
  if (!starts_with(line, "for ") || end == std::string_view::npos || !is_valid) {
    return {State::unchecked, {}, std::string(fingerprint)};
  }
  return signature_of(State::good, line.substr(4, end - 4), fingerprint);
}

/// What is to be asked of git.
struct Signed {
  std::vector<Oid> commits;
  std::vector<Oid> tags;
};

// In C's words, of the objects as they are, with this file for SSH.
Result<Captured> ask(const RepositoryState& state, const std::string& signers, const std::vector<std::string>& words) {
  std::vector<std::string> argv = {"git", "--git-dir=" + state.git_dir.string(), "-c", "gpg.ssh.allowedSignersFile=" + signers};
  argv.insert(argv.end(), words.begin(), words.end());
  Environment environment;
  for (const std::string& variable : state.environment) {
    const auto name = std::string_view(variable).substr(0, variable.find('='));
    if (name != "LC_ALL" && name != "LANGUAGE" && name != "GIT_NO_REPLACE_OBJECTS") {
      environment.push_back(variable);
    }
  }
  environment.insert(environment.end(), {"LC_ALL=C", "GIT_NO_REPLACE_OBJECTS=1"});
  return run_captured({argv, environment, state.cwd});
}

Result<void> ask_commits(const RepositoryState& state, const std::string& signers, const std::vector<Oid>& commits, Signatures& found) {
  for (std::size_t begin = 0; begin < commits.size(); begin += k_at_once) {
    const std::size_t end = std::min(commits.size(), begin + k_at_once);
    std::vector<std::string> words = {"log", "--no-walk=unsorted", "--no-color", "--no-notes", "--no-patch", "--no-show-signature", k_format};
    for (std::size_t i = begin; i < end; ++i) {
      words.push_back(commits[i].hex());
    }
    words.emplace_back("--");
    const auto ended = ask(state, signers, words);
    if (!ended) {
      return Failure(ended.error());
    }
    // git calls a signature bad, too, when it can't start ssh-keygen.
    const bool is_helpless = holds(ended->err, "cannot run ");
    std::string_view rest = ended->out;
    for (std::size_t i = begin; i < end; ++i) {
      auto signature = ended->end.ok() ? take_record(rest, commits[i]) : std::nullopt;
      if (!signature) {
        return could_not_run("git cannot tell who signed " + commits[i].hex() + ": " + ended->err.substr(0, ended->err.find('\n')),
                             "see what `git log --show-signature -1 " + commits[i].hex() + "` says");
      }
      signature->state = is_helpless && signature->state == State::bad ? State::unchecked : signature->state;
      found[commits[i]] = *std::move(signature);
    }
  }
  return {};
}

Result<Signatures> ask_all(const RepositoryState& state, const std::string& signers, const Signed& objects) {
  Signatures found;
  if (auto asked = ask_commits(state, signers, objects.commits, found); !asked) {
    return Failure(std::move(asked).error());
  }
  for (const Oid& tag : objects.tags) {
    const auto ended = ask(state, signers, {"verify-tag", "--raw", tag.hex()});
    if (!ended) {
      return Failure(ended.error());
    }
    const bool is_valid = ended->end.ok();
    const auto by_gpg = gpg_verdict(ended->err, is_valid);
    found[tag] = by_gpg ? *by_gpg : ssh_verdict(ended->err, is_valid);
  }
  return found;
}

// git calls a correct signature "bad", too, when its key is listed for something else. It is correct if it is so while nobody is
// listed.
Result<void> clear_of_blame(const RepositoryState& state, const Signed& objects, Signatures& found) {
  const auto is_bad = [&](const Oid& oid) { return found[oid].state == State::bad; };
  Signed blamed;
  std::copy_if(objects.commits.begin(), objects.commits.end(), std::back_inserter(blamed.commits), is_bad);
  std::copy_if(objects.tags.begin(), objects.tags.end(), std::back_inserter(blamed.tags), is_bad);
  if (blamed.commits.empty() && blamed.tags.empty()) {
    return {};
  }
  auto again = ask_all(state, "/dev/null", blamed);
  if (!again) {
    return Failure(std::move(again).error());
  }
  for (auto& [oid, signature] : *again) {
    if (signature.state == State::untrusted) {
      found[oid] = std::move(signature);
    }
  }
  return {};
}

Result<Signed> signed_ones(const RepositoryState& state, const std::vector<Oid>& objects, Signatures& found) {
  Signed ones;
  for (const Oid& oid : objects) {
    const auto id = to_git(oid);
    const auto object = id ? read_object(state.odb.get(), *id) : Result<OdbObject>(OdbObject());
    if (!object) {
      return Failure(object.error());
    }
    if (!*object) {
      return could_not_run("the object " + oid.hex() + " is not in this repository", "fetch it: git fetch");
    }
    if (!found.emplace(oid, Signature{}).second) {
      continue;
    }
    const git_object_t type = git_odb_object_type(object->get());
    const auto commit = type == GIT_OBJECT_COMMIT ? parse_commit_object(bytes_of(*object)) : std::nullopt;
    const auto tag = type == GIT_OBJECT_TAG ? parse_tag_object(bytes_of(*object)) : std::nullopt;
    if (commit && commit->is_signed) {
      ones.commits.push_back(oid);
    } else if (tag && tag->is_signed) {
      ones.tags.push_back(oid);
    }
  }
  return ones;
}

fs::path temporary_folder(const RepositoryState& state) {
  const auto named = value_of(state.environment, "TMPDIR");
  return named && !named->empty() ? fs::path(*named) : fs::path("/tmp");
}

} // namespace

Result<Signatures> find_signatures(const RepositoryState& state, const std::vector<Oid>& objects,
                                   const std::vector<std::string>& allowed_signers) {
  Signatures found;
  const auto ones = signed_ones(state, objects, found);
  if (!ones) {
    return Failure(ones.error());
  }
  if (ones->commits.empty() && ones->tags.empty()) {
    return found;
  }
  const auto folder = TemporaryFolder::make(temporary_folder(state), "gate-signers-");
  if (!folder) {
    return Failure(folder.error());
  }
  const std::vector<std::string> nobody = {""};
  bool is_first = true;
  for (const std::string& text : allowed_signers.empty() ? nobody : allowed_signers) {
    const fs::path file = folder->path() / "allowed_signers";
    if (auto written = write_file(file, text, 0600); !written) {
      return Failure(std::move(written).error());
    }
    auto told = ask_all(state, allowed_signers.empty() ? "/dev/null" : file.string(), *ones);
    if (!told) {
      return Failure(std::move(told).error());
    }
    if (auto cleared = clear_of_blame(state, *ones, *told); !cleared) {
      return Failure(std::move(cleared).error());
    }
    for (auto& [oid, signature] : *told) {
      Signature& kept = found[oid];
      if (is_first || badness(signature.state) > badness(kept.state)) {
        kept = std::move(signature);
      }
    }
    is_first = false;
  }
  return found;
}

} // namespace gate
