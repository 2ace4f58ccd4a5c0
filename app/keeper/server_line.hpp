// The keeper's end of what it and its server say to each other (app/keeper/server_words.hpp).
#pragma once

#include "app/keeper/server_files.hpp"
#include "app/keeper/server_words.hpp"
#include "app/keeper/silence.hpp"
#include "core/system/folder.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mirrorseed::app {

class ServerLine {
public:
    // What a server does when its keeper is gone.
    enum class Orphans { serve_on, end };
    explicit ServerLine(Orphans orphans) : orphans_(orphans) {}

    // A line for the server that is started next, and for nobody else: what a fallen one left behind hears
    // and says nothing on it.
    Status begin_anew();
    // Its server has ended; nobody else has a say.
    void end();
    // What that server inherits, and how it knows of it.
    int for_server() const noexcept { return servers_.get(); }
    std::string in_environment() const;
    // To wait for words at; -1 while there is no server.
    int socket() const noexcept { return ours_.get(); }

    // What the server said since, beside that it is alive. Once in each round, before anybody judges its
    // silence.
    std::vector<ServerWord> hear();
    // It speaks as often as it should.
    bool is_well() const;
    // It said nothing for so long that it is of no more use.
    bool is_silent() const;
    const std::optional<ServerCounts>& counts() const noexcept { return counts_; }

    // Lost where the server reads nothing; then it is silent too.
    bool hand_over(const ServerFiles& files);
    // Said again only when it is another text.
    void tell_live(std::string json);

private:
    Orphans orphans_;
    Descriptor ours_, servers_;  // both stay open, so that a server's end is no end of the line
    std::optional<ServerCounts> counts_;
    Silence silence_;
    std::string live_;
};

}  // namespace mirrorseed::app
