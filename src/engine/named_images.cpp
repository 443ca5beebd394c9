#include <optional>
#include <utility>

#include "engine/endpoint.hpp"
#include "engine/engine_api.hpp"
#include "engine/suite_runner.hpp"

namespace gate {

namespace {

constexpr std::chrono::seconds k_image_limit{10};

class EngineNamedImages final : public NamedImages {
public:
  EngineNamedImages(Environment env, const Interrupt& interrupt) : m_env(std::move(env)), m_interrupt(interrupt) {}

  Result<std::optional<std::string>> id_of(const std::string& reference) override;

private:
  Result<void> connect(const Patience& patience);

  Environment m_env;
  const Interrupt& m_interrupt;
  std::optional<EngineApi> m_connection; ///< once it has answered
};

Result<void> EngineNamedImages::connect(const Patience& patience) {
  if (m_connection) {
    return {};
  }
  Result<Endpoint> endpoint = find_endpoint(m_env, m_interrupt);
  if (!endpoint) {
    return Failure(endpoint.error());
  }
  m_connection.emplace(*std::move(endpoint));
  Result<void> hello = m_connection->connect(patience);
  if (!hello) {
    m_connection.reset();
  }
  return hello;
}

Result<std::optional<std::string>> EngineNamedImages::id_of(const std::string& reference) {
  const Patience patience = at_most({std::nullopt, &m_interrupt, {}}, k_image_limit);
  if (const Result<void> hello = connect(patience); !hello) {
    return Failure(hello.error());
  }
  const Result<std::optional<ListedImage>> image = m_connection->image(reference, patience);
  if (!image) {
    return Failure(image.error());
  }
  return *image && !(*image)->id.empty() ? std::optional<std::string>((*image)->id) : std::nullopt;
}

} // namespace

std::unique_ptr<NamedImages> make_named_images(Environment env, const Interrupt& interrupt) {
  return std::make_unique<EngineNamedImages>(std::move(env), interrupt);
}

} // namespace gate
