#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/near_miss.hpp"
#include "policy/policy.hpp"
#include "policy/read_publications.hpp"

namespace gate {

namespace {

bool is_same_place(const Place& a, const Place& b) { return a.file == b.file && a.line == b.line && a.column == b.column; }

bool comes_before(const Place& a, const Place& b) { return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column); }

// A file whose own layer is the first of its layers; one that was joined before has several.
std::tuple<unsigned, std::string> order_of(const Policy& file) {
  return file.layers.empty() ? std::tuple(0U, std::string()) : std::tuple(file.layers.front().rank, file.layers.front().name);
}

template <typename T, typename Same> void add_new(std::vector<T>& into, const std::vector<T>& more, Same same) {
  std::copy_if(more.begin(), more.end(), std::back_inserter(into), [&](const T& candidate) {
    return std::none_of(into.begin(), into.end(), [&](const T& known) { return same(known, candidate); });
  });
}

class Joiner {
public:
  void add(Policy& file) {
    add_blocks(file);
    for (const auto& [name, suite] : file.suites) {
      add_suite(suite);
    }
    for (const auto& publication : file.publications) {
      add_publication(publication);
    }
    // Higher layers come first, so that the lowest has the last word.
    m_joined.policy_branch = file.policy_branch ? file.policy_branch : m_joined.policy_branch;
    m_joined.serial = file.serial ? file.serial : m_joined.serial;
    add_parallel(file.run.parallel);
    m_joined.run.stop_on_failure = file.run.stop_on_failure || m_joined.run.stop_on_failure;
    add_new(m_joined.owners, file.owners, [](const auto& a, const auto& b) { return is_same_place(a.place, b.place); });
    add_new(m_joined.allowed_signers, file.allowed_signers,
            [](const auto& a, const auto& b) { return a.value == b.value && a.place.file == b.place.file; });
    add_verdicts(file.verdicts);
    add_new(m_joined.extends, file.extends, [](const auto& a, const auto& b) { return is_same_place(a.place, b.place); });
  }

  tl::expected<Policy, std::vector<Diagnostic>> finish() {
    std::stable_sort(m_joined.publications.begin(), m_joined.publications.end(),
                     [](const PublishRule& a, const PublishRule& b) { return a.name < b.name; });
    check_required();
    check_published();
    for (const auto& found : {disputed_tags(m_joined.publications), doubled_git_tags(m_joined.publications), wrong_promotions(m_joined.publications)}) {
      m_problems.insert(m_problems.end(), found.begin(), found.end());
    }
    if (!m_problems.empty()) {
      std::stable_sort(m_problems.begin(), m_problems.end(),
                       [](const Diagnostic& a, const Diagnostic& b) { return comes_before(a.place, b.place); });
      return tl::unexpected(std::move(m_problems));
    }
    return std::move(m_joined);
  }

private:
  // A limit of the machine's: nobody lifts what another has set.
  void add_parallel(const std::optional<unsigned>& more) {
    auto& parallel = m_joined.run.parallel;
    parallel = parallel && more ? std::min(*parallel, *more) : more ? more : parallel;
  }

  // Nobody below adds signers to those that a higher file trusts, nor takes any away.
  void add_verdicts(const std::optional<VerdictSettings>& more) {
    auto& verdicts = m_joined.verdicts;
    if (!verdicts) {
      verdicts = more;
    } else if (more && !is_same_place(verdicts->place, more->place)) {
      m_problems.push_back({more->place, "[verdicts] is at " + verdicts->place.str() + " already, and one file alone says whose verdicts count", "take one of them away"});
    }
  }

  void add_blocks(const Policy& file) {
    std::vector<std::size_t> new_index;
    for (const auto& layer : file.layers) {
      new_index.push_back(index_of(layer));
    }
    for (Block block : file.blocks) {
      block.layer = block.layer < new_index.size() ? new_index[block.layer] : 0;
      const bool is_known = std::any_of(m_joined.blocks.begin(), m_joined.blocks.end(), [&](const Block& known) {
        return known.layer == block.layer && is_same_place(known.place, block.place);
      });
      if (!is_known) {
        m_joined.blocks.push_back(std::move(block));
      }
    }
  }

