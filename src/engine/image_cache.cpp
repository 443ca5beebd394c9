#include "engine/image_cache.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "base/digest.hpp"

namespace gate {

namespace {

// distribution/reference: lower-case letters and digits, single separators between them.
std::string name_part(std::string_view text) {
  std::string part;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain || (c == '-' && !part.empty() && part.back() != '-')) {
      part += c;
    } else if (c >= 'A' && c <= 'Z') {
      part += static_cast<char>(c - 'A' + 'a');
    }
  }
  while (!part.empty() && part.back() == '-') {
    part.pop_back();
  }
  part.resize(std::min<std::size_t>(part.size(), 40));
  if (part != text) {
    part += (part.empty() || part.back() == '-' ? "x" : "-x") + Digest::of(text).hex().substr(0, 8);
  }
  return part;
}

Result<void> move_tag(EngineApi& api, const std::string& repository, const std::string& tag,
                      const std::string& id, const Patience& patience) {
  const Result<std::optional<ListedImage>> old = api.image(repository + ":" + tag, patience);
  if (!old) {
    return Failure(old.error());
  }
  if (*old && (*old)->id == id) {
    return {};
  }
  if (const Result<void> tagged = api.tag_image(id, repository, tag, patience); !tagged || !*old) {
    return tagged;
  }
  // Somebody may have given it a name of his own: a removal by id would take that along.
  const Result<std::optional<ListedImage>> left = api.image((*old)->id, patience);
  if (!left || !*left || !(*left)->tags.empty()) {
    return left ? Result<void>() : Failure(left.error());
  }
  return api.remove_image((*old)->id, patience);
}

Result<void> keep_stage(EngineApi& api, const std::string& repository, const std::string& tag,
                        const std::string& id, const std::string& since, const Patience& patience) {
  const Result<std::optional<ListedImage>> stage = api.image(id, patience);
  if (!stage) {
    return Failure(stage.error());
  }
  const bool is_ours = *stage && (*stage)->tags.empty() && (*stage)->created >= since;
  return is_ours ? move_tag(api, repository, tag, (*stage)->id, patience) : Result<void>();
}

Result<void> remove_stages_from(EngineApi& api, const std::string& repository, std::size_t first,
                                const Patience& patience) {
  const std::string prefix = repository + ":stage-";
  const Result<std::vector<ListedImage>> images = api.images(repository, patience);
  if (!images) {
    return Failure(images.error());
  }
  for (const ListedImage& image : *images) {
    for (const std::string& tag : image.tags) {
      if (tag.rfind(prefix, 0) == 0 && std::strtoul(tag.c_str() + prefix.size(), nullptr, 10) >= first) {
        if (const Result<void> removed = api.remove_image(tag, patience); !removed) {
          return removed;
        }
      }
    }
  }
  return {};
}

// Whether this image was made on that one, in a few steps.
Result<bool> stems_from(EngineApi& api, ListedImage image, const std::string& ancestor,
                        const Patience& patience) {
  constexpr std::string_view k_algorithm = "sha256:";
  for (int generation = 0; generation < 3; ++generation) {
    if (image.parent.compare(std::min(k_algorithm.size(), image.parent.size()), ancestor.size(), ancestor) ==
        0) {
      return true;
    }
    const Result<std::optional<ListedImage>> parent =
        image.parent.empty() ? std::optional<ListedImage>() : api.image(image.parent, patience);
    if (!parent || !*parent) {
      return parent ? Result<bool>(false) : Failure(parent.error());
    }
    image = **parent;
  }
  return false;
}

// A build whose client is killed may still finish the step that it was at.
Result<void> keep_what_was_cut(EngineApi& api, const std::string& repository, const BuiltImage& image,
                               const std::string& since, const Patience& patience) {
  const Result<std::vector<std::string>> ids = api.dangling_images(patience);
  if (!ids) {
    return Failure(ids.error());
  }
  for (const std::string& id : *ids) {
    const Result<std::optional<ListedImage>> found = api.image(id, patience);
    if (!found) {
      return Failure(found.error());
    }
    if (!*found || (*found)->created < since) {
      continue;
    }
    const Result<bool> ours = stems_from(api, **found, image.cut_after, patience);
    if (!ours) {
      return Failure(ours.error());
    }
    if (*ours) {
      const std::string tag = "stage-" + std::to_string(std::max<std::size_t>(image.stages.size(), 1));
      return move_tag(api, repository, tag, id, patience);
    }
  }
  return {};
}

} // namespace

std::string cache_repository(std::string_view repository_id, std::string_view suite, std::string_view name) {
  return "gate-cache/" + name_part(repository_id) + "/" + name_part(suite) + "-" + name_part(name);
}

