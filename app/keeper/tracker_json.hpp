// The tracker in the form of status.json.
#pragma once

#include "httpd/tracker_facts.hpp"

#include <boost/json/value.hpp>

namespace mirrorseed::app {

boost::json::value tracker_json(const httpd::TrackerFacts& facts);

}  // namespace mirrorseed::app
