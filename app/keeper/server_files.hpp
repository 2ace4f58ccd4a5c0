// The files that a server needs beside what it serves, opened by whoever may.
//
// A server that became another user can no longer open all of them; its keeper opens them anew and hands them
// over.
#pragma once

#include "app/config/config.hpp"
#include "app/keeper/server_words.hpp"
#include "core/log.hpp"
#include "core/result.hpp"
#include "core/system/folder.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::app {

class ServerFiles {
public:
    void add(HandedFile which, Descriptor file) { files_.insert_or_assign(which, std::move(file)); }
    bool has(HandedFile which) const { return files_.contains(which); }
    Descriptor take(HandedFile which);
    // From its beginning; `name` is for people.
    Result<std::string> text(HandedFile which, const std::string& name) const;

    HandOver words() const;
    std::vector<int> descriptors() const;  // in the order of the words
    // Nothing when the words and the files do not fit together.
    static std::optional<ServerFiles> of(const HandOver& words, std::vector<Descriptor> files);

private:
    std::map<HandedFile, Descriptor> files_;
};

// Where they lie. An empty name: there is none.
struct ServerFilePlaces {
    std::string config, token, certificate, key, access_log, log;
};
// Logs stay where they were when the server was started.
ServerFilePlaces file_places(const Config& config, const std::string& config_file, const Config& at_start);

// What cannot be opened is told, and is not among them.
ServerFiles open_server_files(const ServerFilePlaces& places, const Log& log);
// Both, or why not.
Result<ServerFiles> open_tls_files(const ServerFilePlaces& places);

}  // namespace mirrorseed::app
