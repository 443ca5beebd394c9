// A suite that runs in an image that is there, with the tree mounted read-only.
#include <algorithm>
#include <array>
#include <fstream>
#include <memory>

#include "engine/suite_session.hpp"

namespace gate {

namespace {

constexpr std::size_t k_chunk = 256U << 10U;
constexpr const char* k_filled_at = "/gate-tree"; ///< in the container that takes the tree in

// The Engine lives in another file system than gate, which may itself run in a container. Engine, Desktop, podman.
bool does_not_see_the_tree(const Error& error) {
  constexpr std::array<std::string_view, 3> k_signs{"bind source path does not exist", "Mounts denied", "statfs "};
  return std::any_of(k_signs.begin(), k_signs.end(), [&](std::string_view sign) { return error.message.find(sign) != std::string::npos; });
}

// Without what the image has at this place: that would be copied into the empty volume.
Json volume_mount(const std::string& volume, const std::string& target, bool is_read_only) {
  return {{"Type", "volume"}, {"Source", volume}, {"Target", target}, {"ReadOnly", is_read_only}, {"VolumeOptions", {{"NoCopy", true}}}};
}

Result<std::filesystem::path> packed_tree(const SuiteSession& session) {
  std::filesystem::path file = session.scratch() / "tree.tar";
  std::string output;
  const Result<CommandEnd> end = session.run({"tar", "-C", session.tree().string(), "-cf", file.string(), "."}, session.reading_env(), output);
  if (!end) {
    return Failure(end.error());
  }
  return end->ok() ? Result<std::filesystem::path>(std::move(file)) : could_not_run("the tree could not be packed for the Engine: tar has failed");
}

std::function<Result<std::string>()> chunks_of(const std::filesystem::path& file) {
  return [file, stream = std::make_shared<std::ifstream>(file, std::ios::binary)]() -> Result<std::string> {
    std::string chunk(k_chunk, '\0');
    stream->read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    if (stream->bad() || (!stream->is_open())) {
      return could_not_run("cannot read " + file.string());
    }
    chunk.resize(static_cast<std::size_t>(stream->gcount()));
    return chunk;
  };
}

// A volume of the run with the tree in it, by way of a container that is never started. Gives its name.
Result<std::string> filled_volume(const SuiteSession& session, const std::string& image) {
  session.step("copying the tree to the Engine");
  EngineApi& api = session.api();
  std::string name = session.owner().project() + "-tree";
  const Json labels = session.owner().labels();
  const Result<std::filesystem::path> archive = packed_tree(session);
  if (!archive) {
    return Failure(archive.error());
  }
  if (const Result<void> made = api.create_volume(text_of_all({{"Name", name}, {"Labels", labels}}), session.patience()); !made) {
    return Failure(made.error());
  }
  const Json host{{"NetworkMode", "none"}, {"Mounts", Json::array({volume_mount(name, k_filled_at, false)})}};
  const Json json{{"Image", image}, {"Entrypoint", session.suite().run}, {"Cmd", Json::array()}, {"Labels", labels}, {"HostConfig", host}};
  const Result<std::string> container = api.create_container(text_of_all(json), session.patience());
  if (!container) {
    return Failure(container.error());
  }
  const Result<void> put = api.put_archive(*container, k_filled_at, chunks_of(*archive), session.patience());
  std::error_code error;
  std::filesystem::remove(*archive, error);
  return put ? Result<std::string>(std::move(name)) : Failure(put.error());
}

Json with(Json mounts, Json mount) {
  mounts.push_back(std::move(mount));
  return mounts;
}

} // namespace

Result<SuiteRun> run_image_suite(SuiteSession& session, const ImageSource& source) {
  const Result<tl::expected<std::string, SuiteRun>> pulled = pulled_image(session, source.image, {});
  if (!pulled) {
    return Failure(pulled.error());
  }
  if (!*pulled) {
    return pulled->error();
  }
  const std::string& image = **pulled;
  const Result<Json> caches = cache_mounts(session);
  if (!caches) {
    return Failure(caches.error());
  }
  if (session.api().endpoint().is_local()) {
    // By the Mounts API: a path that is not there is an error, and not an empty folder.
    const Json bind{{"Type", "bind"}, {"Source", session.tree().string()}, {"Target", source.workdir}, {"ReadOnly", true}};
    Result<SuiteRun> run = run_in_container(session, image, with(*caches, bind), source.workdir);
    if (run || !does_not_see_the_tree(run.error())) {
      return run;
    }
  }
  const Result<std::string> volume = filled_volume(session, image);
  if (!volume) {
    return Failure(volume.error());
  }
  return run_in_container(session, image, with(*caches, volume_mount(*volume, source.workdir, true)), source.workdir);
}

} // namespace gate
