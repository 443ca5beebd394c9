// Whose turn it is to test a tree, among the gates of one repository.
#pragma once

#include <filesystem>

#include "os/interrupt.hpp"
#include "ports.hpp"

namespace gate {

/// A file for each key that somebody has the turn for, `folder`/<hex>, held by flock(2): the kernel gives the turn back when its process
/// ends, however it ends. The file goes with the turn; what a killed process has left goes with the next turn for the key.
class FileTurns final : public Turns {
public:
  /// The interrupt must outlive this.
  FileTurns(std::filesystem::path folder, const Interrupt& interrupt) : m_folder(std::move(folder)), m_interrupt(interrupt) {}

  Result<std::unique_ptr<Turn>> take(const Digest& key, const std::function<bool()>& waiting) override;

private:
  std::filesystem::path m_folder;
  const Interrupt& m_interrupt;
};

} // namespace gate
