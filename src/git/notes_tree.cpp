#include "git/notes_tree.hpp"

#include <string_view>
#include <utility>

#include "git/commits.hpp"
#include "git/note_lines.hpp"

namespace gate {

namespace {

using TreeBuilder = std::unique_ptr<git_treebuilder, GitDeleter<git_treebuilder_free>>;

constexpr std::size_t k_largest_notes_tree = 32U << 20U; // half a million notes without folders
constexpr std::size_t k_largest_notes_commit = 1U << 20U;
constexpr std::size_t k_pair = 2;

enum class Held { yes, no, other }; // other: it is no such thing, or too large

Held look_for(git_odb* odb, const git_oid& oid, git_object_t type, std::size_t most) {
  std::size_t size = 0;
  git_object_t found = GIT_OBJECT_INVALID;
  if (git_odb_read_header(&size, &found, odb, &oid) != 0) {
    return Held::no;
  }
  return found == type && size <= most ? Held::yes : Held::other;
}

TreeHandle notes_folder(const RepositoryState& state, const git_oid& oid) {
  git_tree* raw = nullptr;
  if (look_for(state.odb.get(), oid, GIT_OBJECT_TREE, k_largest_notes_tree) != Held::yes || git_tree_lookup(&raw, state.repository.get(), &oid) != 0) {
    return {};
  }
  return TreeHandle(raw);
}

bool is_note(const git_tree_entry* entry) {
  constexpr unsigned k_kind = 0170000;
  constexpr unsigned k_regular = 0100000;
  return entry != nullptr && (static_cast<unsigned>(git_tree_entry_filemode_raw(entry)) & k_kind) == k_regular;
}

bool is_notes_folder(const git_tree_entry* entry) { return entry != nullptr && git_tree_entry_type(entry) == GIT_OBJECT_TREE; }

Failure cannot_write_notes() { return could_not_run("cannot write notes into this repository: " + git_reason()); }

Result<TreeBuilder> builder_of(const RepositoryState& state, const git_tree* from) {
  git_treebuilder* raw = nullptr;
  return git_treebuilder_new(&raw, state.repository.get(), from) == 0 ? Result<TreeBuilder>(TreeBuilder(raw)) : cannot_write_notes();
}

Result<git_oid> written_tree(git_treebuilder* builder) {
  git_oid oid;
  return git_treebuilder_write(&oid, builder) == 0 ? Result<git_oid>(oid) : cannot_write_notes();
}

Result<void> put_entry(git_treebuilder* builder, const std::string& name, const git_oid& oid, git_filemode_t mode) {
  return git_treebuilder_insert(nullptr, builder, name.c_str(), &oid, mode) == 0 ? Result<void>() : cannot_write_notes();
}

// Of the folder of this name; of an empty one where there is none.
Result<TreeBuilder> builder_below(const RepositoryState& state, git_treebuilder* builder, const std::string& name) {
  const auto* entry = git_treebuilder_get(builder, name.c_str());
  if (!is_notes_folder(entry)) {
    return builder_of(state, nullptr);
  }
  const auto folder = notes_folder(state, *git_tree_entry_id(entry));
  if (!folder) {
    return could_not_run("cannot add to these notes: the tree " + from_git(*git_tree_entry_id(entry)).hex() + " in them is not here, or too large");
  }
  return builder_of(state, folder.get());
}

// In all folders from here on. `name` are the digits that are left.
Result<void> take_out(const RepositoryState& state, git_treebuilder* builder, const std::string& name) {
  if (is_note(git_treebuilder_get(builder, name.c_str())) && git_treebuilder_remove(builder, name.c_str()) != 0) {
    return cannot_write_notes();
  }
  const std::string pair = name.substr(0, k_pair);
  if (name.size() <= k_pair || !is_notes_folder(git_treebuilder_get(builder, pair.c_str()))) {
    return {};
  }
  const auto below = builder_below(state, builder, pair);
  if (!below) {
    return tl::unexpected(below.error());
  }
  if (auto taken = take_out(state, below->get(), name.substr(k_pair)); !taken) {
    return taken;
  }
  if (git_treebuilder_entrycount(below->get()) == 0) {
    return git_treebuilder_remove(builder, pair.c_str()) == 0 ? Result<void>() : cannot_write_notes();
  }
  const auto tree = written_tree(below->get());
  return tree ? put_entry(builder, pair, *tree, GIT_FILEMODE_TREE) : tl::unexpected(tree.error());
}

} // namespace

NotesTree::NotesTree(const RepositoryState& state, const std::optional<Oid>& commit) : m_state(&state) {
  const auto oid = commit && !commit->is_zero() ? to_git(*commit) : std::nullopt;
  if (!oid || look_for(state.odb.get(), *oid, GIT_OBJECT_COMMIT, k_largest_notes_commit) != Held::yes) {
    return;
  }
  const auto object = read_object(state.odb.get(), *oid);
  const auto tree = object && *object ? tree_in(bytes_of(*object)) : std::nullopt;
  m_is_commit = tree.has_value();
  if (tree) {
    m_root = notes_folder(state, *tree);
  }
}

NotesTree::Found NotesTree::find(const Oid& object) const {
  Found found;
  std::string_view digits = object.hex();
  TreeHandle below;
  const git_tree* folder = digits.size() == GIT_OID_HEXSZ ? m_root.get() : nullptr;
  while (folder != nullptr) {
    if (const auto* entry = git_tree_entry_byname(folder, std::string(digits).c_str()); is_note(entry)) {
      const auto held = look_for(m_state->odb.get(), *git_tree_entry_id(entry), GIT_OBJECT_BLOB, k_largest_note);
      auto note = held == Held::yes ? read_object(m_state->odb.get(), *git_tree_entry_id(entry)) : Result<OdbObject>(OdbObject());
      if (note && *note) {
        found.notes.push_back(*std::move(note));
      } else {
        found.is_whole = found.is_whole && held == Held::other;
      }
    }
    const auto* entry = digits.size() > k_pair ? git_tree_entry_byname(folder, std::string(digits.substr(0, k_pair)).c_str()) : nullptr;
    auto next = is_notes_folder(entry) ? notes_folder(*m_state, *git_tree_entry_id(entry)) : TreeHandle();
    found.is_whole = found.is_whole && (next || !is_notes_folder(entry));
    below = std::move(next);
    folder = below.get();
    digits.remove_prefix(k_pair);
  }
  return found;
}

std::vector<std::string> NotesTree::first_lines(const Oid& object) const {
  std::vector<std::string> lines;
  for (const auto& note : find(object).notes) {
    read_note_lines(bytes_of(note), lines);
  }
  return lines;
}

Result<std::vector<std::string>> NotesTree::newest_lines(const Oid& object) const {
  const auto found = find(object);
  if ((m_is_commit && !m_root) || !found.is_whole) {
    return could_not_run("cannot add to these notes: not all of them are here, or a tree of them is too large");
  }
  std::vector<std::string_view> notes;
  for (const auto& note : found.notes) {
    notes.push_back(bytes_of(note));
  }
  return newest_note_lines(notes);
}

Result<Oid> NotesTree::with(const std::map<Oid, std::string>& notes) const {
  auto root = builder_of(*m_state, m_root.get());
  if (!root) {
    return tl::unexpected(root.error());
  }
  for (auto note = notes.begin(); note != notes.end();) {
    const std::string pair = note->first.hex().substr(0, k_pair);
    const auto folder = builder_below(*m_state, root->get(), pair);
    if (!folder) {
      return tl::unexpected(folder.error());
    }
    for (; note != notes.end() && note->first.hex().compare(0, k_pair, pair) == 0; ++note) {
      const std::string& digits = note->first.hex();
      const bool is_without_folder = is_note(git_treebuilder_get(root->get(), digits.c_str()));
      git_oid blob;
      if ((is_without_folder && git_treebuilder_remove(root->get(), digits.c_str()) != 0) ||
          git_blob_create_from_buffer(&blob, m_state->repository.get(), note->second.data(), note->second.size()) != 0) {
        return cannot_write_notes();
      }
      if (auto taken = take_out(*m_state, folder->get(), digits.substr(k_pair)); !taken) {
        return tl::unexpected(taken.error());
      }
      if (auto added = put_entry(folder->get(), digits.substr(k_pair), blob, GIT_FILEMODE_BLOB); !added) {
        return tl::unexpected(added.error());
      }
    }
    const auto tree = written_tree(folder->get());
    if (!tree) {
      return tl::unexpected(tree.error());
    }
    if (auto added = put_entry(root->get(), pair, *tree, GIT_FILEMODE_TREE); !added) {
      return tl::unexpected(added.error());
    }
  }
  const auto tree = written_tree(root->get());
  return tree ? Result<Oid>(from_git(*tree)) : tl::unexpected(tree.error());
}

} // namespace gate
