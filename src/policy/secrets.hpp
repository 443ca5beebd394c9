// Finding secrets in files that are about to be published. A small set of detectors that are seldom wrong: forms that say themselves
// what they are, with a checksum where there is one. Examples from documentation and fillers ("xxxx") are none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gate {

/// Where one begins. Its value is nowhere in it.
struct SecretFind {
  unsigned line = 0; ///< from 1
  std::string kind;  ///< "AWS access key", "private key", …
  friend bool operator==(const SecretFind&, const SecretFind&) = default;
};

/// In the order of their lines; each kind once a line. Takes any bytes, in time linear in their number.
///
/// The forms: AWS access key ids and secret access keys (IAM user guide), PEM, OpenSSH and OpenPGP private keys (RFC 7468), GitHub and npm
/// tokens with their CRC-32 (github.blog, "Behind GitHub's new authentication token formats"), fine-grained GitHub tokens, GitLab's glpat-, Docker
/// Hub's dckr_pat_ and dckr_oat_, PyPI's, the URLs of Docker Hub's build triggers, logins in docker's config.json.
std::vector<SecretFind> find_secrets(std::string_view content);

} // namespace gate
