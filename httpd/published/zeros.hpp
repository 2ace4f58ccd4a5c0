// As many zeros as somebody wants, as a file that takes no room: what pad files hold.
#pragma once

#include "core/result.hpp"
#include "core/system/folder.hpp"
#include "core/units.hpp"

namespace mirrorseed::httpd {

// One file for pads of every size, so that many of them cost no descriptors (open_files.hpp). It has at least
// as many zeros as somebody wanted.
class Zeros {
public:
    // Another handle of the same file.
    Result<Descriptor> at_least(Bytes size);

private:
    Descriptor file_;
    Bytes size_ = 0;
};

}  // namespace mirrorseed::httpd
