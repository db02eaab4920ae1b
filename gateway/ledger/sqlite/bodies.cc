#include "gateway/ledger/sqlite/bodies.h"

#include <cstring>

#include "gateway/ledger/sqlite/attempts.h"

namespace portage::ledger::sqlite {
namespace {

constexpr std::size_t kKeepBytes = 8u << 20;

std::uint64_t row_of(BodyOf of, std::uint64_t id) {
  return id * 4 + static_cast<std::uint64_t>(of);
}

struct Bound {
  char bytes[9];
  Bound(BodyOf of, std::uint64_t id) {
    bytes[0] = static_cast<char>(of);
    for (int i = 0; i < 8; ++i) bytes[1 + i] = static_cast<char>(id >> (56 - 8 * i));
  }
  std::string_view view() const { return {bytes, sizeof bytes}; }
};

}  // namespace

void BodyWriter::begin_group(bool small) {
  small_ = small;
  if (plain_.capacity() > kKeepBytes) plain_ = std::string();  // after a large file
}

BodyPlace BodyWriter::put(Connection& db, BodyOf of, std::uint64_t id,
                          std::initializer_list<std::string_view> parts) {
  plain_.clear();
  for (const std::string_view part : parts) {
    put_varint(plain_, part.size());
    plain_.append(part);
  }
  const Bound bound(of, id);
  if (!small_) {
    sealer_.seal(plain_, bound.view(), segments_.stage());
    return segments_.staged();
  }
  sealed_.clear();
  sealer_.seal(plain_, bound.view(), sealed_);
  if (!insert_) insert_ = Statement(db, "INSERT OR REPLACE INTO body VALUES(?,?)");
  insert_.run(row_of(of, id), Blob{sealed_});
  return {0, 0, static_cast<std::uint32_t>(sealed_.size())};
}

base::Result<std::vector<std::string>> BodyReader::get(Connection& db, BodyOf of, std::uint64_t id,
                                                       const BodyPlace& place) {
  std::string sealed, plain;
  if (place.segment == 0) {
    Statement select(db, "SELECT sealed FROM body WHERE id=?");
    if (select.start(row_of(of, id))) sealed = select.text(0);
  } else if (auto read = segments_.read(place, sealed); !read.ok()) {
    return read.error();
  }
  if (auto opened = sealer_.open(sealed, Bound(of, id).view(), plain); !opened.ok()) {
    return opened.error();
  }
  std::vector<std::string> parts;
  std::string_view rest = plain;
  std::uint64_t size;
  while (take_varint(rest, size) && size <= rest.size()) {
    parts.emplace_back(rest.substr(0, static_cast<std::size_t>(size)));
    rest.remove_prefix(static_cast<std::size_t>(size));
  }
  return parts;
}

}  // namespace portage::ledger::sqlite
