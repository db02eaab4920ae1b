#include "connectors/pretend/people.h"

#include <array>
#include <cstdio>

namespace portage::pretend {
namespace {

struct Sketch {
  std::string_view given, family, birth_date, language;
};
constexpr std::array<Sketch, 24> kSketches{{
    {"Noémie", "Tremblay-Okafor", "1991-04-12", "fr"},
    {"Ana", "Lindqvist", "1999-12-31", "uk"},
    {"", "Sukarno", "1984-02-29", "und"},
    {"Zoé", "Beauséjour", "1978-09-03", "fr"},
    {"Marcus", "O'Dell", "1969-01-20", "en"},
    {"Priya", "Venkataraghavan", "1995-07-08", "ta"},
    {"Jean-Luc", "Desrosiers", "1982-11-30", "fr"},
    {"Dao", "Nguyen-Sample", "2001-03-17", "vi"},
    {"Ruth", "MacAskill", "1957-05-25", "en"},
    {"Omar", "Al-Masri", "1988-10-02", "ar"},
    {"Siobhán", "Ní Bhriain", "1993-06-14", "en"},
    {"Tomasz", "Zurek", "1975-08-19", "en"},
    {"Gabriela", "Peña", "1990-02-11", "es"},
    {"Walter", "Stone", "1961-12-05", "en"},
    {"Mei", "Chén", "1986-04-27", "zh"},
    {"Harjit", "Dhaliwal", "1979-09-22", "pa"},
    {"Élodie", "Thériault", "2003-01-09", "fr"},
    {"Kofi", "Mensah", "1997-11-13", "en"},
    {"Nadia", "Rahimi", "1994-05-06", "fa"},
    {"Alton", "Pike", "1972-07-31", "ase"},
    {"Bianca", "Rossi", "1965-03-03", "it"},
    {"Cree-Anne", "Littlebear", "1998-08-28", "cr"},
    {"Samir", "Haddad", "1983-10-16", "ar"},
    {"Olive", "Featherstone-Bloom", "1959-06-21", "en"},
}};

struct Home {
  std::string_view city, postal;
};
constexpr std::array<Home, 8> kHomes{{
    {"Oakville", "L6H 1A1"},
    {"Oakville", "L6L 4C4"},
    {"Burlington", "L7R 2B2"},
    {"Burlington", "L7L 5E5"},
    {"Milton", "L9T 3C3"},
    {"Georgetown", "L7G 4A4"},
    {"Acton", "L7J 1B1"},
    {"Oakville", "L6M 2C2"},
}};

// splitmix64 over FNV-1a: spreads well and is the same everywhere.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

std::uint64_t hash(std::uint32_t seed, std::string_view party, std::string_view what,
                   std::uint32_t number) {
  std::uint64_t h = 0xCBF29CE484222325u ^ seed;
  for (const std::string_view part : {party, what}) {
    for (const char c : part) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    h = (h ^ 0xFFu) * 0x100000001B3u;
  }
  return mix(h ^ (std::uint64_t{number} << 20));
}

template <class... Parts>
std::string print(const char* form, Parts... parts) {
  std::array<char, 96> out;
  const int size = std::snprintf(out.data(), out.size(), form, parts...);
  return std::string(out.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
}

}  // namespace

std::string made_uuid(std::uint32_t seed, std::string_view party, std::string_view what,
                      std::uint32_t number) {
  const std::uint64_t a = hash(seed, party, what, number), b = mix(a);
  return print("%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(a >> 32),
               static_cast<unsigned>(a >> 16) & 0xFFFFu, static_cast<unsigned>(a) & 0xFFFu,
               static_cast<unsigned>(b >> 52),
               static_cast<unsigned long long>(b & 0xFFFFFFFFFFFFu));
}

Person person(std::uint32_t seed, std::string_view party, std::uint32_t number) {
  const std::uint64_t h = hash(seed, party, "person", number);
  const Sketch& sketch = kSketches[(seed + number + party.size()) % kSketches.size()];
  const Home& home = kHomes[h % kHomes.size()];
  Person out;
  out.given = sketch.given;
  out.family = sketch.family;
  out.birth_date = sketch.birth_date;
  out.language = sketch.language;
  out.member_id = print("9%08u", static_cast<unsigned>((h >> 8) % 100'000'000u));
  out.street = print("%u Sample Street", static_cast<unsigned>(1 + (h >> 40) % 240));
  out.city = home.city;
  out.postal = home.postal;
  // 555-0100 to 555-0199 are never given out.
  out.home_phone = print("905-555-01%02u", static_cast<unsigned>((h >> 20) % 100));
  if (h % 3 != 0)
    out.cell_phone = print("(289) 555-01%02u", static_cast<unsigned>((h >> 28) % 100));
  if (h % 4 != 0) out.email = print("person.%04u@example.org", static_cast<unsigned>(h % 10'000));
  out.consent = made_uuid(seed, party, "consent", number);
  return out;
}

}  // namespace portage::pretend
