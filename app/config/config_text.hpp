// What people read about the config, written from the table of keys.
#pragma once

#include <string>
#include <string_view>

namespace mirrorseed::app {

// etc/mirrorseed.toml: every key with its default, or with an example where a person must give the value.
std::string documented_config();

// What `mirrorseed init` writes: the store's path, and everything else as comments.
std::string starter_config(const std::string& store_path);

// How values are written, for every document: lines that begin with '#'.
std::string_view notes_on_form();

}  // namespace mirrorseed::app
