// The JSON Schema says the same as the parser.
#include <catch2/catch.hpp>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/ready_made.hpp"
#include "policy/decode.hpp"
#include "policy/parse.hpp"

using namespace gate;
using nlohmann::json;

namespace {

const json& schema() {
  static const json parsed = json::parse(policy_schema());
  return parsed;
}

bool is_instant(const std::string& text) { return std::regex_match(text, std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")); }

/// Holds a value against a schema, by the keywords that ours uses; any other is a mistake of the schema's.
class Validator {
public:
  std::vector<std::string> problems;

  bool check(const json& value, const json& rule, const std::string& where) {
    const auto before = problems.size();
    for (const auto& [keyword, argument] : rule.items()) {
      check_keyword(value, rule, keyword, argument, where);
    }
    return problems.size() == before;
  }

private:
  void expect(bool holds, const std::string& where, const std::string& what) {
    if (!holds) {
      problems.push_back(where + ": " + what);
    }
  }

  static bool has_type(const json& value, const std::string& type) {
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) || (type == "string" && value.is_string()) ||
           (type == "integer" && value.is_number_integer()) || (type == "number" && value.is_number()) || (type == "boolean" && value.is_boolean());
  }

  void check_keyword(const json& value, const json& rule, const std::string& keyword, const json& argument, const std::string& where) {
    if (keyword == "type") {
      expect(has_type(value, argument), where, "is no " + argument.get<std::string>());
    } else if (keyword == "enum") {
      expect(std::find(argument.begin(), argument.end(), value) != argument.end(), where, "is none of " + argument.dump());
    } else if (keyword == "const") {
      expect(value == argument, where, "is not " + argument.dump());
    } else if (keyword == "pattern" && value.is_string()) {
      expect(std::regex_search(value.get<std::string>(), std::regex(argument.get<std::string>())), where, "does not match " + argument.dump());
    } else if (keyword == "minimum" && value.is_number()) {
      expect(value >= argument, where, "is too small");
    } else if (keyword == "maximum" && value.is_number()) {
      expect(value <= argument, where, "is too large");
    } else if (keyword == "minItems" && value.is_array()) {
      expect(value.size() >= argument.get<std::size_t>(), where, "is too short");
    } else if (keyword == "format") {
      expect(argument == "date-time" && value.is_string() && is_instant(value), where, "is no date-time");
    } else if (keyword == "$ref") {
      check(value, schema().at(json::json_pointer(argument.get<std::string>().substr(1))), where);
    } else if (keyword == "required" && value.is_object()) {
      for (const auto& key : argument) {
        expect(value.contains(key.get<std::string>()), where, "lacks " + key.dump());
      }
    } else if (keyword == "items" && value.is_array()) {
      for (const auto& element : value) {
        check(element, argument, where + "[]");
      }
    } else if (keyword == "anyOf") {
      expect(std::any_of(argument.begin(), argument.end(), [&](const json& one) { return Validator().check(value, one, where); }), where, "is none of the alternatives");
    } else if (keyword == "properties" || keyword == "additionalProperties") {
      check_members(value, rule, where, keyword == "properties");
    } else {
      static const std::vector<std::string> k_others = {"$schema", "title",    "description", "examples", "default", "definitions", "type",
                                                        "pattern", "minimum", "maximum", "minItems",    "required", "items"};
      expect(std::find(k_others.begin(), k_others.end(), keyword) != k_others.end(), where, "the keyword " + keyword + " is not known");
    }
  }

  void check_members(const json& value, const json& rule, const std::string& where, bool named) {
    if (!value.is_object()) {
      return;
    }
    const json properties = rule.value("properties", json::object());
    for (const auto& [key, member] : value.items()) {
      if (properties.contains(key)) {
        if (named) {
          check(member, properties.at(key), where + "." + key);
        }
      } else if (!named && rule.at("additionalProperties").is_boolean()) {
        expect(rule.at("additionalProperties").get<bool>(), where, "has the unknown key " + key);
      } else if (!named) {
        check(member, rule.at("additionalProperties"), where + "." + key);
      }
    }
  }
};

std::vector<std::string> problems_of(const json& policy) {
  Validator validator;
  validator.check(policy, schema(), "");
  return validator.problems;
}

std::string toml_of(const json& value) {
  if (value.is_string()) {
    const auto text = value.get<std::string>();
    return is_instant(text) ? text : value.dump();
  }
  if (!value.is_structured()) {
    return value.dump();
  }
  std::string inside;
  for (const auto& [key, member] : value.items()) {
    inside += (inside.empty() ? "" : ", ") + (value.is_object() ? json(key).dump() + " = " : "") + toml_of(member);
  }
  return value.is_object() ? "{ " + inside + " }" : "[" + inside + "]";
}

json json_of(const toml::node& node) {
  json value;
  if (const auto* table = node.as_table()) {
    value = json::object();
    for (const auto& [key, member] : *table) {
      value[std::string(key.str())] = json_of(member);
    }
  } else if (const auto* list = node.as_array()) {
    value = json::array();
    for (const auto& element : *list) {
      value.push_back(json_of(element));
    }
  } else if (const auto* text = node.as_string()) {
    value = text->get();
  } else if (const auto* number = node.as_integer()) {
    value = number->get();
  } else if (const auto* fraction = node.as_floating_point()) {
    value = fraction->get();
  } else if (const auto* truth = node.as_boolean()) {
    value = truth->get();
  } else {
    value = "2000-01-01T00:00:00Z";
  }
  return value;
}

json json_of(std::string_view policy) {
  const toml::parse_result parsed = toml::parse(policy);
  REQUIRE(parsed);
  return json_of(parsed.table());
}

// What the parser says of it; empty: it is right. A suite that is only named may be another layer's.
std::string parsed(const json& policy) {
  std::string text;
  for (const auto& [key, value] : policy.items()) {
    text += key + " = " + toml_of(value) + "\n";
  }
  const auto read = parse_policy(text, "gate.toml", "0.1.0", PolicyRole::layer);
  return read ? "" : read.error().list.front().message + " in\n" + text;
}

/// A table of the language: its schema, and a whole policy with one such table in it.
struct Table {
  std::string pointer; ///< to its schema
  json (*around)(const json& table);
};

json with_suite(json policy) {
  policy["schema"] = 1;
  policy["suite"]["api"] = {{"build", "api"}, {"run", {"t"}}};
  return policy;
}

json block_with(const std::string& key, const json& table) { return with_suite({{"branch", {{{"match", {"x"}}, {key, table}}}}}); }

json publication_with(const std::string& key, const json& table) {
  return with_suite({{"publish", {{"one", {{"branch", "x"}, {"suite", "api"}, {"to", "r.example/app"}, {key, table}}}}}});
}

const std::vector<Table>& tables() {
  static const std::vector<Table> all = {
      {"", [](const json& t) { return with_suite(t); }},
      {"/properties/policy", [](const json& t) { return with_suite({{"policy", t}}); }},
      {"/properties/verdicts", [](const json& t) { return with_suite({{"verdicts", t}}); }},
      {"/definitions/pin", [](const json& t) { return json{{"schema", 1}, {"extends", json::array({t})}}; }},
      {"/definitions/block", [](const json& t) { return with_suite({{"branch", json::array({t})}}); }},
      {"/definitions/block", [](const json& t) { return with_suite({{"tag", json::array({t})}}); }},
      {"/definitions/block/properties/commits", [](const json& t) { return block_with("commits", t); }},
      {"/definitions/block/properties/files", [](const json& t) { return block_with("files", t); }},
      {"/definitions/suite", [](const json& t) { return json{{"schema", 1}, {"suite", {{"one", t}}}}; }},
      {"/properties/run", [](const json& t) { return with_suite({{"run", t}}); }},
      {"/definitions/need", [](const json& t) { return json{{"schema", 1}, {"suite", {{"one", {{"compose", "c.yml"}, {"service", "s"}, {"run", {"t"}}, {"needs", json::array({t})}}}}}}; }},
      {"/definitions/publication", [](const json& t) { return with_suite({{"publish", {{"one", t}}}}); }},
      {"/definitions/publication/properties/after", [](const json& t) { return publication_with("after", t); }},
      {"/definitions/publication/properties/after/properties/webhook", [](const json& t) { return publication_with("after", {{"webhook", t}}); }},
      {"/definitions/publication/properties/trigger", [](const json& t) { return json{{"schema", 1}, {"publish", {{"one", {{"branch", "x"}, {"by", "ci"}, {"trigger", t}}}}}}; }},
  };
  return all;
}

} // namespace

TEST_CASE("every key of the schema is the parser's, with the values that the schema gives as examples") {
  for (const auto& table : tables()) {
    const json& rule = schema().at(json::json_pointer(table.pointer));
    for (const auto& [key, member] : rule.at("properties").items()) {
      for (const auto& value : member.at("examples")) {
        INFO(table.pointer << " " << key << " " << value.dump());
        bool is_right = false;
        std::string said;
        for (json base : rule.at("examples")) {
          base[key] = value;
          const json policy = table.around(base);
          const auto why = parsed(policy);
          said += why;
          // In at least one of the tables that the schema gives: "deps" goes with "compose" only.
          is_right = is_right || (why.empty() && problems_of(policy).empty());
        }
        INFO(said);
        CHECK(is_right);
      }
      CHECK((member.contains("description") || member.contains("$ref")));
    }
  }
}

TEST_CASE("what the schema does not know, the parser does not either") {
  for (const auto& table : tables()) {
    json base = schema().at(json::json_pointer(table.pointer)).at("examples").front();
    base["nonsense"] = "x";
    CAPTURE(table.pointer);
    CHECK_FALSE(problems_of(table.around(base)).empty());
    CHECK(parsed(table.around(base)).find("unknown key \"nonsense\"") != std::string::npos);
  }
}

TEST_CASE("every rule of the parser is in the schema") {
  const json& block = schema()["definitions"]["block"]["properties"];
  for (const auto& key : rule_keys()) {
    CAPTURE(key);
    const auto dot = key.find('.');
    CHECK((dot == std::string::npos ? block.contains(key) : block[key.substr(0, dot)]["properties"].contains(key.substr(dot + 1))));
  }
  CHECK(schema()["properties"]["allow_override"]["items"]["enum"] == json(rule_keys()));
  CHECK(block["allow"]["items"]["enum"] == json(shape_names()));
}

TEST_CASE("the ready-made policies are right by the schema, and named in it") {
  std::vector<std::string> names;
  for (const auto& policy : ready_made_policies()) {
    CAPTURE(policy.name);
    CHECK(problems_of(json_of(policy.text)) == std::vector<std::string>{});
    names.push_back("gate:" + std::string(policy.name));
  }
  CHECK(schema()["properties"]["extends"]["items"]["anyOf"][0]["enum"] == json(names));
}

TEST_CASE("the schema finds what is wrong") {
  const auto finds = [](const std::string& text) { return !problems_of(json_of(text)).empty(); };
  CHECK_FALSE(finds("schema = 1\n"));
  CHECK(finds(""));
  CHECK(finds("schema = 2\n"));
  CHECK(finds("schema = 1\nbranchs = []\n"));
  CHECK(finds("schema = 1\n[[branch]]\nallow = []\n"));
  CHECK(finds("schema = 1\n[[branch]]\nmatch = [\"x\"]\nallow = [\"mrge\"]\n"));
  CHECK(finds("schema = 1\n[[branch]]\nmatch = [\"x\"]\ncommits.subject_max = \"72\"\n"));
  CHECK(finds("schema = 1\n[[branch]]\nmatch = [\"x\"]\nfiles.max_size = \"5 MiB\"\n"));
  CHECK(finds("schema = 1\n[[branch]]\nmatch = [\"x\"]\nbypass = true\n"));
  CHECK(finds("schema = 1\n[suite.api]\nrun = [\"t\"]\n"));
  CHECK(finds("schema = 1\n[publish.api]\nbranch = \"x\"\ntrigger = \"https://example.org\"\nby = \"ci\"\n"));
  const std::string publish = "schema = 1\n[publish.api]\nbranch = \"x\"\nsuite = \"api\"\n";
  CHECK_FALSE(finds(publish + "to = [\"a/b\", \"c/d\"]\nplatforms = [\"linux/arm/v7\"]\n"));
  CHECK(finds(publish + "to = []\n"));
  CHECK(finds(publish + "images = { web = 1 }\n"));
  CHECK(finds(publish + "to = \"a/b\"\nplatforms = [\"arm64\"]\n"));
  CHECK(finds(publish + "to = \"a/b\"\nafter = \"https://example.org\"\n"));
  CHECK(finds("schema = 1\nextends = [{ git = \"https://git.example.org/x\", rev = \"main\", path = \"a\", sha256 = \"b\" }]\n"));
}
