#include "engine/push_progress.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/push_answer.hpp"

using namespace gate;

namespace {

class Told final : public Progress {
public:
  void step(std::string_view, std::string_view) override {}
  void tick() override {}
  void sent(std::string_view layer, std::int64_t bytes, std::int64_t total) override {
    m_lines.push_back(std::string(layer) + " " + std::to_string(bytes) + "/" + std::to_string(total));
  }
  /// Since the last question.
  std::vector<std::string> lines() { return std::exchange(m_lines, {}); }

private:
  std::vector<std::string> m_lines;
};

using Lines = std::vector<std::string>;

/// What is told of this answer, all at once.
Lines told_of(const std::string& answer) {
  SentLayers layers;
  PushReader reader(&layers);
  reader.take(answer);
  reader.finish();
  Told told;
  layers.tell(told);
  return told.lines();
}

std::string line(const std::string& id, const std::string& status, const std::string& detail = "{}") {
  return R"({"status":")" + status + R"(","progressDetail":)" + detail + R"(,"id":")" + id + "\"}\r\n";
}

} // namespace

TEST_CASE("how far each layer is, is told once for each change") {
  SentLayers layers;
  PushReader reader(&layers);
  Told told;
  reader.take(line("5f70bf18a086", "Preparing") + line("0b1c2d3e4f50", "Waiting"));
  layers.tell(told);
  CHECK(told.lines().empty());
  reader.take(line("5f70bf18a086", "Pushing", R"({"current":512,"total":1024})"));
  layers.tell(told);
  layers.tell(told);
  CHECK(told.lines() == Lines{"5f70bf18a086 512/1024"});
  // Many lines between two questions are one.
  reader.take(line("5f70bf18a086", "Pushing", R"({"current":600,"total":1024})") + line("5f70bf18a086", "Pushing", R"({"current":700,"total":1024})"));
  layers.tell(told);
  CHECK(told.lines() == Lines{"5f70bf18a086 700/1024"});
  reader.take(line("5f70bf18a086", "Pushed"));
  layers.tell(told);
  CHECK(told.lines() == Lines{"5f70bf18a086 1024/1024"});
  reader.take(line("5f70bf18a086", "Layer already exists") + line("0b1c2d3e4f50", "Pushing", R"({"current":7,"total":7})"));
  layers.tell(told);
  CHECK(told.lines() == Lines{"0b1c2d3e4f50 7/7"});
  reader.take(line("0b1c2d3e4f50", "Pushed"));
  layers.tell(told);
  CHECK(told.lines().empty());
}

TEST_CASE("a layer that the registry has is done, once, also in a further attempt") {
  SentLayers layers;
  Told told;
  for (int attempt = 0; attempt < 2; ++attempt) {
    PushReader reader(&layers);
    reader.take(line("aa", "Layer already exists") + line("bb", "Mounted from library/app") + line("cc", "Pushing", R"({"current":5})"));
    reader.take(line("cc", "Pushed") + line("cc", "Layer already exists"));
  }
  layers.tell(told);
  CHECK(told.lines() == Lines{"aa 0/0", "bb 0/0", "cc 5/5"});
}

TEST_CASE("more bytes than there are in all are all of them") {
  CHECK(told_of(line("aa", "Pushing", R"({"current":3584,"total":1024})")) == Lines{"aa 1024/1024"});
}

TEST_CASE("a layer that begins anew is told of") {
  CHECK(told_of(line("aa", "Pushing", R"({"current":9,"total":10})") + line("aa", "Retrying in 5 seconds") +
                line("aa", "Pushing", R"({"current":1,"total":10})")) == Lines{"aa 1/10"});
}

TEST_CASE("what is no layer and no count of bytes is not passed on") {
  for (const char* const id : {"", "x", "AB", "../aa", "aa bb", "\\u001b[2J", "\\u0000"}) {
    CHECK(told_of(line(id, "Pushed")).empty());
  }
  CHECK(told_of(line(std::string(64, 'a'), "Pushed")).size() == 1);
  CHECK(told_of(line(std::string(65, 'a'), "Pushed")).empty());
  for (const char* const current : {"-1", "1.5", "1e3", "\"7\"", "null", "[]", "18446744073709551615", "9223372036854775807", "99999999999999999999"}) {
    CHECK(told_of(line("aa", "Pushing", R"({"current":)" + std::string(current) + R"(,"total":10})")).empty());
    CHECK(told_of(line("aa", "Pushing", R"({"current":5,"total":)" + std::string(current) + "}")) == Lines{"aa 5/0"});
  }
  CHECK(told_of(line("aa", "Pushing", "[]") + line("aa", "Pushing", "7") + R"({"id":7,"status":"Pushed"})" + "\n").empty());
}

TEST_CASE("no more layers are followed than an image has") {
  std::string answer;
  for (int i = 0; i < 5000; ++i) {
    answer += line("a" + std::to_string(i), "Pushed");
  }
  CHECK(told_of(answer).size() == 1000);
}
