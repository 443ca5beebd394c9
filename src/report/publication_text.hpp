// What gate tells people of publications.
#pragma once

#include <string>
#include <vector>

#include "app/publish.hpp"
#include "report/text.hpp"

namespace gate {

/// How far one publication came, line by line, ending in a newline.
std::string render(const PublicationReport& report, const TextStyle& style);

/// All that the outbox knows, newest first.
std::string render_list(const std::vector<OutboxEntry>& entries, const TextStyle& style);

/// What is not over, a line each; nothing for none.
std::string render_pending(const std::vector<OutboxEntry>& entries);

} // namespace gate
