// What the server cannot know of itself when it describes files: public names, other mirrors, metalinks.
#pragma once

#include "app/config/config.hpp"
#include "httpd/published/published.hpp"
#include "httpd/tracking.hpp"

#include <memory>

namespace mirrorseed::app {

// `tracking` may be empty.
httpd::Describing describing_for(const Config& config, const std::shared_ptr<httpd::Tracking>& tracking);

}  // namespace mirrorseed::app
