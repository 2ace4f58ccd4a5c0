// How long the config graces what upstreams dropped: what a tree's include and exclude leave out not at all.
#pragma once

#include "app/config/config.hpp"
#include "httpd/published/published_grace.hpp"

namespace mirrorseed::app {

httpd::GraceOf grace_for(const Config& config);

}  // namespace mirrorseed::app
