#include "policy/suite_inputs.hpp"

#include <string_view>

#include "policy/suite_text.hpp"

namespace gate {

Result<std::map<std::string, std::string>> filled_env(const Suite& suite, const std::function<std::optional<std::string>(const std::string&)>& variable) {
  std::map<std::string, std::string> env;
  std::string missing;
  const auto fill = [&](std::string_view wanted) {
    const std::string name(wanted);
    const auto value = variable ? variable(name) : std::nullopt;
    if (!value && missing.empty()) {
      missing = name;
    }
    return value.value_or("");
  };
  for (const auto& [name, value] : suite.env) {
    env[name] = filled_env_value(value, fill).value_or(value); // the policy's reader admits no other
  }
  if (!missing.empty()) {
    return could_not_run("suite \"" + suite.name + "\" needs the variable " + missing + ", which is not set",
                         "export " + missing + "=…   (or take {env:" + missing + "} out of the suite's env, at " + suite.place.str() + ")");
  }
  return env;
}

const std::string* moving_image(const Suite& suite) {
  const auto* source = std::get_if<ImageSource>(&suite.source);
  return source == nullptr || source->image.find("@sha256:") != std::string::npos ? nullptr : &source->image;
}

} // namespace gate
