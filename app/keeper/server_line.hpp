// The keeper's end of what it and its server say to each other (app/keeper/server_words.hpp).
#pragma once

#include "app/keeper/server_files.hpp"
#include "app/keeper/server_words.hpp"
#include "app/keeper/silence.hpp"
#include "core/system/packet_pipe.hpp"
#include "core/system/packet_socket.hpp"

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
    std::vector<int> for_server() const { return {packets_.hearer.get(), texts_.writer.get()}; }
    std::string in_environment() const;
    // To wait for words at; -1 while there is no server.
    int socket() const noexcept { return texts_.reader.get(); }

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
    // Lost likewise.
    bool ask_swarms(const SwarmsAsked& question, const Descriptor& sheet);
    // False where it was not heard.
    bool tell_comes(const FileComes& file, const Descriptor& part);
    // That it came, or is lost. False where it was not heard; whoever waits for it gives up by the clock.
    bool tell_end(const KeeperWord& word);
    // Said again only when it is another text.
    void tell_live(std::string json);

private:
    Orphans orphans_;
    // The server's ends stay open here too, so that its own end is none of the line.
    PacketPair packets_;
    PacketPipe texts_;
    std::optional<ServerCounts> counts_;
    Silence silence_;
    std::string live_;
};

}  // namespace mirrorseed::app
