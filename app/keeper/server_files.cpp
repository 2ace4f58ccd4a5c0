#include "app/keeper/server_files.hpp"

#include "core/log_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mirrorseed::app {
namespace {

constexpr Bytes longest_text = Bytes{4} << 20;

struct Named {
    HandedFile which;
    std::string ServerFilePlaces::*place;
};
constexpr std::array to_read{Named{HandedFile::config, &ServerFilePlaces::config},
                             Named{HandedFile::token, &ServerFilePlaces::token},
                             Named{HandedFile::certificate, &ServerFilePlaces::certificate},
                             Named{HandedFile::key, &ServerFilePlaces::key}};
constexpr std::array to_append{Named{HandedFile::access_log, &ServerFilePlaces::access_log},
                               Named{HandedFile::log, &ServerFilePlaces::log}};

Result<Descriptor> open_to_read(const std::string& place) {
    Descriptor file(::open(place.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    if (!file.is_open()) return Error::last_system_error("cannot open " + place);
    return file;
}

Result<Descriptor> open_to_append(const std::string& place) {
    const auto file = open_log_file(place);
    if (!file) return file.error();
    return Descriptor(*file);
}

}  // namespace

Descriptor ServerFiles::take(HandedFile which) {
    const auto at = files_.find(which);
    auto file = std::move(at->second);
    files_.erase(at);
    return file;
}

Result<std::string> ServerFiles::text(HandedFile which, const std::string& name) const {
    const auto& file = files_.at(which);
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto got = ::pread(file.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
        if (got < 0) return Error::last_system_error("cannot read " + name);
        if (got == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > longest_text)
            return Error(Fault::bad_input, name + " is longer than " + format_size(longest_text));
    }
}

HandOver ServerFiles::words() const {
    HandOver words;
    for (const auto& [which, file] : files_)
        words.files.push_back(which);
    return words;
}

std::vector<int> ServerFiles::descriptors() const {
    std::vector<int> descriptors;
    for (const auto& [which, file] : files_)
        descriptors.push_back(file.get());
    return descriptors;
}

std::optional<ServerFiles> ServerFiles::of(const HandOver& words, std::vector<Descriptor> files) {
    if (words.files.size() != files.size()) return std::nullopt;
    ServerFiles all;
    for (std::size_t i = 0; i < files.size(); ++i)
        all.add(words.files[i], std::move(files[i]));
    return all;
}

ServerFilePlaces file_places(const Config& config, const std::string& config_file, const Config& at_start) {
    const auto& server = config.server;
    const bool has_tls = !server.tls_listen.empty();
    return {.config = config_file,
            .token = server.admin_token_file,
            .certificate = has_tls ? server.tls_certificate : std::string(),
            .key = has_tls ? server.tls_key : std::string(),
            .access_log = at_start.server.access_log,
            .log = at_start.log.file};
}

ServerFiles open_server_files(const ServerFilePlaces& places, const Log& log) {
    ServerFiles files;
    const auto open_all = [&](const auto& some, auto open) {
        for (const auto& [which, place] : some) {
            if ((places.*place).empty()) continue;
            auto file = open(places.*place);
            if (!file)
                log.error("{}; what the server has of it stays", outside(file.error().text()));
            else
                files.add(which, std::move(*file));
        }
    };
    open_all(to_read, open_to_read);
    open_all(to_append, open_to_append);
    return files;
}

Result<ServerFiles> open_tls_files(const ServerFilePlaces& places) {
    ServerFiles files;
    auto certificate = open_to_read(places.certificate);
    if (!certificate) return certificate.error();
    auto key = open_to_read(places.key);
    if (!key) return key.error();
    files.add(HandedFile::certificate, std::move(*certificate));
    files.add(HandedFile::key, std::move(*key));
    return files;
}

}  // namespace mirrorseed::app
