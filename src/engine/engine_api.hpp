// What gate asks of the Engine, in its own words (images: image_api.cpp). Engine API 1.40 and later:
// https://docs.docker.com/engine/api/
#pragma once

#include <chrono>
#include <ctime>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "engine/http.hpp"
#include "policy/image_name.hpp"
#include "ports.hpp"

namespace gate {

using Labels = std::map<std::string, std::string>;

enum class ObjectKind { container, network, volume };

/// A container, network or volume that the Engine lists.
struct Listed {
  ObjectKind kind = ObjectKind::container;
  std::string id; ///< a volume's is its name
  Labels labels;
};

struct WritableBind {
  std::string container;
  std::string target; ///< path in the container
};

enum class Health { none, starting, healthy, unhealthy };

struct ContainerState {
  bool running = false;
  Health health = Health::none; ///< by its image's or its own health check; none: it has no check
  std::vector<std::string> addresses = {}; ///< of its networks, while it runs
  long pid = 0;                            ///< of its first process, as the Engine's machine counts
  bool oom_killed = false;
  int exit_code = 0;
  std::string error; ///< why it could not be started
  std::string image; ///< the id of the image that it was made of
};

/// How a process in a container ended.
struct ProcessEnd {
  int exit_code = 0;
  std::string error; ///< the Engine's reason when it never ran
};

struct ListedImage {
  std::string id;
  std::vector<std::string> tags; ///< "repository:tag" and "repository@sha256:…"
  std::string created;           ///< RFC 3339, UTC; of one image only, as is
  std::string parent; ///< the id of the image that it was built on, if the classic builder built it
  std::string named;  ///< RFC 3339: when it last got a name here; of one image only
};

/// A process to be started in a running container.
struct ExecWish {
  std::vector<std::string> argv;
  std::vector<std::string> env = {}; ///< "NAME=value" each, besides the container's own
  std::string user = {};             ///< empty: the container's
};

struct PushWish {
  const ImageName& name;
  const std::string& tag;
  const Secret& auth; ///< X-Registry-Auth, see push_answer.hpp
  std::chrono::milliseconds silence_limit;
};

/// All calls: could_not_run when the Engine is gone, hung or refuses, interrupted when the patience says so.
class EngineApi {
public:
  explicit EngineApi(Endpoint endpoint) : m_http(std::move(endpoint)) {}

  const Endpoint& endpoint() const { return m_http.endpoint(); }

  /// Says hello within 4 s and settles on a version of the API that both know. First of all calls.
  Result<void> connect(const Patience& patience);

  Result<std::vector<Listed>> list(ObjectKind kind, const std::string& label, const Patience& patience);
  /// By force, containers with their anonymous volumes; all at once. Gives how many the Engine would not
  /// remove; what is gone already counts as removed.
  Result<std::size_t> remove(const std::vector<Listed>& objects, const Patience& patience);

  /// What the Engine's machine has (GET /info).
  Result<EngineMachine> machine(const Patience& patience);

  /// `json` is the body of POST /networks/create. Gives the network's id.
  Result<std::string> create_network(const std::string& json, const Patience& patience);
  /// Of POST /volumes/create; one that is there already stays as it is.
  Result<void> create_volume(const std::string& json, const Patience& patience);
  /// Of POST /containers/create, to be called `name` (empty: as the Engine likes).
  Result<std::string> create_container(const std::string& json, const Patience& patience, const std::string& name = {});
  /// All at once; each pair is a name and its JSON. Ids in the same order.
  Result<std::vector<std::string>> create_containers(const std::vector<std::pair<std::string, std::string>>& wanted, const Patience& patience);
  Result<void> start_container(const std::string& id, const Patience& patience);
  /// All at once. The first error, if there is one.
  Result<void> start_containers(const std::vector<std::string>& ids, const Patience& patience);
  /// By KILL, all at once, and waits for their ends. That one has ended or is gone is no error.
  Result<void> kill_containers(const std::vector<std::string>& ids, const Patience& patience);
  /// Unpacks a tar archive at a folder in the container, which need not run (PUT /containers/ID/archive).
  Result<void> put_archive(const std::string& id, const std::string& folder, std::function<Result<std::string>()> archive, const Patience& patience);
  Result<ContainerState> container_state(const std::string& id, const Patience& patience);
  /// Has the kernel killed something in the container for want of memory since then (seconds since 1970)? The state tells
  /// it of the container's first process only, never of one that exec has started.
  Result<bool> ran_out_of_memory(const std::string& id, std::time_t since, const Patience& patience);
  /// Waits for the container's end and gives its exit code.
  Result<int> wait_container(const std::string& id, const Patience& patience);
  /// Attaches to both outputs, then calls `start`, then hands out everything to the end.
  Result<void> attach(const std::string& id, const std::function<void(std::string_view)>& sink,
                      const std::function<Result<void>()>& start, const Patience& patience);
  /// The last lines that the container has put out so far.
  Result<void> logs(const std::string& id, unsigned lines, const std::function<void(std::string_view)>& sink,
                    const Patience& patience);
  /// Runs a process in a running container and waits for its end.
  Result<ProcessEnd> exec(const std::string& id, const ExecWish& wish,
                          const std::function<void(std::string_view)>& sink, const Patience& patience);
  /// Where in each running container with this label a folder of this machine is bound writable.
  Result<std::vector<WritableBind>> writable_binds(const std::string& label, const Patience& patience);

  /// Nothing when there is none.
  Result<std::optional<ListedImage>> image(const std::string& reference, const Patience& patience);
  /// Ids of images without a name that no other image is built on.
  Result<std::vector<std::string>> dangling_images(const Patience& patience);
  /// Images whose name fits the pattern ("gate-run/*").
  Result<std::vector<ListedImage>> images(const std::string& pattern, const Patience& patience);
  Result<void> tag_image(const std::string& id, const std::string& repository, const std::string& tag,
                         const Patience& patience);
  /// A tag, or an id and its untagged parents. That it is in use or gone is no error.
  Result<void> remove_image(const std::string& reference, const Patience& patience);
  /// Pushes the image that has this name, and hands out what the Engine says of it (see PushReader), a refusal
  /// included. There is a limit to its silence only. An Engine whose connection is closed stops pushing: no new
  /// request goes to the registry, but the one that is under way may still arrive there.
  Result<void> push_image(const PushWish& wish, const std::function<bool(std::string_view)>& sink,
                          const Patience& patience);

private:
  /// No single call takes longer, but for waits, streams and archives.
  static constexpr std::chrono::seconds k_call_limit{60};

  Result<HttpResponse> call(const std::string& method, const std::string& path, const std::string& body,
                            const Patience& patience);
  Result<HttpResponse> stream(const HttpRequest& request, const std::function<void(std::string_view)>& sink,
                              const std::function<Result<void>()>& on_open, const Patience& patience);
  Result<void> post_to_all(const std::vector<std::string>& ids, const std::string& path, const std::string& what,
                           const std::vector<long>& fine, const Patience& patience);

  Http m_http;
  std::string m_version; ///< "/v1.41"
};

/// "1.41" and the like as a number that can be compared; nothing for anything else.
std::optional<int> parse_api_version(std::string_view text);

/// The patience, but at most this long from now.
Patience at_most(const Patience& patience, std::chrono::milliseconds length);

/// For the moments in which there is nothing to wait for but time. Ends early when interrupted.
Result<void> pause_for(std::chrono::milliseconds length, const Patience& patience);

} // namespace gate
