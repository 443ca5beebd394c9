#include "policy/compare_samples.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "policy/describe.hpp"

namespace gate {

namespace {

constexpr std::string_view k_usual_name = "any-name";

/// What stands at one position of a glob.
struct Token {
  enum class Kind { literal, one, run, deep_run, end };
  Kind kind = Kind::end;
  char byte = 0; ///< of a literal
  bool stays() const { return kind == Kind::run || kind == Kind::deep_run; }
  bool takes(char c) const {
    switch (kind) {
    case Kind::literal:
      return c == byte;
    case Kind::one:
    case Kind::run:
      return c != '/';
    case Kind::deep_run:
      return true;
    case Kind::end:
      break;
    }
    return false;
  }
};

void append_tokens(std::vector<Token>& tokens, std::string_view glob) {
  for (std::size_t i = 0; i < glob.size(); ++i) {
    if (glob[i] == '*') {
      const bool is_doubled = glob.substr(i, 2) == "**";
      tokens.push_back({is_doubled ? Token::Kind::deep_run : Token::Kind::run});
      i += is_doubled ? 1 : 0;
    } else {
      tokens.push_back({glob[i] == '?' ? Token::Kind::one : Token::Kind::literal, glob[i]});
    }
  }
  tokens.push_back({});
}

/// How far a name is in what git-check-ref-format(1) refuses: "..", ".lock" at the end of a part, "@{", a part that is empty or begins with a dot.
class NameState {
public:
  /// False where no ref name goes on so.
  bool take(char c) {
    constexpr std::string_view k_lock = ".lock";
    const bool is_refused = c == '/'   ? m_begins || m_lock == k_lock.size()
                            : c == '.' ? m_begins || m_lock == 1
                            : c == '{' ? m_has_at
                                       : false;
    m_lock = m_lock < k_lock.size() && c == k_lock[m_lock] ? m_lock + 1 : c == '.' ? 1 : 0;
    m_begins = c == '/';
    m_has_at = c == '@';
    return !is_refused;
  }
  friend bool operator<(const NameState& a, const NameState& b) {
    return std::tie(a.m_lock, a.m_begins, a.m_has_at) < std::tie(b.m_lock, b.m_begins, b.m_has_at);
  }

private:
  std::size_t m_lock = 0;
  bool m_begins = false;
  bool m_has_at = false;
};

using PatternSet = std::vector<std::size_t>; // sorted

/// Walks all names at once, the shortest first: two names that leave every glob at the same positions go on alike. (The subset
/// construction, with all globs side by side.)
class Walk {
public:
  explicit Walk(const std::vector<std::string>& globs) : m_globs(globs) {
    for (std::size_t i = 0; i < globs.size(); ++i) {
      m_begins.push_back(m_tokens.size());
      append_tokens(m_tokens, globs[i]);
      m_pattern_of.resize(m_tokens.size(), i);
    }
    constexpr std::string_view k_candidates = "xyzqjkvwabcdefghilmnoprstuXYZQJKVWABCDEFGHILMNOPRSTU0123456789_-+=%!#$&'(),;<>|\"`]}";
    for (const char c : k_candidates) {
      const bool is_used = std::any_of(m_tokens.begin(), m_tokens.end(), [c](const Token& t) { return t.kind == Token::Kind::literal && t.byte == c; });
      if (!is_used) {
        m_other = c;
        break;
      }
    }
  }

  /// A name for each set of globs that match one.
  std::map<PatternSet, std::string> names() {
    // Room in proportion to what stands there: honest policies stay far below.
    const std::size_t most_states = 1024 + 4 * m_tokens.size();
    const std::size_t most_sets = 128 + 4 * m_globs.size();
    begin();
    for (std::size_t done = 0; done < m_states.size(); ++done) {
      note(m_states[done]);
      if (m_states.size() > most_states || m_found.size() > most_sets) {
        m_is_complete = false;
        break;
      }
      const State from = m_states[done];
      for (const char c : bytes_after(from)) {
        step(from, c);
      }
    }
    return std::move(m_found);
  }
  bool is_complete() const { return m_is_complete; }
  /// Stands for any byte that no glob names; 0 when there is none.
  char other() const { return m_other; }

private:
  using Positions = std::vector<std::size_t>;
  struct State {
    Positions at; ///< sorted
    NameState name;
    std::string text;
  };

