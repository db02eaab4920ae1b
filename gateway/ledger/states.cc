#include "gateway/ledger/ledger.h"

namespace portage::ledger {
namespace {

constexpr std::string_view kNames[] = {"waiting", "delivered", "quarantined", "withdrawn"};

}  // namespace

std::string_view state_name(State s) { return kNames[static_cast<std::size_t>(s) & 3]; }

std::optional<State> state_from(std::string_view name) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (kNames[i] == name) return static_cast<State>(i);
  }
  return std::nullopt;
}

}  // namespace portage::ledger
