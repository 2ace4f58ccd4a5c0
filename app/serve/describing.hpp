// What the server cannot know of itself when it describes files: public names, other mirrors, metalinks.
#pragma once

#include "app/config/config.hpp"
#include "httpd/published.hpp"

namespace mirrorseed::app {

httpd::Describing describing_for(const Config& config);

}  // namespace mirrorseed::app
