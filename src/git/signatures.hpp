// What git says of signatures. Only for the .cpp files of this folder.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "git/handles.hpp"
#include "policy/facts.hpp"

namespace gate {

/// Of each of the objects (commits and annotated tags), as git-log(1), %G? and git-verify-tag(1) tell it. git is asked only about those
/// that bear a signature: once for a thousand commits, and once per tag; again for each further text, and where a signature is bad.
///
/// SSH: each of `allowed_signers` (the text of such a file, ssh-keygen(1)) must know the signer, and the worst answer counts; the
/// principal is the first one's. Without any nobody is known. The configuration's own file has no say. A key that is in no text is
/// `untrusted`, and so is one that is listed for something else than git, or whose time (valid-after, valid-before) does not fit.
/// That time is looked at as of the date that the commit or tag bears, which is its author's word: take a key out of the file
/// rather than let it expire.
/// GPG and X.509: by the keyring of this machine, whatever the texts; the signer is the e-mail address of the key.
/// An answer that is not understood is `unchecked`. An error when an object is not here, or git can't be started.
Result<std::map<Oid, Signature>> find_signatures(const RepositoryState& state, const std::vector<Oid>& objects,
                                                 const std::vector<std::string>& allowed_signers);

} // namespace gate
