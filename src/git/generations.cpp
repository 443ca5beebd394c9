#include "git/generations.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "os/files.hpp"

namespace gate {

namespace {

constexpr std::size_t k_header = 8;
constexpr std::size_t k_chunk_row = 12;
constexpr std::size_t k_id = 20;
constexpr std::size_t k_commit_data = 36;
constexpr std::uint32_t k_largest_level = 0x3fffffff; // "or more"
constexpr std::uint32_t k_no_parent = 0x70000000;
constexpr std::uint32_t k_last_or_list = 0x80000000; // of the second parent: a list of more; in that list: the last one

std::uint32_t big_endian(const unsigned char* bytes) {
  return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) | (std::uint32_t{bytes[2]} << 8) |
         bytes[3];
}

} // namespace

/// One mapped file; its parts lie within it once it is there.
struct Generations::File {
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  const unsigned char* fanout = nullptr; // 256 running counts
  const unsigned char* ids = nullptr;
  const unsigned char* data = nullptr;
  const unsigned char* edges = nullptr; // the parents of octopus merges but for their first; may be absent

  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (bytes != nullptr) {
      ::munmap(const_cast<unsigned char*>(bytes), size);
    }
  }

  bool map(const std::filesystem::path& path) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info {};
    if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size < 1) {
      return false;
    }
    size = static_cast<std::size_t>(info.st_size);
    void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
    if (mapped == MAP_FAILED) {
      return false;
    }
    bytes = static_cast<const unsigned char*>(mapped);
    return find_parts();
  }

  bool find_parts() {
    // "CGPH", version 1, SHA-1, and then the number of chunks.
    if (size < k_header || std::memcmp(bytes, "CGPH\1\1", 6) != 0) {
      return false;
    }
    const std::size_t chunks = bytes[6];
    if (size < k_header + (chunks + 1) * k_chunk_row) {
      return false;
    }
    for (std::size_t i = 0; i < chunks; ++i) {
      const unsigned char* row = bytes + k_header + i * k_chunk_row;
      const std::uint64_t offset = (std::uint64_t{big_endian(row + 4)} << 32) | big_endian(row + 8);
      if (offset >= size) {
        return false;
      }
      const std::string_view name(reinterpret_cast<const char*>(row), 4);
      if (name == "OIDF") {
        fanout = bytes + offset;
      } else if (name == "OIDL") {
        ids = bytes + offset;
      } else if (name == "CDAT") {
        data = bytes + offset;
      } else if (name == "EDGE") {
        edges = bytes + offset;
      }
    }
    if (fanout == nullptr || ids == nullptr || data == nullptr || !has(fanout, 256 * 4)) {
      return false;
    }
    return has(ids, count_to(255) * k_id) && has(data, count_to(255) * k_commit_data);
  }

  bool has(const unsigned char* part, std::size_t length) const {
    return length <= static_cast<std::size_t>(bytes + size - part);
  }

  // How many ids begin with a byte of at most this.
  std::size_t count_to(unsigned byte) const { return big_endian(fanout + std::size_t{byte} * 4); }

  std::size_t count() const { return count_to(255); }

  std::optional<std::size_t> row_of(const CommitId& commit) const {
    std::size_t low = commit[0] == 0 ? 0 : count_to(commit[0] - 1U);
    std::size_t high = std::min(count_to(commit[0]), count());
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      const int order = std::memcmp(commit.data(), ids + middle * k_id, k_id);
      if (order == 0) {
        return middle;
      }
      (order < 0 ? high : low) = order < 0 ? middle : middle + 1;
    }
    return std::nullopt;
  }

  std::uint32_t generation(std::size_t row) const {
    const std::uint32_t level = big_endian(data + row * k_commit_data + k_id + 8) >> 2;
    // Old versions of git wrote 0 for all.
    return level == 0 || level >= k_largest_level ? CommitSource::k_unknown : level;
  }

  std::uint32_t parent(std::size_t row, std::size_t which) const { return big_endian(data + row * k_commit_data + k_id + which * 4); }

  std::optional<std::uint32_t> edge(std::size_t at) const {
    if (edges == nullptr || at >= static_cast<std::size_t>(bytes + size - edges) / 4) {
      return std::nullopt;
    }
    return big_endian(edges + at * 4);
  }
};

Generations::Generations(const std::filesystem::path& objects) {
  add(objects / "info/commit-graph");
  if (!m_files.empty()) {
    return;
  }
  const auto folder = objects / "info/commit-graphs";
  const auto chain = read_file(folder / "commit-graph-chain");
  if (!chain || !*chain) {
    return;
  }
  std::string_view rest = **chain;
  std::size_t wanted = 0;
  while (!rest.empty()) {
    const std::string_view hash = rest.substr(0, rest.find('\n'));
    add(folder / ("graph-" + std::string(hash) + ".graph"));
    rest.remove_prefix(std::min(rest.size(), hash.size() + 1));
    if (m_files.size() != ++wanted) {
      // Without one of its files a chain does not hold all ancestors any more.
      m_files.clear();
      return;
    }
  }
}

Generations::~Generations() = default;

void Generations::add(const std::filesystem::path& path) {
  auto file = std::make_unique<File>();
  if (file->map(path)) {
    m_files.push_back(std::move(file));
  }
}

std::size_t Generations::size() const {
  std::size_t count = 0;
  for (const auto& file : m_files) {
    count += file->count();
  }
  return count;
}

std::optional<Generations::Position> Generations::find(const CommitId& commit) const {
  std::size_t before = 0;
  for (const auto& file : m_files) {
    if (const auto row = file->row_of(commit)) {
      return static_cast<Position>(before + *row);
    }
    before += file->count();
  }
  return std::nullopt;
}

// In a chain the rows are counted on from file to file.
Generations::Place Generations::place_at(Position position) const {
  std::size_t row = position;
  for (const auto& file : m_files) {
    if (row < file->count()) {
      return {file.get(), row};
    }
    row -= file->count();
  }
  return {};
}

CommitId Generations::id_at(Position position) const {
  CommitId id{};
  const Place place = place_at(position);
  std::memcpy(id.data(), place.file->ids + place.row * k_id, k_id);
  return id;
}

std::uint32_t Generations::generation_at(Position position) const {
  const Place place = place_at(position);
  return place.file == nullptr ? CommitSource::k_unknown : place.file->generation(place.row);
}

std::uint32_t Generations::of(const CommitId& commit) const {
  const auto position = find(commit);
  return position ? generation_at(*position) : CommitSource::k_unknown;
}

bool Generations::parents_at(Position position, std::vector<Position>& parents) const {
  parents.clear();
  const Place place = place_at(position);
  const std::uint32_t first = place.file->parent(place.row, 0);
  const std::uint32_t second = place.file->parent(place.row, 1);
  if (first == k_no_parent) {
    return second == k_no_parent;
  }
  parents.push_back(first);
  if (second != k_no_parent && (second & k_last_or_list) == 0) {
    parents.push_back(second);
  } else if (second != k_no_parent) {
    for (std::size_t at = second & ~k_last_or_list;; ++at) {
      const auto edge = place.file->edge(at);
      if (!edge) {
        return false;
      }
      parents.push_back(*edge & ~k_last_or_list);
      if ((*edge & k_last_or_list) != 0) {
        break;
      }
    }
  }
  const std::uint32_t generation = place.file->generation(place.row);
  return std::all_of(parents.begin(), parents.end(), [&](Position parent) { return generation_at(parent) < generation; });
}

} // namespace gate
