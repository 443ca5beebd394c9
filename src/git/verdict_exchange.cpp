#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/ascii.hpp"
#include "git/handles.hpp"
#include "git/live_remotes.hpp"
#include "git/note_lines.hpp"
#include "git/notes_tree.hpp"
#include "git/refs.hpp"
#include "git/remote_git.hpp"
#include "git/remote_tries.hpp"
#include "git/verdict_notes.hpp"

namespace gate {

namespace {

// Who loses a race has lost it to somebody who has written: that ends by itself. Trouble need not.
constexpr std::chrono::seconds k_exchange_patience{30};
constexpr int k_most_tries_in_vain = 5;

// Who is not let in is hardly let in a second later.
constexpr int k_most_tries_unwanted = 2;

using Notes = std::vector<VerdictExchange::Noted>;
using NotesByTree = std::map<Oid, Notes>;
using Lines = std::vector<std::string>;

bool holds_line(const Lines& lines, const std::string& line) { return std::find(lines.begin(), lines.end(), line) != lines.end(); }

Result<NotesByTree> notes_by_tree(const Notes& notes) {
  NotesByTree result;
  for (const auto& note : notes) {
    auto& of_tree = result[note.tree];
    if (!is_note_line(note.envelope)) {
      return could_not_run("the verdict on the tree " + note.tree.hex() + " can't be sent: it is not one line of at most 256 KiB");
    }
    if (std::none_of(of_tree.begin(), of_tree.end(), [&](const auto& other) { return other.envelope == note.envelope; })) {
      of_tree.push_back(note);
    }
  }
  return result;
}

// By its own words it is not for now, nor by a hook that may be in trouble: by who asks, or for which ref.
bool is_unwanted(const std::string& reason) {
  constexpr std::array<std::string_view, 6> k_words{"hidden ref", "denied", "permission", "forbidden", "prohibited", "not allowed"};
  const std::string said = gate::lower(reason);
  return std::any_of(k_words.begin(), k_words.end(), [&](std::string_view word) { return said.find(word) != std::string::npos; });
}

/// What is to be written of the notes of some trees.
struct Changes {
  std::map<Oid, std::string> notes;
  std::size_t added = 0;
  std::size_t dropped = 0;

  void add(const Oid& tree, Lines all, const Notes& wanted);
};

void Changes::add(const Oid& tree, Lines all, const Notes& wanted) {
  Lines missing;
  Lines replaced;
  for (const auto& note : wanted) {
    if (holds_line(all, note.envelope)) {
      continue;
    }
    missing.push_back(note.envelope);
    std::copy_if(all.begin(), all.end(), std::back_inserter(replaced), [&](const std::string& line) { return note.replaces && note.replaces(line); });
  }
  if (missing.empty()) {
    return;
  }
  std::erase_if(all, [&](const std::string& line) { return holds_line(replaced, line); });
  all.insert(all.end(), missing.begin(), missing.end());
  const std::size_t too_many = all.size() - std::min(all.size(), k_most_note_lines);
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(too_many));
  added += std::min(missing.size(), all.size());
  dropped += too_many;
  auto& text = notes[tree];
  for (const auto& line : all) {
    text += line + "\n";
  }
}

Failure can_not_be_added_to(const std::string& remote, const std::string& ref, const Error& why) {
  const std::string name = without_secrets(remote);
  return could_not_run(ref + " of the remote " + name + ": " + why.message, "begin it anew, without what is in it: git push " + name + " --delete " + ref);
}

class GitExchange final : public VerdictExchange {
public:
  GitExchange(OpenRepository& repository, Environment environment, const Interrupt& interrupt, std::function<void()> tick)
      : m_repository(repository), m_git(std::move(environment), interrupt, tick), m_tick(std::move(tick)) {
    // As git does with what it writes: a ref must not survive what it stands for.
    git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
  }

