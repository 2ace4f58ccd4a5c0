// As many zeros as somebody wants, as a file that takes no room: what pad files hold.
#pragma once

#include "core/result.hpp"
#include "core/system/folder.hpp"
#include "core/units.hpp"

namespace mirrorseed::httpd {

Result<Descriptor> file_of_zeros(Bytes size);

}  // namespace mirrorseed::httpd
