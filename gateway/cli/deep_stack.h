// A stack as deep as the work needs: for recursion that is bounded, but by more than the stack of
// the program's own thread. The caller waits; nothing else runs beside it.
#pragma once

#include <cstddef>
#include <functional>

namespace portage::cli {

// Runs `work` on a stack of at least `bytes`. False if the system gives none; then it did not run.
// What `work` throws comes out here.
bool on_deep_stack(std::size_t bytes, const std::function<void()>& work);

}  // namespace portage::cli
