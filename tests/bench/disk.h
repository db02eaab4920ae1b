// What the disk can do alone. See disk.cc.
#pragma once

namespace bench {

// Prints {"per_second":N}: commits a second in `folder`. Returns the exit status.
int main_disk(const char* folder);

}  // namespace bench
