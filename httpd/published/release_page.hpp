// Releases as pages for people: a list of them, and one alone. Pure.
#pragma once

#include "httpd/published/told_release.hpp"

#include <string>
#include <vector>

namespace mirrorseed::httpd {

// `feed` leads to the feed of the same releases.
std::string release_list_page(const std::string& title, const std::string& feed,
                              const std::vector<ToldRelease>& releases);
std::string release_page(const ToldRelease& release);

}  // namespace mirrorseed::httpd
