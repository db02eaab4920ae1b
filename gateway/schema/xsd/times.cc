#include <algorithm>

#include "gateway/schema/xsd/model.h"

namespace portage::schema::xsd {
namespace {

constexpr Times kNone{1, 0};
constexpr Times kAny{0, kUnbounded};

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  return a > kUnbounded - b ? kUnbounded : a + b;
}

// How often a particle may have been used so that its body happened as often as `body` says.
Times lifted(const Times& body, std::uint64_t least, std::uint64_t most) {
  if (body.none()) return kNone;
  if (most == 0) return body.least == 0 ? kAny : kNone;
  std::uint64_t low;
  if (most == kUnbounded)
    low = body.least > 0 ? 1 : 0;
  else
    low = body.least / most + (body.least % most != 0 ? 1 : 0);
  const std::uint64_t high = least == 0 || body.most == kUnbounded ? kUnbounded : body.most / least;
  return {low, high};
}

}  // namespace

Times times(const Particle& particle, const std::uint64_t* counts) {
  Times body = kAny;
  switch (particle.kind) {
    case Particle::Kind::element:
      body = {counts[particle.slot], counts[particle.slot]};
      break;
    case Particle::Kind::sequence:
    case Particle::Kind::all:
      for (const Particle& part : particle.parts) {
        const Times inner = times(part, counts);
        body = {std::max(body.least, inner.least), std::min(body.most, inner.most)};
        if (inner.none() || body.none()) return kNone;
      }
      break;
    case Particle::Kind::choice:
      body = {0, 0};
      for (const Particle& part : particle.parts) {
        const Times inner = times(part, counts);
        if (inner.none()) return kNone;
        body = {sum(body.least, inner.least), sum(body.most, inner.most)};
      }
      break;
  }
  return lifted(body, particle.least, particle.most);
}

}  // namespace portage::schema::xsd
