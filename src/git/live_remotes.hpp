// What a remote says of itself now, asked by git.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "os/process.hpp"
#include "ports.hpp"

namespace gate {

class Interrupt;
class OpenRepository;

/// `environment` is the one that git is run with: whoever calls leaves out of it what git need not know. git can't ask anybody for a
/// password: it fails at once, in its own words. `tick` may be empty.
std::unique_ptr<RemoteBranches> live_remotes(Environment environment, const Interrupt& interrupt, std::function<void()> tick);

/// The URL that git would fetch the remote from, without user and password; empty when git can't say. git is asked where `repository` has no URL of
/// such a remote.
std::string public_url_of(const std::string& remote, OpenRepository& repository, const Environment& environment);

/// A URL without user, password, query and fragment: "https://host/path". What is no URL with a scheme (a path,
/// "git@host:path") stays as it is.
std::string without_secrets(std::string_view url);

/// The same for each URL in a text, up to the blank or the quotation mark where it ends.
std::string without_secrets_in(std::string_view text);

/// Of all that git printed on standard error the line that says why it failed: a banner or a warning may stand before, advice after it.
std::string reason_in(std::string_view said);

/// The tip of exactly this branch in what `git ls-remote` prints ("<oid> TAB <ref>" a line); nothing when it is not there,
/// an error when its line makes no sense.
Result<std::optional<Oid>> tip_in(std::string_view listing, const RefName& branch);

} // namespace gate