  void begin() {
    State state;
    for (const std::size_t begin : m_begins) {
      add(state.at, begin);
    }
    add_state(std::move(state));
  }

  // A wildcard for any number of bytes may stand for none.
  void add(Positions& at, std::size_t position) const {
    at.push_back(position);
    while (m_tokens[position].stays()) {
      at.push_back(++position);
    }
  }

  void add_state(State state) {
    std::sort(state.at.begin(), state.at.end());
    state.at.erase(std::unique(state.at.begin(), state.at.end()), state.at.end());
    if (m_known.insert({state.at, state.name}).second) {
      m_states.push_back(std::move(state));
    }
  }

  std::set<char> bytes_after(const State& state) const {
    std::set<char> bytes = {'/'};
    if (m_other != 0) {
      bytes.insert(m_other);
    }
    for (const std::size_t position : state.at) {
      if (m_tokens[position].kind == Token::Kind::literal) {
        bytes.insert(m_tokens[position].byte);
      }
    }
    return bytes;
  }

  void step(const State& from, char c) {
    State next{{}, from.name, from.text + c};
    for (const std::size_t position : from.at) {
      if (m_tokens[position].takes(c)) {
        add(next.at, position + (m_tokens[position].stays() ? 0 : 1));
      }
    }
    if (!next.at.empty() && next.name.take(c)) {
      add_state(std::move(next));
    }
  }

  void note(const State& state) {
    PatternSet matched;
    for (const std::size_t position : state.at) {
      if (m_tokens[position].kind == Token::Kind::end) {
        matched.push_back(m_pattern_of[position]);
      }
    }
    if (!matched.empty() && RefName::parse(state.text)) {
      m_found.emplace(std::move(matched), state.text);
    }
  }

  const std::vector<std::string>& m_globs;
  std::vector<Token> m_tokens;            ///< of all globs, one after the other
  std::vector<std::size_t> m_begins;      ///< where each glob begins among them
  std::vector<std::size_t> m_pattern_of;  ///< for each of them
  char m_other = 0;
  std::vector<State> m_states;
  std::set<std::pair<Positions, NameState>> m_known;
  std::map<PatternSet, std::string> m_found;
  bool m_is_complete = true;
};

std::vector<RefPattern> patterns_of(const std::vector<const Policy*>& policies) {
  std::vector<RefPattern> patterns;
  std::set<std::string> seen;
  for (const auto* policy : policies) {
    for (const auto& block : policy->blocks) {
      std::copy_if(block.match.value.begin(), block.match.value.end(), std::back_inserter(patterns),
                   [&seen](const RefPattern& pattern) { return seen.insert(pattern.full()).second; });
    }
  }
  return patterns;
}

class Sampler {
public:
  explicit Sampler(std::vector<RefPattern> patterns) : m_patterns(std::move(patterns)) {}

  SampleRefs run() {
    std::vector<std::string> globs;
    std::transform(m_patterns.begin(), m_patterns.end(), std::back_inserter(globs), [](const RefPattern& p) { return p.full(); });
    // So that a branch, a tag and what is neither are told apart, and what no block matches is there.
    globs.insert(globs.end(), {"refs/heads/**", "refs/tags/**"});
    Walk walk(globs);
    for (const auto& [set, name] : walk.names()) {
      m_sets.push_back(own_part(set));
      m_names.push_back(with_usual_names(name, walk.other()));
    }
    find_wider();
    std::vector<std::pair<PatternSet, SampleRef>> all;
    for (std::size_t i = 0; i < m_sets.size(); ++i) {
      const PatternSet narrowest = narrowest_of(m_sets[i]);
      all.push_back({narrowest, {label_of(narrowest, m_names[i]), m_names[i]}});
    }
    const auto rank = [](const PatternSet& set) { return std::pair(set.empty() ? m_last : set.size(), set); };
    std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return rank(a.first) < rank(b.first); });
    SampleRefs samples;
    samples.is_complete = walk.is_complete();
    std::transform(all.begin(), all.end(), std::back_inserter(samples.refs), [](const auto& entry) { return entry.second; });
    if (!samples.is_complete) {
      add_each_pattern(samples);
    }
    return samples;
  }

private:
  static constexpr std::size_t m_last = static_cast<std::size_t>(-1);

