#include "engine/sweep.hpp"

#include <array>
#include <functional>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include <unistd.h>

namespace gate {

namespace {

constexpr std::array k_kinds{ObjectKind::container, ObjectKind::network, ObjectKind::volume};
constexpr std::chrono::milliseconds k_between_looks{150};
constexpr std::chrono::seconds k_opening_limit{10};
constexpr int k_looks = 40;           // 6 s, plus what the Engine takes
constexpr int k_quiet_when_grown = 4; // looks in a row that must find nothing

using Lists = std::array<std::vector<Listed>, 3>;

Result<Lists> list_all(EngineApi& api, const std::string& label, const Patience& patience) {
  Lists lists;
  for (std::size_t i = 0; i < k_kinds.size(); ++i) {
    Result<std::vector<Listed>> list = api.list(k_kinds[i], label, patience);
    if (!list) {
      return Failure(list.error());
    }
    lists[i] = std::move(*list);
  }
  return lists;
}

// Containers first: networks and volumes that they use can't be removed.
Result<bool> remove_once(EngineApi& api, const std::string& run, const Patience& patience) {
  const Result<Lists> lists = list_all(api, std::string(k_run_label) + "=" + run, patience);
  if (!lists) {
    return Failure(lists.error());
  }
  bool found = false;
  for (const std::vector<Listed>& list : *lists) {
    found = found || !list.empty();
    if (const Result<std::size_t> refused = api.remove(list, patience); !refused) {
      return Failure(refused.error());
    }
  }
  return found;
}

// What containers have written into the checkout belongs to root, or to whom they run as. Whoever runs gate could not remove
// it; so it is opened from inside, while there is an inside. Only a help: an image may have no chmod.
void open_to_all(EngineApi& api, const std::vector<WritableBind>& binds, const Patience& patience) {
  if (geteuid() == 0) {
    return;
  }
  for (const WritableBind& bind : binds) {
    static_cast<void>(
        api.exec(bind.container, {{"chmod", "-R", "a+rwX", bind.target}, {}, "0"}, [](std::string_view) {}, patience));
  }
}

void open_writable_binds(EngineApi& api, const std::string& run, const Patience& patience) {
  if (geteuid() != 0) {
    const Result<std::vector<WritableBind>> binds = api.writable_binds(std::string(k_run_label) + "=" + run, patience);
    open_to_all(api, binds ? *binds : std::vector<WritableBind>(), patience);
  }
}

using OfInterest = std::function<bool(const RunOwner&)>;

// By label or by an image's name.
Result<std::set<std::string>> runs_of(EngineApi& api, const OfInterest& is_wanted, const Patience& patience) {
  std::set<std::string> runs;
  const auto take = [&](const std::optional<RunOwner>& owner) {
    if (owner && is_wanted(*owner)) {
      runs.insert(owner->run);
    }
  };
  const Result<Lists> lists = list_all(api, k_run_label, patience);
  if (!lists) {
    return Failure(lists.error());
  }
  for (const std::vector<Listed>& list : *lists) {
    for (const Listed& object : list) {
      take(RunOwner::from_labels(object.labels));
    }
  }
  const Result<std::vector<ListedImage>> images = api.images("gate-run/*", patience);
  if (!images) {
    return Failure(images.error());
  }
  for (const ListedImage& image : *images) {
    for (const std::string& tag : image.tags) {
      take(RunOwner::from_image(tag));
    }
  }
  return runs;
}

Result<void> remove_wanted(EngineApi& api, const OfInterest& is_wanted, bool may_grow, const Patience& patience) {
  const Result<std::set<std::string>> runs = runs_of(api, is_wanted, patience);
  if (!runs) {
    return Failure(runs.error());
  }
  Result<void> all;
  for (const std::string& run : *runs) {
    Result<void> removed = remove_run(api, run, may_grow, patience);
    if (removed) {
      removed = remove_image_names(api, run, patience);
    }
    all = all ? removed : all;
  }
  return all;
}

} // namespace

Result<void> remove_run(EngineApi& api, const std::string& run, bool may_grow, const Patience& patience) {
  open_writable_binds(api, run, at_most(patience, k_opening_limit));
  int quiet = 0;
  for (int look = 0; look < k_looks; ++look) {
    const Result<bool> found = remove_once(api, run, patience);
    if (!found) {
      return Failure(found.error());
    }
    quiet = *found ? 0 : quiet + 1;
    if (quiet >= (may_grow ? k_quiet_when_grown : 1)) {
      return {};
    }
    // A first removal is looked at again at once; after that the Engine is given time.
    if (look > 0 || may_grow) {
      std::this_thread::sleep_for(k_between_looks);
    }
  }
  return could_not_run("the Engine would not remove what the suite's run " + run + " has made",
                       std::string("docker ps -a --filter label=") + k_run_label + "=" + run);
}

Result<void> remove_image_names(EngineApi& api, const std::string& run, const Patience& patience) {
  const Result<std::vector<ListedImage>> images = api.images("gate-run/" + run, patience);
  if (!images) {
    return Failure(images.error());
  }
  for (const ListedImage& image : *images) {
    for (const std::string& tag : image.tags) {
      const std::optional<RunOwner> owner = RunOwner::from_image(tag);
      if (owner && owner->run == run) {
        if (const Result<void> removed = api.remove_image(tag, patience); !removed) {
          return removed;
        }
      }
    }
  }
  return {};
}

Result<void> stop_writing(EngineApi& api, const std::string& run, const Patience& patience) {
  const Result<std::vector<WritableBind>> binds = api.writable_binds(std::string(k_run_label) + "=" + run, patience);
  if (!binds) {
    return Failure(binds.error());
  }
  open_to_all(api, *binds, at_most(patience, k_opening_limit));
  std::set<std::string> containers;
  for (const WritableBind& bind : *binds) {
    containers.insert(bind.container);
  }
  return api.kill_containers({containers.begin(), containers.end()}, patience);
}

Result<void> remove_runs_of(EngineApi& api, const ProcessIdentity& process, bool may_grow, const Patience& patience) {
  const auto is_its = [&](const RunOwner& owner) {
    return owner.process.host == process.host && owner.process.pid == process.pid && owner.process.start == process.start;
  };
  return remove_wanted(api, is_its, may_grow, patience);
}

Result<void> sweep_dead_runs(EngineApi& api, const Patience& patience) {
  return remove_wanted(api, [](const RunOwner& owner) { return owner.is_gone(); }, false, patience);
}

} // namespace gate
