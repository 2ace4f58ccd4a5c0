// Whether bytes of a file can be had without waiting for a disk.
#pragma once

#include "httpd/range.hpp"

#include "core/folder.hpp"

#include <string>

namespace mirrorseed::httpd {

// Where the kernel cannot tell, yes.
bool is_in_memory(const Descriptor& file, const Span& span);

// Waits for the disk until the span is in memory, as far as the file has it.
void bring_into_memory(const Descriptor& file, const Span& span);

// Appends the whole span, or nothing when that would have to wait or the file has less.
bool append_at_once(std::string& to, const Descriptor& file, const Span& span);

}  // namespace mirrorseed::httpd