  Result<std::size_t> fetch(const std::string& remote, const std::vector<std::string>& ids) override;
  Result<Sent> send(const std::string& remote, const std::string& id, const std::vector<Noted>& notes) override;
  Result<void> keep(const std::string& id, const std::vector<Noted>& notes) override;

private:
  struct Try {
    std::optional<Oid> found; ///< the remote's tip before
    PushAnswer answer;        ///< done also where there was nothing to add
    Oid tip;                  ///< after, when it is done; zero: none
    std::size_t added = 0;
    std::size_t dropped = 0;
  };
  Result<NotesByTree> prepare(const std::string& id, const Notes& notes);
  Result<std::vector<std::string>> push_urls(const std::string& remote) const;
  Result<Sent> send_to(const std::string& remote, const std::string& ref, const NotesByTree& notes);
  Result<Try> try_to_send(const std::string& remote, const std::string& ref, const NotesByTree& notes);
  Result<Try> add(const std::string& remote, const std::string& ref, const NotesByTree& notes, std::optional<Oid> found);
  Result<Oid> commit(const Oid& tree, const std::optional<Oid>& parent);
  std::optional<Oid> here(const std::string& ref) const;
  void make_same(const std::string& ref, const Oid& tip) const;

  OpenRepository& m_repository;
  RemoteGit m_git;
  std::function<void()> m_tick;
  std::string m_by;
};

std::optional<Oid> GitExchange::here(const std::string& ref) const {
  auto tip = ref_target(m_repository.state().repository.get(), ref);
  return tip ? *std::move(tip) : std::nullopt;
}

Result<std::size_t> GitExchange::fetch(const std::string& remote, const std::vector<std::string>& ids) {
  std::set<std::string> asked;
  for (const auto& id : ids) {
    if (is_verdict_ref_id(id)) {
      asked.insert(verdict_ref_of(id));
    }
  }
  if (asked.empty()) {
    return 0;
  }
  // A ref that is not there would fail the fetch of all.
  auto refs = m_git.list(remote, {std::string(k_verdict_refs) + "*"});
  if (!refs) {
    return tl::unexpected(refs.error());
  }
  refs->erase(std::remove_if(refs->begin(), refs->end(), [&](const RemoteRef& ref) { return asked.count(ref.name) == 0; }), refs->end());
  std::vector<Oid> known;
  std::vector<std::string> refspecs;
  for (const auto& ref : *refs) {
    const auto tip = here(ref.name);
    if (tip) {
      known.push_back(*tip);
    }
    if (tip != ref.oid) {
      refspecs.push_back("+" + ref.name + ":" + ref.name);
    }
  }
  if (refspecs.empty()) {
    return refs->size();
  }
  auto words = fetch_of_own_refs(known);
  words.insert(words.end(), {"--", remote});
  words.insert(words.end(), refspecs.begin(), refspecs.end());
  const auto fetched = m_git.ask(std::move(words), remote);
  // Two that fetch at once are in each other's way, and one of them has done it.
  const bool is_there = std::all_of(refs->begin(), refs->end(), [&](const RemoteRef& ref) { return here(ref.name) == ref.oid; });
  return fetched || (is_there && !m_git.is_interrupted()) ? Result<std::size_t>(refs->size()) : tl::unexpected(fetched.error());
}

Result<Oid> GitExchange::commit(const Oid& tree, const std::optional<Oid>& parent) {
  std::vector<std::string> words{"-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree.hex(), "-m", "gate: verdicts"};
  if (parent) {
    words.insert(words.end(), {"-p", parent->hex()});
  }
  const auto made = m_git.here(std::move(words), "cannot write into this repository", {}, RemoteGit::as_writer(m_by));
  if (!made) {
    return tl::unexpected(made.error());
  }
  const auto oid = Oid::parse(std::string_view(*made).substr(0, made->find('\n')));
  return oid ? Result<Oid>(*oid) : could_not_run("git commit-tree said something that is no object name");
}

Result<Changes> changes_to(const NotesTree& before, const NotesByTree& notes) {
  Changes changes;
  for (const auto& [tree, wanted] : notes) {
    auto all = before.newest_lines(tree);
    if (!all) {
      return tl::unexpected(all.error());
    }
    changes.add(tree, *std::move(all), wanted);
  }
  return changes;
}

// On top of what the remote has, which is here. What is no commit there is replaced.
Result<GitExchange::Try> GitExchange::add(const std::string& remote, const std::string& ref, const NotesByTree& notes, std::optional<Oid> found) {
  const NotesTree before(m_repository.state(), found);
  const auto changes = changes_to(before, notes);
  if (!changes) {
    return can_not_be_added_to(remote, ref, changes.error());
  }
  Try result{found, {PushAnswer::Outcome::done, {}}, found.value_or(Oid()), changes->added, changes->dropped};
  if (changes->notes.empty()) {
    return result;
  }
  const auto tree = before.with(changes->notes);
  if (!tree) {
    return can_not_be_added_to(remote, ref, tree.error());
  }
  const auto made = commit(*tree, before.is_commit() ? found : std::nullopt);
  if (!made) {
    return tl::unexpected(made.error());
  }
  auto answer = m_git.push(remote, made->hex(), ref, {"--force-with-lease=" + ref + ":" + (found ? found->hex() : "")});
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  result.answer = *std::move(answer);
  result.tip = *made;
  return result;
}

Result<GitExchange::Try> GitExchange::try_to_send(const std::string& remote, const std::string& ref, const NotesByTree& notes) {
  auto found = m_git.find(remote, ref);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto ours = here(ref);
  if (*found && *found != ours) {
    auto words = fetch_of_own_refs(ours ? std::vector<Oid>{*ours} : std::vector<Oid>());
    words.insert(words.end(), {"--", remote, ref});
    if (const auto fetched = m_git.ask(std::move(words), remote); !fetched) {
      return tl::unexpected(fetched.error());
    }
    const auto oid = to_git(**found);
    if (!oid || git_odb_exists(m_repository.state().odb.get(), &*oid) == 0) {
      return Try{*found, {PushAnswer::Outcome::raced, "it is not what it was a moment ago"}, {}, 0, 0};
    }
  }
  return add(remote, ref, notes, *found);
}

// Who has written there meanwhile, or here, is right.
void GitExchange::make_same(const std::string& ref, const Oid& tip) const {
  const auto before = here(ref);
  if (!tip.is_zero() && before != tip) {
    static_cast<void>(m_git.run({"update-ref", "--no-deref", "-m", "gate: verdicts", ref, tip.hex(), before.value_or(Oid()).hex()}));
  }
}

Result<NotesByTree> GitExchange::prepare(const std::string& id, const Notes& notes) {
  if (!is_verdict_ref_id(id)) {
    return could_not_run("verdicts can't be sent under the name \"" + id + "\": it is not of 16 hexadecimal digits");
  }
  auto by_tree = notes_by_tree(notes);
  if (by_tree && m_by.empty()) {
    auto by = m_git.identity();
    if (!by) {
      return tl::unexpected(by.error());
    }
    m_by = *std::move(by);
  }
  return by_tree;
}

// What git would push to. It is looked where is written: what the remote is fetched from may be another one. Of a remote whose pushes mirror, git
// pushes no single ref but by its URL.
Result<std::vector<std::string>> GitExchange::push_urls(const std::string& remote) const {
  const auto pushed = m_git.run({"remote", "get-url", "--push", "--all", "--", remote});
  const auto fetched = pushed ? m_git.run({"remote", "get-url", "--", remote}) : pushed;
  const auto mirrors = fetched ? m_git.run({"config", "--bool", "--get", "remote." + remote + ".mirror"}) : fetched;
  if (!mirrors) {
    return tl::unexpected(mirrors.error());
  }
  const bool is_plain = pushed->out == fetched->out && mirrors->out != "true\n";
  if (!pushed->end.ok() || is_plain) {
    return std::vector<std::string>{remote}; // a URL, mostly
  }
  std::vector<std::string> urls;
  for (std::string_view rest = pushed->out; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    urls.emplace_back(line);
  }
  return urls;
}

Result<VerdictExchange::Sent> GitExchange::send(const std::string& remote, const std::string& id, const std::vector<Noted>& notes) {
  const auto by_tree = prepare(id, notes);
  const auto urls = by_tree ? push_urls(remote) : tl::unexpected(by_tree.error());
  if (!urls) {
    return tl::unexpected(urls.error());
  }
  Sent all;
  for (const auto& url : by_tree->empty() ? std::vector<std::string>() : *urls) {
    auto sent = send_to(url, verdict_ref_of(id), *by_tree);
    if (!sent || sent->outcome != Sent::Outcome::sent) {
      return sent;
    }
    all.added = std::max(all.added, sent->added);
    all.dropped = std::max(all.dropped, sent->dropped);
  }
  return all;
}

// A push whose answer is lost may have arrived: so it is looked again, and what it wanted to add is there already. Also a refusal may pass: a server's
// hook that met a lock says no more than one that does not want it.
Result<VerdictExchange::Sent> GitExchange::send_to(const std::string& remote, const std::string& ref, const NotesByTree& notes) {
  using Outcome = PushAnswer::Outcome;
  const auto end = std::chrono::steady_clock::now() + k_exchange_patience;
  std::optional<Try> last;
  for (int in_vain = 0;;) { // tries in which nobody else got through either
    auto tried = try_to_send(remote, ref, notes);
    if (!tried) {
      return tl::unexpected(tried.error());
    }
    const bool has_moved = last && last->found != tried->found;
    in_vain = has_moved && tried->answer.outcome == Outcome::raced ? 0 : in_vain + 1;
    if (tried->answer.outcome == Outcome::done) {
      make_same(ref, tried->tip);
      const Try& first = last && last->tip == tried->tip ? *last : *tried; // that was ours
      return Sent{Sent::Outcome::sent, {}, first.added, first.dropped};
    }
    last = *std::move(tried);
    const auto outcome = last->answer.outcome;
    const std::string& reason = last->answer.reason;
    const bool is_enough = in_vain >= (outcome == Outcome::refused && is_unwanted(reason) ? k_most_tries_unwanted : k_most_tries_in_vain);
    if (is_enough || std::chrono::steady_clock::now() >= end) {
      if (outcome == Outcome::failed) {
        return could_not_run("the remote " + without_secrets(remote) + " could not be written to: " + reason, "gate verdict push tries again");
      }
      // Nobody has moved it: a lock that somebody left behind, or a ref that it does not show.
      const bool is_hidden = reason == "stale info";
      return Sent{is_enough || outcome == Outcome::refused ? Sent::Outcome::refused : Sent::Outcome::raced,
                  is_hidden ? "it has another value than it shows (stale info)" : reason, 0, 0};
    }
    if (auto paused = pause_between_tries(m_git, m_tick, end); !paused) {
      return tl::unexpected(paused.error());
    }
  }
}

Result<void> GitExchange::keep(const std::string& id, const std::vector<Noted>& notes) {
  const auto by_tree = prepare(id, notes);
  if (!by_tree) {
    return tl::unexpected(by_tree.error());
  }
  const std::string ref = verdict_ref_of(id);
  const auto found = here(ref);
  const NotesTree before(m_repository.state(), found);
  const auto changes = changes_to(before, *by_tree);
  if (!changes || changes->notes.empty()) {
    return changes ? Result<void>() : tl::unexpected(changes.error());
  }
  const auto tree = before.with(changes->notes);
  const auto made = tree ? commit(*tree, before.is_commit() ? found : std::nullopt) : tl::unexpected(tree.error());
  if (!made) {
    return tl::unexpected(made.error());
  }
  const auto moved = m_git.here({"update-ref", "--no-deref", "-m", "gate: verdicts", ref, made->hex(), found.value_or(Oid()).hex()}, "cannot write " + ref);
  return moved ? Result<void>() : tl::unexpected(moved.error());
}

} // namespace

std::unique_ptr<VerdictExchange> verdict_exchange(OpenRepository& repository, Environment environment, const Interrupt& interrupt, std::function<void()> tick) {
  return std::make_unique<GitExchange>(repository, std::move(environment), interrupt, std::move(tick));
}

} // namespace gate
