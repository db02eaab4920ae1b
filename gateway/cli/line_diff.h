// What changed between two texts, line by line, as "-" and "+" lines with their neighbours. Pure.
#pragma once

#include <string>
#include <string_view>

namespace portage::cli {

// Empty if they are equal. Texts of more than 4,000 lines are told as changed, without lines.
std::string line_diff(std::string_view before, std::string_view after);

}  // namespace portage::cli
