// The [publish.NAME] tables of a policy. Internal to src/policy.
#pragma once

#include <vector>

#include "policy/decode.hpp"
#include "policy/publication.hpp"

namespace gate {

/// In the order of their names; what is wrong with them is reported to the decoder. `suites` are those that the policy has; nothing where another
/// layer may define more.
std::vector<PublishRule> read_publications(const toml::table& top, const std::optional<std::vector<std::string>>& suites, Decoder& decode);

/// The problem with the publication of a suite that runs in an image that it names: it makes none that could be published.
Diagnostic makes_no_image(const std::string& suite, const Place& place);
/// The problem with "images" of a suite without a compose file.
Diagnostic has_no_services(const std::string& suite, const Place& place);
/// The problem with "platforms" of a suite that builds no folder.
Diagnostic builds_no_platforms(const std::string& suite, const Place& place);

/// What is wrong with `from`: names that no rule has, circles, and sources that have nothing for the one that takes from them. The rules must be all
/// that there are.
std::vector<Diagnostic> wrong_promotions(const std::vector<PublishRule>& rules);
/// Rules of one branch that would tag its commits in git with one name.
std::vector<Diagnostic> doubled_git_tags(const std::vector<PublishRule>& rules);

/// The whole name of an image's name that is written in a short form; what has a variable in it stays as it is.
std::string spelled_out(const std::string& to);
/// Facts of no commit, to try templates with.
TagFacts sample_facts(const RefName& branch);
/// The tags for these facts.
std::vector<std::string> sample_tags(const std::vector<std::string>& templates, const RefName& branch);
/// A tag of sample_tags() with the placeholders of its template again, but for the branch's.
std::string sample_as_written(std::string tag);

/// May a suite or a publication be called this? Names are part of image names, log names and lines for people.
bool is_plain_name(std::string_view name);

} // namespace gate
