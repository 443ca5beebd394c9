// gate gc
#include <algorithm>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "cli/publish.hpp"

namespace gate {

namespace {

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

Result<std::string> collect(const Invocation& invocation, const Terminal& err) {
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
  std::size_t released = 0;
  for (const std::string_view family : {k_tested_prefix, k_kept_prefix}) {
    if (any_may_be_needed && family == k_tested_prefix) {
      continue;
    }
    const auto count = release_all(std::string(family) + session->folder().repository_id(), needed, (*publishing)->images());
    if (!count) {
      return tl::unexpected(count.error());
    }
    released += *count;
  }
  return "gate: let go of " + std::to_string(released) + (released == 1 ? " tested image\n" : " tested images\n");
}

} // namespace

ExitCode run_gc(const Invocation& invocation) {
  Options options("gate gc",
                  "Lets go of the tested images of this repository that the Engine keeps for publications to come. What a pending publication\n"
                  "waits with stays; anything else is built and tested again should it be needed.");
  if (const auto end = options.parse(invocation)) {
    return *end;
  }
  const Terminal out(Terminal::Stream::out, invocation.env);
  const Terminal err(Terminal::Stream::err, invocation.env);
  const auto said = collect(invocation, err);
  if (!said) {
    err.print(render(said.error(), err.style("")));
    return exit_code_of(said.error().kind);
  }
  out.print(*said);
  return ExitCode::allowed;
}

} // namespace gate
