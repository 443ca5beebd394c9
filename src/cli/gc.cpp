// gate gc
#include <algorithm>

#include "base/counted.hpp"
#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/publish.hpp"

namespace gate {

namespace {

// What builds are known by (engine/content_image.hpp). No publication waits with one of these names.
constexpr std::string_view k_built_prefix = "gate-content/";
// What the next build of a suite begins with (engine/image_cache.hpp): "gate-cache/<repository>/<suite>-<name>".
constexpr std::string_view k_cache_prefix = "gate-cache/";

/// How many of each are gone.
struct Freed {
  std::size_t tested = 0;
  std::size_t built = 0;
  std::size_t build_caches = 0;
  std::size_t volumes = 0;

  std::string text() const;
};

std::string Freed::text() const {
  return "gate: let go of " + counted(tested, "tested image") + ", " + counted(built, "built image") + ", " + counted(build_caches, "build cache") + " and " +
         counted(volumes, "cache volume") + "\n";
}

Result<std::size_t> release_all(const std::string& repository, const std::vector<std::string>& needed, ImageStore& images) {
  const auto names = images.names(repository);
  if (!names) {
    return tl::unexpected(names.error());
  }
  std::size_t released = 0;
  for (const auto& name : *names) {
    if (std::find(needed.begin(), needed.end(), name) != needed.end()) {
      continue;
    }
    if (auto gone = images.release(name); !gone) {
      return tl::unexpected(gone.error());
    }
    ++released;
  }
  return released;
}

Result<Freed> collect(const Invocation& invocation, const Terminal& err) {
  auto session = Session::open(invocation);
  if (!session) {
    return tl::unexpected(session.error());
  }
  if (auto complete = ensure_all_adapters(invocation, std::nullopt); !complete) {
    return tl::unexpected(complete.error());
  }
  const Interrupt interrupt;
  const auto publishing = Publishing::open(*session, invocation, interrupt, err);
  if (!publishing) {
    return tl::unexpected(publishing.error());
  }
  if (auto begun = (*publishing)->begin(Publishing::Wait::as_long_as_it_takes); !begun) {
    return tl::unexpected(begun.error());
  }
  const auto entries = (*publishing)->entries();
  if (!entries) {
    return tl::unexpected(entries.error());
  }
  std::vector<std::string> needed;
  // One that is armed and has no image of its own yet may go out with any that was tested.
  bool any_may_be_needed = false;
  for (const auto& entry : *entries) {
    if (!entry.is_over()) {
      needed.push_back(entry.kept_name);
      any_may_be_needed = any_may_be_needed || (entry.state == PublicationState::armed && entry.kept_name.empty());
    }
  }
  session->folder().sweep();
  const std::string repository = session->folder().repository_id();
  ImageStore& images = (*publishing)->images();
  Freed freed;
  for (const std::string_view family : {k_tested_prefix, k_kept_prefix}) {
    if (any_may_be_needed && family == k_tested_prefix) {
      continue;
    }
    const auto count = release_all(std::string(family) + repository, needed, images);
    if (!count) {
      return tl::unexpected(count.error());
    }
    freed.tested += *count;
  }
  const auto built = release_all(std::string(k_built_prefix) + repository, {}, images);
  const auto build_caches = built ? release_all(std::string(k_cache_prefix) + repository + "/*", {}, images) : built;
  const auto volumes = build_caches ? wire_cache_removal(invocation, repository, interrupt) : build_caches;
  if (!volumes) {
    return tl::unexpected(volumes.error());
  }
  freed.built = *built;
  freed.build_caches = *build_caches;
  freed.volumes = *volumes;
  return freed;
}

} // namespace

ExitCode run_gc(const Invocation& invocation) {
  Options options("gate gc",
                  "Lets go of what the Engine keeps for this repository: tested images, which may be published yet, built images, caches of builds\n"
                  "and the suites' cache volumes. What a pending publication waits with, or a run uses, stays; anything else is made again should\n"
                  "it be needed.");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  const Terminal err(Terminal::Stream::err, invocation.env);
  const auto freed = collect(invocation, err);
  if (!freed) {
    err.print(render(freed.error(), err.style("")));
    return exit_code_of(freed.error().kind);
  }
  out.print(freed->text());
  return ExitCode::allowed;
}

} // namespace gate
