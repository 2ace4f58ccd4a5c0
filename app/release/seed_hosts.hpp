// Which hosts of web seeds answer nothing, so that each is waited for once and not for each of its URLs.
#pragma once

#include "torrentgen/seed_checker.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace mirrorseed::app {

// Of one run of care. Safe from any thread.
class SeedHosts {
public:
    struct Silence {
        HttpFault fault{};
        std::string text{};
    };

    // Nothing: ask it, and tell what came of it. Waits while somebody else asks a host that nobody has heard
    // of.
    std::optional<Silence> silence_of(const std::string& host);
    // A host that has never answered is given up at once, another one when it was silent three times in a
    // row.
    void was_silent(const std::string& host, Silence silence);
    void answered(const std::string& host);

private:
    struct Host {
        bool has_answered = false, is_asked = false;
        unsigned silent = 0;  // times in a row
        Silence last{};
    };
    static bool is_given_up(const Host& host);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Host> hosts_;
};

// Asks as `asker` does, but those no more that are given up: the answer is then why.
std::unique_ptr<torrentgen::SeedAsker> minding_hosts(std::unique_ptr<torrentgen::SeedAsker> asker,
                                                     SeedHosts& hosts);

}  // namespace mirrorseed::app
