// A drop folder on disk: what lies in it, and the moves that a dropped file goes through.
//   <folder>/   dropped here    .claimed/   ours, until the gateway has committed it
//   done/   committed           rejected/   never read          results/   what became of each file
// Every move is an atomic rename, so a file is in one place at any moment; nothing is ever deleted
// or overwritten. Names come from the sender: they are looked up beneath descriptors, links are not
// followed, and names that could harm a person's terminal or exceed a name's length are replaced.
// Threads: one FolderView is for one thread; open a view for each look.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/file/posix.h"
#include "gateway/base/result.h"

namespace portage::file {

struct Dropped {
  std::string name;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  bool regular = true;
  // Unchanged since an earlier look.
  bool same(const Dropped& other) const {
    return inode == other.inode && size == other.size && modified_ns == other.modified_ns;
  }
};

inline constexpr std::size_t kLongestName = 200;  // leaves room for endings
bool usable_name(std::string_view name);

enum class Readiness : std::uint8_t {
  ready,  // nobody has it open for writing
  being_written,
  unknown,  // the kernel does not say (another account's file): only time tells
  gone
};

class FolderView {
 public:
  static base::Result<FolderView> open(const std::string& path);  // file.folder

  std::vector<Dropped> dropped() const;  // oldest first; hidden and half-written names left out
  std::vector<Dropped> claimed() const;  // oldest first
  Readiness readiness(const Dropped& file) const;

  // dropped -> claimed. False if it is gone, or a file of that name is still claimed.
  bool claim(const std::string& name) const;
  // All bytes of a claimed file, unless it is not the one that was looked at (errno EAGAIN: it
  // changes).
  bool read(const Dropped& file, std::string& bytes) const;
  // claimed -> done. A name taken in done/ gets a number behind it.
  bool finish(const std::string& name) const;
  // dropped or claimed -> rejected; gives the name it has there, or nothing.
  std::string reject(const Dropped& file, bool was_claimed) const;
  // Makes the moves so far safe from a power cut. One that is lost brings a file back to where it
  // was before: it is offered again and known again.
  void sync_moves() const;
  // results/<name>.result.csv; another result of that name stays, and this one gets `number` in its
  // name. The same again is written once.
  bool write_result(const std::string& name, std::uint64_t number, std::string_view bytes) const;
  // A file of that name was brought from here.
  bool knows(const std::string& name) const;

 private:
  std::string move_aside(const Fd& from, const std::string& name, const Fd& to,
                         const std::string& wanted) const;
  Fd root_, claimed_, done_, results_, rejected_;
};

}  // namespace portage::file
