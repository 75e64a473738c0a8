#include "upgrade/catalog.hpp"

#include <array>

namespace slipring::upgrade {

std::string_view state_name(GenerationState state) {
  static constexpr std::array<std::string_view, 7> names = {
      "serving", "canary", "warm", "draining", "unloading", "stuck", "retired"};
  return names[static_cast<size_t>(state)];
}

Held &Catalog::add(std::unique_ptr<plugin::Generation> generation) {
  held_.push_back(std::make_unique<Held>());
  held_.back()->generation = std::move(generation);
  return *held_.back();
}

void Catalog::remove(uint64_t generation) {
  std::erase_if(held_, [&](const auto &held) { return held->generation->id() == generation; });
}

Held *Catalog::serving(std::string_view plugin) {
  for (const auto &held : held_) {
    if (held->state == GenerationState::serving && held->generation->manifest().name == plugin) {
      return held.get();
    }
  }
  return nullptr;
}

Held *Catalog::find(uint64_t generation) {
  for (const auto &held : held_) {
    if (held->generation->id() == generation) return held.get();
  }
  return nullptr;
}

std::vector<Held *> Catalog::all() {
  std::vector<Held *> all;
  for (const auto &held : held_) all.push_back(held.get());
  return all;
}

}  // namespace slipring::upgrade
