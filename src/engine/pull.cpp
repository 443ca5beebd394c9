// Images that a suite or a compose file names.
#include <algorithm>
#include <array>

#include "engine/content_image.hpp"
#include "engine/suite_session.hpp"

namespace gate {

namespace {

// The registry has answered, or was not even asked: to try again gives the same.
bool has_no_such_image(std::string_view output) {
  constexpr std::array<std::string_view, 4> k_signs{"manifest unknown", "manifest for ", "invalid reference format", "no matching manifest"};
  return std::any_of(k_signs.begin(), k_signs.end(), [&](std::string_view sign) { return output.find(sign) != std::string_view::npos; });
}

Result<std::optional<std::string>> id_here(const SuiteSession& session, const std::string& image) {
  const Result<std::optional<ListedImage>> found = session.api().image(image, session.patience());
  if (!found) {
    return Failure(found.error());
  }
  return *found && !(*found)->id.empty() ? std::optional<std::string>((*found)->id) : std::nullopt;
}

// What docker says last is why.
std::string reason_in(const std::string& output) {
  constexpr std::size_t k_longest = 300;
  const std::size_t end = output.find_last_not_of("\r\n \t");
  if (end == std::string::npos) {
    return {};
  }
  const std::string text = output.substr(0, end + 1);
  const std::size_t line_end = text.find_last_of("\r\n");
  return ": " + text.substr(line_end == std::string::npos ? 0 : line_end + 1).substr(0, k_longest);
}

SuiteRun of_gate(const std::string& image) {
  SuiteRun refused;
  refused.outcome = SuiteRun::Outcome::refused;
  refused.reason = "the image " + image + " has a name that gate keeps for the images that it builds";
  refused.remedy = "give the image a name of your own (docker tag), and name that";
  return refused;
}

SuiteRun without_image(const std::string& image) { return failed_run("there is no image " + image, "correct the image's name, or push it there"); }

} // namespace

Result<tl::expected<std::string, SuiteRun>> pulled_image(const SuiteSession& session, const std::string& image, const std::string& platform) {
  using Pulled = tl::expected<std::string, SuiteRun>;
  if (is_own_image_name(image)) {
    return Pulled(tl::unexpected(of_gate(image)));
  }
  Result<std::optional<std::string>> id = id_here(session, image);
  if (!id && has_no_such_image(id.error().message)) {
    return Pulled(tl::unexpected(without_image(image)));
  }
  if (!id || *id) {
    return id ? Result<Pulled>(Pulled(**id)) : Failure(id.error());
  }
  session.step("pulling " + image);
  std::vector<std::string> argv{"docker", "pull"};
  if (!platform.empty()) {
    argv.insert(argv.end(), {"--platform", platform});
  }
  argv.insert(argv.end(), {"--", image});
  std::string output;
  const Result<CommandEnd> end = session.run(argv, session.engine_env(), output);
  if (!end) {
    return Failure(end.error());
  }
  if (!end->ok() && has_no_such_image(output)) {
    return Pulled(tl::unexpected(without_image(image)));
  }
  id = end->ok() ? id_here(session, image) : std::optional<std::string>();
  if (!id) {
    return Failure(id.error());
  }
  if (!*id) {
    return could_not_run("the image " + image + " could not be pulled" + (end->ok() ? std::string() : reason_in(output)), "docker pull " + image);
  }
  return Pulled(**id);
}

} // namespace gate
