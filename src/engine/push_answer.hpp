// A push as the Engine is told of it and as it tells of it: the credentials in a header, and a stream of JSON
// lines that has status 200 whatever comes of the push.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "policy/image_name.hpp"
#include "ports.hpp"

namespace gate {

/// The value of X-Registry-Auth: base64url, with padding, of {"username","password","serveraddress"}, or of
/// {"identitytoken","serveraddress"}; of {}
/// without a login. https://docs.docker.com/reference/api/engine/, "Authentication".
Secret registry_auth(const RegistryLogin* login, const std::string& registry);

/// One short line of what others say of a push, in whole characters, and without what the Engine was given to log in with.
std::string shown_without_login(std::string_view text, const RegistryLogin* login, const std::string& registry);

class SentLayers;

/// Takes the answer to a push in any pieces.
class PushReader {
public:
  /// `layers` hears how far each of them is; it may be null, and else outlives the reader.
  explicit PushReader(SentLayers* layers = nullptr) : m_layers(layers) {}

  static constexpr std::size_t k_line_limit = 1U << 20U;

  /// False when a line is longer than any honest one, and from then on.
  bool take(std::string_view bytes);
  /// The answer is at its end; its last line may have none.
  void finish();

  /// The first thing that went wrong, in the words of who noticed; empty when nothing did. Hostile.
  const std::string& error() const { return m_error; }
  /// Of the manifest that was pushed.
  const std::optional<Digest>& digest() const { return m_digest; }
  /// The Engine has tried a layer again and again, and given up: nobody needs to do the same once more.
  bool gave_up_on_a_layer() const { return !m_error.empty() && !m_retried.empty(); }

private:
  void read(std::string_view line);
  void blame(std::string_view what);

  SentLayers* m_layers;
  std::string m_line;
  std::string m_error;
  bool m_error_is_ours = false; ///< one that the other side reports says more
  bool m_too_long = false;
  std::optional<Digest> m_digest;
  std::set<std::string> m_retried; ///< layers that are still under way after a failure
};

struct PushRefusal {
  Error error;
  bool may_pass = false;     ///< by itself: worth another try
  bool login_is_old = false; ///< a new one would help
};

/// What an error of a push means, and what mends it. The login, should the text have it in
/// any form, is taken out.
PushRefusal push_refusal(std::string_view text, const ImageName& name, const std::string& tag,
                         const RegistryLogin* login);

/// A name by tag, "repository:tag", and not by digest.
bool is_by_tag(std::string_view name);

/// Which names of an image are left of its push when gate was killed: the one under which it was pushed and, because an Engine
/// that nobody listens to any more may still end the push, that by digest. The latter goes with the last tag of the
/// repository, or else by itself. None if the image would lose its last name.
std::vector<std::string> left_by_push(const std::vector<std::string>& names, const std::string& repository,
                                      const std::string& tag);

} // namespace gate
