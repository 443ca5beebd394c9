#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <set>

#include "policy/compare_samples.hpp"
#include "policy/parse.hpp"

using namespace gate;

namespace {

using Lines = std::vector<std::string>;

Policy policy_with(const Lines& patterns, const std::string& kind = "branch") {
  std::string list;
  for (const auto& pattern : patterns) {
    list += (list.empty() ? "'" : ", '") + pattern + "'";
  }
  return parse_policy("schema = 1\n[[" + kind + "]]\nmatch = [" + list + "]\n", "gate.toml", "0.1.0").value();
}

Lines labels(const Lines& patterns) {
  const auto policy = policy_with(patterns);
  Lines all;
  for (const auto& sample : sample_refs({&policy}).refs) {
    all.push_back(sample.label);
  }
  return all;
}

std::set<std::size_t> matching(const Policy& policy, const RefName& ref) {
  const auto& patterns = policy.blocks.front().match.value;
  std::set<std::size_t> set;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (patterns[i].matches(ref)) {
      set.insert(i);
    }
  }
  return set;
}

std::set<std::set<std::size_t>> sampled(const Policy& policy) {
  std::set<std::set<std::size_t>> sets;
  const auto samples = sample_refs({&policy});
  REQUIRE(samples.is_complete);
  for (const auto& sample : samples.refs) {
    sets.insert(matching(policy, sample.ref));
  }
  return sets;
}

// Every name of these bytes, up to a length.
template <typename Takes> void each_name(const std::string& bytes, std::size_t length, const std::string& begin, Takes takes) {
  if (const auto ref = RefName::parse("refs/heads/" + begin)) {
    takes(*ref);
  }
  for (const char c : length == 0 ? std::string() : bytes) {
    each_name(bytes, length - 1, begin + c, takes);
  }
}

} // namespace

TEST_CASE("a sample says which patterns are the narrowest there") {
  CHECK(labels({"staging"}) == Lines{"staging", "any other branch", "any other tag"});
  CHECK(labels({"**", "release/*", "release/1.*"}) == Lines{"**", "release/*", "release/1.*", "any other tag"});
  CHECK(labels({"a*", "*b"}) == Lines{"a*", "*b", "a* and *b", "any other branch", "any other tag"});
  CHECK(labels({"x", "x"}) == Lines{"x", "any other branch", "any other tag"});
  CHECK(labels({"*", "?*"}) == Lines{"*", "any other branch", "any other tag"});
  CHECK(labels({"**", "refs/**"}) == Lines{"**", "refs/**", "refs/**"});
}

TEST_CASE("samples look like names, where that makes no difference") {
  const auto policy = policy_with({"release/*", "??"});
  Lines names;
  for (const auto& sample : sample_refs({&policy}).refs) {
    names.push_back(sample.ref.brief());
  }
  CHECK(names.at(0) == "release/any-name");
  CHECK(names.at(1).size() == 2);
}

TEST_CASE("what no ref can be called is no sample") {
  for (const std::string pattern : {"a..b", "a.lock", "a//b", ".a", "a.", "x.lock/y", "a@{b"}) {
    INFO(pattern);
    CHECK(labels({pattern}) == Lines{"any other branch", "any other tag"});
  }
  CHECK(labels({"*.lock*", "*lock", "@"}) == Lines{"*.lock*", "*lock", "@", "*.lock* and *lock", "any other branch", "any other tag"});
}

TEST_CASE("there is a sample of every set of patterns that some name has") {
  std::mt19937 random(20261122); // NOLINT: the same patterns each time
  const auto pick = [&random](std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random); };
  const Lines tokens = {"a", "b", "/", "?", "*", "**", ".", "a", "*"};
  for (int round = 0; round < 40; ++round) {
    Lines patterns;
    while (patterns.size() < 4) {
      std::string pattern;
      for (std::size_t left = 1 + pick(4); left > 0; --left) {
        pattern += tokens[pick(tokens.size())];
      }
      if (pattern.front() != '/' && pattern.back() != '/') {
        patterns.push_back(pattern);
      }
    }
    CAPTURE(patterns);
    const auto policy = policy_with(patterns);
    const auto sets = sampled(policy);
    std::set<std::set<std::size_t>> missing;
    each_name("abc/.", 5, "", [&](const RefName& ref) {
      const auto set = matching(policy, ref);
      if (sets.count(set) == 0) {
        missing.insert(set);
      }
    });
    CHECK(missing.empty());
  }
}

TEST_CASE("where overlaps multiply, each pattern has a sample all the same") {
  Lines patterns;
  for (char c = 'a'; c <= 'z'; ++c) {
    patterns.push_back("*" + std::string(1, c) + "*");
  }
  patterns.emplace_back("release/**");
  const auto policy = policy_with(patterns);
  const auto samples = sample_refs({&policy});
  CHECK_FALSE(samples.is_complete);
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    CHECK(std::any_of(samples.refs.begin(), samples.refs.end(), [&](const SampleRef& sample) { return policy.blocks.front().match.value[i].matches(sample.ref); }));
  }
}

TEST_CASE("many patterns that hardly overlap are no matter") {
  Lines patterns = {"**", "release/*"};
  for (int i = 0; i < 300; ++i) {
    patterns.push_back("team-" + std::to_string(i) + "/*");
  }
  const auto policy = policy_with(patterns);
  const auto samples = sample_refs({&policy});
  CHECK(samples.is_complete);
  CHECK(samples.refs.size() == patterns.size() + 1);
}

TEST_CASE("the remotes are those that blocks name, and another") {
  const auto policy = parse_policy("schema = 1\n[[branch]]\nmatch = [\"m\"]\nremotes = [\"b\", \"a\"]\n", "gate.toml", "0.1.0").value();
  CHECK(sample_remotes({&policy}) == Lines{"a", "b", "any other remote"});
}
