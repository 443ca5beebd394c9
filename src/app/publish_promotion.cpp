// What another publication has of the same commit, or of the same tree.
#include "app/publish_run.hpp"

namespace gate {

namespace {

constexpr std::size_t k_most_records = 1000;

// What a record speaks of, where one of its tags still shows it.
Result<std::optional<Manifest>> still_there(const PublishedRecord& record, RemoteRepository& source) {
  for (const auto& tag : record.tags) {
    auto shown = source.find(tag);
    if (!shown || (*shown && (*shown)->digest.str() == record.digest)) {
      return shown;
    }
  }
  return std::nullopt;
}

Result<std::optional<Manifest>> find_by_records(PublicationRun& run, RemoteRepository& source) {
  const OutboxEntry& entry = run.entry();
  const auto records = run.ports.ledger.records(entry.remote, k_most_records);
  if (!records) {
    return tl::unexpected(records.error());
  }
  for (const bool by_tree : {false, true}) {
    for (const auto& record : *records) {
      const bool is_same = by_tree ? entry.tree && record.tree == entry.tree : record.commit == entry.commit;
      if (record.destination != entry.promoted_from || !is_same) {
        continue;
      }
      auto found = still_there(record, source);
      if (!found || *found) {
        return found;
      }
    }
  }
  return std::nullopt;
}

} // namespace

Result<std::optional<Manifest>> find_to_promote(PublicationRun& run) {
  const OutboxEntry& entry = run.entry();
  const auto from = ImageName::parse(entry.promoted_from);
  if (!from) {
    return std::nullopt;
  }
  if (from->registry != run.image_name().registry) {
    run.note(entry.promoted_from + " is in another registry: nothing can be promoted from there");
    return std::nullopt;
  }
  run.step("looking at " + entry.promoted_from);
  const auto source = run.ports.registries.open(*from, {});
  if (!source && source.error().kind == ErrorKind::interrupted) {
    return tl::unexpected(source.error());
  }
  if (!source) {
    run.note("nothing can be promoted from " + entry.promoted_from + ": " + source.error().message);
    return std::nullopt;
  }
  auto found = (*source)->find(run.first_tag());
  if (found && !*found) {
    found = find_by_records(run, **source);
  }
  if (found && !*found) {
    run.note(entry.promoted_from + " has nothing of " + entry.commit.brief() + " or its tree that could be promoted");
  }
  return found;
}

} // namespace gate
