// A password, a token, a URL that is one.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace gate {

/// Text that must not be shown, copied or left behind: it can be moved only, no stream or formatter takes it, and its
/// memory is overwritten when it goes out of scope.
class Secret {
public:
  Secret() = default;
  explicit Secret(std::string text) : m_text(std::move(text)) {}
  Secret(Secret&& other) noexcept { swap(other); }
  Secret& operator=(Secret&& other) noexcept {
    wipe();
    swap(other);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(); }

  /// For the one place that sends it. What is made of it there is a Secret again.
  const std::string& reveal() const { return m_text; }
  bool empty() const { return m_text.empty(); }

private:
  // A short string lives in the object itself, so that a move would leave it behind: swapped, it is wiped with the other.
  void swap(Secret& other) noexcept { m_text.swap(other.m_text); }
  void wipe() noexcept {
    // volatile: the compiler must not see that nobody reads it any more.
    volatile char* bytes = m_text.data();
    for (std::size_t i = 0; i < m_text.size(); ++i) {
      bytes[i] = '\0';
    }
    m_text.clear();
  }

  std::string m_text;
};

} // namespace gate
