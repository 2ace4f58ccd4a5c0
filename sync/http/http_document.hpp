// One small document of a web server, by its whole URL.
#pragma once

#include "core/progress.hpp"
#include "sync/manners.hpp"

#include <string>

namespace mirrorseed::sync {

// An error for any answer but a whole one, and for one of more than `most`.
Result<std::string> http_document(const std::string& url, const Manners& manners, Bytes most,
                                  Progress& progress);

}  // namespace mirrorseed::sync
