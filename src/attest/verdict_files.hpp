// Verdicts as flat files: <folder>/<first two digits of the key>/<key>.json, each one in-toto statement, of a run on this machine; <key>.<the
// first 16 digits of the terms' digest>.vouched is one from elsewhere.
#pragma once

#include <filesystem>

#include "ports.hpp"

namespace gate {

class VerdictFiles final : public VerdictStore {
public:
  /// `folder` need not exist; it is made by the first store.
  explicit VerdictFiles(std::filesystem::path folder) : m_folder(std::move(folder)) {}

  std::optional<Verdict> find(const Digest& key, const Oid& tree) override;
  Result<void> store(const Verdict& verdict) override;
  /// Three lines: the statement, {"terms":"<hex>","principal":"…","role":"ci","fingerprint":"SHA256:…"}, the envelope.
  /// By each terms the last one that was stored is there; of one key by at most eight terms, and the oldest go.
  std::optional<VouchedVerdict> find_vouched(const Digest& key, const Oid& tree, const Digest& terms) override;
  Result<void> store_vouched(const VouchedVerdict& verdict, const Digest& terms) override;
  std::vector<Verdict> newest(std::size_t most) override;

private:
  std::filesystem::path path_of(const Digest& key, const std::string& ending) const;
  std::filesystem::path vouched_path(const Digest& key, const Digest& terms) const;
  std::filesystem::path m_folder;
};

} // namespace gate
