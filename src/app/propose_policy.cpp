#include "app/propose_policy.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace gate {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

// TOML 1.0, basic strings.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
    }
    result += c;
  }
  return result + "\"";
}

std::string list_of(const std::vector<std::string>& words) {
  std::string text = "[";
  for (const auto& word : words) {
    text += (text.size() > 1 ? ", " : "") + quoted(word);
  }
  return text + "]";
}

// A bare TOML key that is a suite's name as well.
std::string suite_name(const BuiltFolder& folder) {
  std::string name = folder.service.empty() ? folder.path : folder.service;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0 && c != '_' && c != '-'; }, '-');
  while (!name.empty() && name.front() == '-') {
    name.erase(0, 1);
  }
  return name.empty() ? "tests" : name.substr(0, 60);
}

std::string suite_text(const BuiltFolder& folder, const std::optional<std::string>& compose_file) {
  const auto command = guess_test_command(folder.files);
  std::string text = "[suite." + suite_name(folder) + "]\n";
  if (compose_file) {
    text += "compose = " + quoted(*compose_file) + "\nservice = " + quoted(folder.service) +
            "        # it and what it depends on are started, in private\n";
  } else {
    text += "build   = " + quoted(folder.path.empty() ? "." : folder.path) + "\n";
  }
  text +=
      "run     = " + list_of(command.empty() ? std::vector<std::string>{"your", "test", "command"} : command) + "        # inside the container\n";
  text += "timeout = \"10m\"\n";
  if (!command.empty()) {
    return text + "\n";
  }
  std::string commented = "# How the tests of " + (folder.path.empty() ? "this project" : folder.path) +
                          " are run could not be guessed: fill in \"run\" and remove the '# '.\n";
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = text.find('\n', at);
    commented += "# " + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return commented + "\n";
}

std::string branch_texts(const std::vector<std::string>& branches) {
  const std::string main_branch = contains(branches, "main") && !contains(branches, "master") ? "main" : "master";
  std::string text = "# Nobody pushes straight to " + main_branch + ": it takes merges only.\n[[branch]]\nmatch = [" + quoted(main_branch) +
                     "]\nallow = [\"merge\"]\n\n";
  const bool staged = contains(branches, "staging") && contains(branches, "development");
  const std::string staging = "[[branch]]\nmatch = [\"staging\"]\nallow = [\"merge\", \"fast-forward\"]\nfrom  = [\"development\"]\n";
  if (staged) {
    return text + "# staging takes what development has, and nothing else.\n" + staging + "\n";
  }
  return text + "# A staging branch that takes what development has, and nothing else:\n# [[branch]]\n# match = [\"staging\"]\n"
                "# allow = [\"merge\", \"fast-forward\"]\n# from  = [\"development\"]\n\n";
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// What a merge publishes depends on a registry that nothing here can know.
std::string publish_text(const std::vector<std::string>& branches, const std::string& suite) {
  const bool has_main_only = contains(branches, "main") && !contains(branches, "master");
  const std::string branch = contains(branches, "staging") ? "staging" : has_main_only ? "main" : "master";
  return "# After a merge the tested image can go to a registry (docs/publishing.md):\n# [publish." + suite + "]\n# branch = " + quoted(branch) +
         "\n# suite  = " + quoted(suite) + "\n# to     = \"{env:REGISTRY}/" + lower(suite) +
         "\"        # export REGISTRY=123456789012.dkr.ecr.eu-west-1.amazonaws.com\n"
         "# tags   = [\"{branch}\", \"{commit}\"]\n\n";
}

} // namespace

std::vector<std::string> guess_test_command(const std::vector<std::string>& files) {
  struct Known {
    const char* file;
    std::vector<std::string> command;
  };
  const std::vector<Known> known = {
      {"manage.py", {"python", "manage.py", "test"}},
      {"pytest.ini", {"python", "-m", "pytest"}},
      {"conftest.py", {"python", "-m", "pytest"}},
      {"tests", {"python", "-m", "pytest"}},
      {"package.json", {"npm", "test"}},
      {"go.mod", {"go", "test", "./..."}},
      {"Cargo.toml", {"cargo", "test"}},
      {"mix.exs", {"mix", "test"}},
      {"Gemfile", {"bundle", "exec", "rake", "test"}},
  };
  for (const auto& [file, command] : known) {
    const bool is_python_folder = std::string_view(file) == "tests";
    const bool python = contains(files, "requirements.txt") || contains(files, "pyproject.toml") || contains(files, "setup.py");
    if (contains(files, file) && (!is_python_folder || python)) {
      return command;
    }
  }
  return {};
}

std::string propose_policy(const ProjectFacts& project) {
  std::string text = "# What may leave this machine. Every pushed ref is judged by it; the suites run in containers, on exactly the\n"
                     "# commits that leave. For a protected branch, the file that its remote side has judges: a push cannot weaken it.\n"
                     "schema   = 1\nrequires = \">=0.1\"\n\n";
  text += branch_texts(project.branches);
  text += "# A branch that no block mentions may be pushed in any way, and has to pass every suite below.\n\n";
  for (const auto& folder : project.folders) {
    text += suite_text(folder, project.compose_file);
  }
  if (project.folders.empty()) {
    text += "# No compose file with a built service and no Dockerfile was found. A suite looks like this:\n"
            "# [suite.tests]\n# build   = \".\"\n# run     = [\"your\", \"test\", \"command\"]\n# timeout = \"10m\"\n";
  }
  text += publish_text(project.branches, project.folders.empty() ? "tests" : suite_name(project.folders.front()));
  while (text.size() > 1 && text[text.size() - 2] == '\n') {
    text.pop_back();
  }
  return text;
}

} // namespace gate
