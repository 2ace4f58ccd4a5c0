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
    explicit ServerLine(Orphans orphans);

    // What a server inherits; how it knows of it is left in the environment.
    int for_server() const noexcept { return servers_.get(); }
    int socket() const noexcept { return ours_.get(); }
    // Before another server is started, which shall hear nothing that was meant for the last one.
    void begin_anew();

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
    Descriptor ours_, servers_;
    std::optional<ServerCounts> counts_;
    Silence silence_;
    std::string live_;
};

}  // namespace mirrorseed::app
