#include "report/verdict_list.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "report/clean.hpp"
#include "report/time_text.hpp"

namespace gate {

namespace {

using ListJson = nlohmann::ordered_json;

constexpr std::size_t k_list_columns = 5;
using ListRow = std::array<std::string, k_list_columns>;

void sort_newest_first(std::vector<ListedVerdict>& verdicts) {
  std::stable_sort(verdicts.begin(), verdicts.end(), [](const ListedVerdict& a, const ListedVerdict& b) { return a.verdict.finished > b.verdict.finished; });
}

std::string voucher_text(const std::optional<Voucher>& voucher) {
  return voucher ? clean_line(voucher->principal) + " (" + std::string(name_of(voucher->role)) + ")" : "this machine";
}

ListJson json_of_verdict(const ListedVerdict& listed) {
  const Verdict& verdict = listed.verdict;
  ListJson by = nullptr;
  if (listed.voucher) {
    by = {{"principal", listed.voucher->principal}, {"role", std::string(name_of(listed.voucher->role))}, {"key", listed.voucher->fingerprint}};
  }
  return {{"suite", verdict.suite},
          {"tree", verdict.tree.hex()},
          {"commit", verdict.commit.hex()},
          {"key", verdict.key.hex()},
          {"definition", verdict.definition.hex()},
          {"platform", verdict.platform},
          {"started", rfc3339_text(verdict.started)},
          {"finished", rfc3339_text(verdict.finished)},
          {"gate", verdict.gate_version},
          {"by", std::move(by)}};
}

} // namespace

std::string render_verdicts(std::vector<ListedVerdict> verdicts, const TextStyle& style) {
  sort_newest_first(verdicts);
  std::vector<ListRow> rows = {{"passed", "suite", "tree", "commit", "by"}};
  for (const auto& [verdict, voucher] : verdicts) {
    rows.push_back({ago_text(verdict.finished, style.now), clean_line(verdict.suite), verdict.tree.brief(), verdict.commit.brief(), voucher_text(voucher)});
  }
  std::array<std::size_t, k_list_columns> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < k_list_columns; ++i) {
      widths.at(i) = std::max(widths.at(i), row.at(i).size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < k_list_columns; ++i) {
      text += row.at(i) + (i + 1 < k_list_columns ? std::string(widths.at(i) - row.at(i).size() + 2, ' ') : "\n");
    }
  }
  return text;
}

std::string to_json(std::vector<ListedVerdict> verdicts) {
  sort_newest_first(verdicts);
  ListJson list = ListJson::array();
  for (const auto& listed : verdicts) {
    list.push_back(json_of_verdict(listed));
  }
  const ListJson document = {{"schema", "gate-verdicts/1"}, {"verdicts", std::move(list)}};
  return document.dump(2, ' ', false, ListJson::error_handler_t::replace) + "\n";
}

} // namespace gate