  // One file may come in twice, by two that extend it.
  std::size_t index_of(const Layer& layer) {
    auto& layers = m_joined.layers;
    const auto found = std::find_if(layers.begin(), layers.end(), [&](const Layer& known) {
      return known.rank == layer.rank && known.name == layer.name;
    });
    if (found != layers.end()) {
      return static_cast<std::size_t>(found - layers.begin());
    }
    layers.push_back(layer);
    return layers.size() - 1;
  }

  void add_suite(const Suite& suite) {
    const auto [known, is_new] = m_joined.suites.emplace(suite.name, suite);
    if (!is_new && !(is_same_place(known->second.place, suite.place) && known->second.definition() == suite.definition())) {
      report_double("suite", suite.name, known->second.place, suite.place);
    }
  }

  void add_publication(const PublishRule& publication) {
    const auto known = std::find_if(m_joined.publications.begin(), m_joined.publications.end(),
                                    [&](const PublishRule& other) { return other.name == publication.name; });
    if (known == m_joined.publications.end()) {
      m_joined.publications.push_back(publication);
    } else if (!is_same_place(known->place, publication.place)) {
      report_double("publish", publication.name, known->place, publication.place);
    }
  }

  void report_double(const std::string& key, const std::string& name, const Place& first, const Place& second) {
    m_problems.push_back({second, "[" + key + "." + name + "] is at " + first.str() + " already", "give one of them another name"});
  }

  void check_required() {
    for (const auto& block : m_joined.blocks) {
      if (block.rules.require) {
        for (const auto& name : block.rules.require->value) {
          check_suite(name, block.rules.require->place);
        }
      }
    }
  }

  void check_published() {
    for (const auto& publication : m_joined.publications) {
      const auto* const image = std::get_if<ImageDestination>(&publication.what);
      if (image != nullptr) {
        check_suite(image->suite, publication.place);
        check_source(*image, publication.place);
      }
    }
  }

  void check_suite(const std::string& name, const Place& place) {
    if (m_joined.suites.count(name) != 0) {
      return;
    }
    std::vector<std::string> known;
    std::transform(m_joined.suites.begin(), m_joined.suites.end(), std::back_inserter(known), [](const auto& suite) { return suite.first; });
    const auto near = near_miss(name, known);
    m_problems.push_back({place, "no layer of the policy has a suite \"" + name + "\"",
                          near ? "did you mean \"" + *near + "\"?" : "define it: [suite." + name + "]"});
  }

  void check_source(const ImageDestination& image, const Place& place) {
    const auto suite = m_joined.suites.find(image.suite);
    if (suite == m_joined.suites.end()) {
      return;
    }
    const auto& source = suite->second.source;
    const bool names_services = std::any_of(image.images.begin(), image.images.end(), [](const PublishedImage& published) { return !published.service.empty(); });
    if (std::holds_alternative<ImageSource>(source)) {
      m_problems.push_back(makes_no_image(image.suite, place));
    } else if (names_services && !std::holds_alternative<ComposeSource>(source)) {
      m_problems.push_back(has_no_services(image.suite, place));
    } else if (!image.platforms.empty() && !std::holds_alternative<BuildSource>(source)) {
      m_problems.push_back(builds_no_platforms(image.suite, place));
    }
  }

  Policy m_joined;
  std::vector<Diagnostic> m_problems;
};

} // namespace

tl::expected<Policy, std::vector<Diagnostic>> join_layers(std::vector<Policy> files) {
  std::stable_sort(files.begin(), files.end(), [](const Policy& a, const Policy& b) { return order_of(a) < order_of(b); });
  Joiner joiner;
  for (auto& file : files) {
    joiner.add(file);
  }
  return joiner.finish();
}

} // namespace gate
