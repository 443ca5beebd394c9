#include <catch2/catch.hpp>

#include "base/shell_word.hpp"

using namespace gate;

TEST_CASE("a word that is shown in a command is one word to a shell") {
  CHECK(shell_word("vendor/lib-1.2") == "vendor/lib-1.2");
  CHECK(shell_word("a b") == "'a b'");
  CHECK(shell_word("$(x)") == "'$(x)'");
  CHECK(shell_word("it's") == "'it'\\''s'");
  CHECK(shell_word("~root") == "'~root'");
  CHECK(shell_word("") == "''");
}
