// Reading raw commit and tag objects. Pure: bytes in, values out.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/oid.hpp"
#include "policy/facts.hpp"

namespace gate {

/// What a commit object says (git-hash-object(1), gitformat: header lines, an empty line, the message). The text of all of it is
/// hostile and in any encoding.
struct CommitObject {
  Oid tree;
  std::vector<Oid> parents;
  Person author;              ///< names and e-mails as git splits them (ident.c, split_ident_line); empty when the line is broken
  Person committer;
  std::int64_t committed = 0; ///< seconds since 1970; 0 when the line says none
  bool is_signed = false;     ///< has a gpgsig or gpgsig-sha256 header; it may be a bad one
  std::string_view message;   ///< into `bytes`: what follows the first empty line
};

/// `bytes` is the content, without git's "commit SIZE" line. Nothing when it doesn't begin with a tree, parents, an author and a
/// committer in this order, or when its object names are of different lengths.
std::optional<CommitObject> parse_commit_object(std::string_view bytes);

/// What an annotated tag says (git-mktag(1)).
struct TagObject {
  Oid target;
  std::string_view type; ///< into `bytes`: "commit", "tree", "blob" or "tag"
  std::string_view name; ///< into `bytes`
  bool is_signed = false; ///< the message ends in a PGP, SSH or X.509 signature, or there is a gpgsig header; it may be a bad one
};

/// `bytes` is the content. Nothing when it doesn't begin with object, type and tag in this order.
std::optional<TagObject> parse_tag_object(std::string_view bytes);

} // namespace gate
