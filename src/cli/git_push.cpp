#include "cli/git_push.hpp"

#include "cli/finisher.hpp"
#include "cli/signing_key.hpp"

namespace gate {

namespace {

void erase_variable(std::string_view name, Environment& env) {
  std::erase_if(env, [&](const std::string& variable) { return variable.substr(0, variable.find('=')) == name; });
}

} // namespace

Environment without_signing_key(Environment env) {
  erase_variable(k_signing_key_variable, env);
  return env;
}

Command git_push(const std::vector<std::string>& arguments, const Environment& env, const std::filesystem::path& common_dir) {
  Command command{{"git", "push"}, without_signing_key(env), {}};
  erase_variable(k_gate_push_variable, command.env); // this may run in another push's hook
  command.env.push_back(std::string(k_gate_push_variable) + "=" + common_dir.string());
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  return command;
}

} // namespace gate
