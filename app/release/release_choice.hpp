// Which releases a tree's [[tree.release]] rules ask for. Pure.
#pragma once

#include "app/config/config.hpp"

#include <string>
#include <vector>

namespace mirrorseed::app {

struct ReleaseWish {
    const ReleaseConfig* rule = nullptr;
    RelPath path{};  // of the file, or of the folder
    bool is_folder = false;
};

// Those that a file is, or is in. A path is one release at most: by the first rule that asks for it.
std::vector<ReleaseWish> releases_with(const std::vector<ReleaseConfig>& rules, const RelPath& file);

// What every rule asks for, as text that differs whenever that does.
std::string wishes_of(const std::vector<ReleaseConfig>& rules);

// "{name}", "{path}" and "{tree}" stand for what they say.
std::string title_of(const std::string& format, const std::string& tree, const RelPath& path);

}  // namespace mirrorseed::app