Result<void> keep_as_cache(EngineApi& api, const std::string& repository, const BuiltImage& image,
                           const std::string& since, const Patience& patience) {
  const bool built = !image.id.empty();
  if (built) {
    if (const Result<void> moved = move_tag(api, repository, "latest", image.id, patience); !moved) {
      return moved;
    }
  }
  // The last stage of a finished build is the image itself.
  const std::size_t loose = image.stages.size() - (built && !image.stages.empty() ? 1U : 0U);
  for (std::size_t i = 0; i < loose; ++i) {
    if (image.stages[i].empty()) {
      continue;
    }
    const std::string tag = "stage-" + std::to_string(i + 1);
    if (const Result<void> kept = keep_stage(api, repository, tag, image.stages[i], since, patience); !kept) {
      return kept;
    }
  }
  if (!image.cut_after.empty()) {
    return keep_what_was_cut(api, repository, image, since, patience);
  }
  return built && !image.is_found ? remove_stages_from(api, repository, loose + 1, patience) : Result<void>();
}

namespace {

/// The names of a repository that this image has.
std::vector<std::string> names_in(const std::string& repository, const ListedImage& image) {
  std::vector<std::string> names;
  std::copy_if(image.tags.begin(), image.tags.end(), std::back_inserter(names),
               [&](const std::string& tag) { return tag.rfind(repository + ":", 0) == 0; });
  return names;
}

/// A tested image's name, with those of the services that ran beside it.
struct KeptStack {
  std::string when; ///< the tested image was named last; empty where it is gone
  std::vector<std::string> names;
};

using KeptStacks = std::map<std::string, KeptStack>; ///< by the tested image's name

std::string main_name_of(const std::string& name, const std::string& repository) {
  return name.substr(0, name.find('-', repository.size() + 1));
}

KeptStacks stacks_in(const std::string& repository, const std::vector<ListedImage>& images) {
  KeptStacks stacks;
  for (const ListedImage& image : images) {
    for (std::string& name : names_in(repository, image)) {
      stacks[main_name_of(name, repository)].names.push_back(std::move(name));
    }
  }
  return stacks;
}

// A service's image says nothing: the same one is named again by each run.
Result<void> tell_ages(EngineApi& api, const std::string& repository, const std::vector<ListedImage>& images, KeptStacks& stacks,
                       const Patience& patience) {
  for (const ListedImage& image : images) {
    std::vector<std::string> names = names_in(repository, image);
    std::erase_if(names, [&](const std::string& name) { return stacks.count(name) == 0; });
    if (names.empty()) {
      continue;
    }
    const Result<std::optional<ListedImage>> whole = api.image(image.id, patience);
    if (!whole) {
      return Failure(whole.error());
    }
    for (const std::string& name : names) {
      stacks[name].when = *whole ? (*whole)->named : std::string();
    }
  }
  return {};
}

} // namespace

Result<void> keep_newest(EngineApi& api, const std::string& repository, std::size_t count, const Patience& patience) {
  const Result<std::vector<ListedImage>> images = api.images(repository, patience);
  if (!images) {
    return Failure(images.error());
  }
  KeptStacks stacks = stacks_in(repository, *images);
  // Mostly so; and to ask for the age of each costs a request.
  if (stacks.size() <= count) {
    return {};
  }
  if (const Result<void> told = tell_ages(api, repository, *images, stacks, patience); !told) {
    return told;
  }
  std::vector<std::pair<std::string, std::string>> by_age; // when, name
  for (const auto& [name, stack] : stacks) {
    by_age.emplace_back(stack.when, name);
  }
  std::sort(by_age.rbegin(), by_age.rend());
  for (std::size_t i = count; i < by_age.size(); ++i) {
    for (const std::string& name : stacks[by_age[i].second].names) {
      if (const Result<void> removed = api.remove_image(name, patience); !removed) {
        return removed;
      }
    }
  }
  return {};
}

std::string kept_service_name(const std::string& kept, const std::string& service) {
  constexpr std::size_t k_longest_tag = 128; // distribution-spec, "Pulling manifests"
  constexpr std::size_t k_enough = 32;
  const std::size_t tag_size = kept.size() - (kept.rfind(':') + 1);
  return kept + "-" + (tag_size + 1 + service.size() <= k_longest_tag ? service : Digest::of(service).hex().substr(0, k_enough));
}

Result<void> keep_by_name(EngineApi& api, const std::string& name, const std::string& image_id,
                          const Patience& patience) {
  const std::size_t colon = name.rfind(':');
  if (colon == std::string::npos || name.find('/', colon) != std::string::npos) {
    return could_not_run("\"" + name + "\" is no name with a tag");
  }
  if (image_id.empty()) {
    return could_not_run("the Engine did not say which image it was");
  }
  return move_tag(api, name.substr(0, colon), name.substr(colon + 1), image_id, patience);
}

} // namespace gate
