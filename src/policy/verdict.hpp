// The result of one suite on one tree, and the name under which it is kept.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/oid.hpp"
#include "policy/policy.hpp"

namespace gate {

/// What a run depends on besides tree, suite and platform.
struct KeyInputs {
  std::map<std::string, std::string> env; ///< the suite's, with nothing left to be put in
  std::string image;                      ///< "sha256:…" of the image that the policy names by a tag; else empty
};

/// The name of a verdict: what a run depends on, and nothing else (docs/verdicts.md). The id of an image that was built
/// is not in it: two machines never build the same one. `tree` is of what the suite sees (Repository::object_at with its seen_paths).
/// `platform` is OCI's, e.g. "linux/amd64".
Digest verdict_key(const Oid& tree, const Suite& suite, std::string_view platform, const KeyInputs& inputs = {});

/// A finished, passed run. Only such a run makes a verdict.
struct Verdict {
  Digest key;
  Oid tree;
  Oid commit; ///< the commit whose push or check had it run
  std::string suite;
  Digest definition;
  std::string platform;
  std::chrono::system_clock::time_point started;
  std::chrono::system_clock::time_point finished;
  std::string gate_version;
  std::string image_id; ///< "sha256:…", the image that was tested; may be empty
  std::map<std::string, std::string> images; ///< of further services of its stack that are published: "sha256:…" by service
};

/// Does the suite accept a verdict of this age? `reusable` and `max_age` say so. With a `max_age`, one from the future is not accepted.
bool is_fresh(const Verdict& verdict, const Suite& suite, std::chrono::system_clock::time_point now);

/// One line of JSON: an in-toto Statement v1 with test-result v0.1
/// (https://in-toto.io/Statement/v1, https://in-toto.io/attestation/test-result/v0.1).
std::string to_statement(const Verdict& verdict);

/// Reads what to_statement wrote and checks that it is a pass of just this key on just this tree, made by a run. Anything
/// else (damaged, of another key, two subjects) is nothing: the suite is run again.
std::optional<Verdict> from_statement(std::string_view text, const Digest& key, const Oid& tree);

/// Does the statement say that it is of another suite? Of such a one there is nothing to explain. Read loosely: nothing is to be
/// let through by this.
bool is_of_another_suite(std::string_view text, const std::string& suite);

/// What a statement was looked at for.
struct WantedVerdict {
  Oid tree;
  Digest definition;
  std::vector<Digest> keys; ///< any of them would have done
};

/// Why a statement that from_statement takes for none of these keys is not the wanted one: a clause for people ("it is of the tree 12345678"), which may
/// hold bytes of the statement. Read loosely: nothing is to be let through by this.
std::string why_not_wanted(std::string_view text, const WantedVerdict& wanted);

} // namespace gate
