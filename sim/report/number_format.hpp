#pragma once

#include <cstdint>
#include <string>

// Numbers as text: three significant digits and a unit.
namespace lingerd::sim::number_format {

std::string count(double n);        // 12,345
std::string digits(double n);       // 3 significant: 0.0153, 1.24, 871
std::string time_us(double us);     // 820 µs, 4.20 ms, 1.48 s
std::string traffic(double bytes);  // 871 B, 58.2 kB, 1.26 MB: powers of ten, as networks count
std::string memory(double bytes);   // 640 B, 5.4 KiB, 12.1 MiB
// Without trailing zeros: 10.0 ms → 10 ms. For axes.
std::string short_form(std::string figure);
std::string percent(double part);  // 0.012 → +1.2 %, with its sign
std::string times(double factor);  // 12×

}  // namespace lingerd::sim::number_format