  PatternSet own_part(const PatternSet& set) const {
    PatternSet own;
    std::copy_if(set.begin(), set.end(), std::back_inserter(own), [this](std::size_t i) { return i < m_patterns.size(); });
    return own;
  }

  PatternSet matching(const RefName& ref) const {
    PatternSet set;
    for (std::size_t i = 0; i < m_patterns.size(); ++i) {
      if (m_patterns[i].matches(ref)) {
        set.push_back(i);
      }
    }
    return set;
  }

  RefName with_usual_names(const std::string& name, char other) const {
    const RefName plain = *RefName::parse(name);
    std::string longer;
    for (const char c : name) {
      longer += other != 0 && c == other ? std::string(k_usual_name) : std::string(1, c);
    }
    const auto usual = RefName::parse(longer);
    return usual && usual->is_branch() == plain.is_branch() && usual->is_tag() == plain.is_tag() && matching(*usual) == matching(plain) ? *usual : plain;
  }

  // A pattern is wider than another if it is in every set that has that one.
  void find_wider() {
    m_wider.resize(m_patterns.size());
    std::vector<bool> is_met(m_patterns.size());
    for (const auto& set : m_sets) {
      for (const std::size_t i : set) {
        PatternSet common;
        std::set_intersection(m_wider[i].begin(), m_wider[i].end(), set.begin(), set.end(), std::back_inserter(common));
        m_wider[i] = is_met[i] ? std::move(common) : set;
        is_met[i] = true;
      }
    }
  }

  bool is_within(std::size_t one, std::size_t other) const { return std::binary_search(m_wider[one].begin(), m_wider[one].end(), other); }

  PatternSet narrowest_of(const PatternSet& set) const {
    PatternSet narrowest;
    std::copy_if(set.begin(), set.end(), std::back_inserter(narrowest), [&](std::size_t one) {
      return std::none_of(set.begin(), set.end(), [&](std::size_t other) { return other != one && is_within(other, one) && (!is_within(one, other) || other < one); });
    });
    return narrowest;
  }

  std::string label_of(const PatternSet& narrowest, const RefName& ref) const {
    std::string label = !narrowest.empty() ? "" : ref.is_branch() ? "any other branch" : "any other tag";
    for (const std::size_t i : narrowest) {
      label += (label.empty() ? "" : " and ") + pattern_text(m_patterns[i]);
    }
    return label;
  }

  void add_each_pattern(SampleRefs& samples) const {
    std::set<std::string> known;
    std::transform(samples.refs.begin(), samples.refs.end(), std::inserter(known, known.end()), [](const SampleRef& sample) { return sample.ref.full(); });
    for (const auto& pattern : m_patterns) {
      for (const auto& ref : samples_of(pattern)) {
        if (known.insert(ref.full()).second) {
          samples.refs.push_back({pattern_text(pattern), ref});
        }
      }
    }
  }

  std::vector<RefPattern> m_patterns;
  std::vector<PatternSet> m_sets; ///< patterns that match one ref
  std::vector<RefName> m_names;   ///< that ref
  std::vector<PatternSet> m_wider; ///< for each pattern those that match whatever it matches, and itself
};

} // namespace

SampleRefs sample_refs(const std::vector<const Policy*>& policies) { return Sampler(patterns_of(policies)).run(); }

std::vector<std::string> sample_remotes(const std::vector<const Policy*>& policies) {
  std::set<std::string> all;
  for (const auto* policy : policies) {
    for (const auto& block : policy->blocks) {
      if (block.remotes) {
        all.insert(block.remotes->value.begin(), block.remotes->value.end());
      }
    }
  }
  std::vector<std::string> list(all.begin(), all.end());
  list.emplace_back("any other remote");
  return list;
}

} // namespace gate
