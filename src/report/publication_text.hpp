// What gate tells people of publications.
#pragma once

#include <string>
#include <vector>

#include "app/publish.hpp"
#include "ports.hpp"
#include "report/text.hpp"

namespace gate {

/// How far one publication came, line by line, ending in a newline.
std::string render(const PublicationReport& report, const TextStyle& style);

/// All that the outbox knows, newest first.
std::string render_list(const std::vector<OutboxEntry>& entries, const TextStyle& style);

/// What others have published, as the remotes have it, in the order in which it comes; nothing for none.
std::string render_elsewhere(const std::vector<PublishedRecord>& records, const TextStyle& style);

/// What would keep a publication from going out, said while its suites run.
std::string render_obstacle(const OutboxEntry& entry, const Error& obstacle, const TextStyle& style);

/// What is not over, a line each; nothing for none.
std::string render_pending(const std::vector<OutboxEntry>& entries);

} // namespace gate
