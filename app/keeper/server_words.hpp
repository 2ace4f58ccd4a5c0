// All that a server and its keeper say to each other, over a socket and a pipe that the server inherits.
//
// The server faces strangers and may have fallen to one: it has these few words and no other way to its
// keeper. Pure. A message is a line: a word, and what belongs to it.
#pragma once

#include "core/digest.hpp"
#include "core/rel_path.hpp"
#include "httpd/awaited.hpp"
#include "httpd/tracker_facts.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mirrorseed::app {

// Where a server finds its ends: the numbers of the descriptors, in the environment. At the first it hears,
// at the second it speaks.
constexpr const char* keeper_line_variable = "MIRRORSEED_KEEPER";
constexpr std::string_view ends_with_keeper = " and no longer";  // behind it

// Said by the server every second as long as its loops go round; first when all its addresses are open.
struct ServerCounts {
    std::uint64_t connections = 0;  // open now
    std::uint64_t requests = 0, bytes_sent = 0;
    std::optional<httpd::TrackerFacts> tracker{};  // where it is on
    bool operator==(const ServerCounts&) const = default;
};

// The file of this content is not as it was left.
struct LooksChanged {
    Digest content;
    bool operator==(const LooksChanged&) const = default;
};

// Somebody who has the token wants the tree's upstreams looked at.
struct SyncAsked {
    std::string tree;
    bool operator==(const SyncAsked&) const = default;
};

// What was asked for stands in the file that came with the question.
struct SwarmsTold {
    std::uint64_t number = 0;  // of the question
    bool operator==(const SwarmsTold&) const = default;
};

// Readers wait for a file that the tree does not hold, or one that came so is used.
struct FileWanted {
    httpd::WantedContent file;
    bool operator==(const FileWanted&) const = default;
};

using ServerWord = std::variant<ServerCounts, LooksChanged, SyncAsked, SwarmsTold, FileWanted>;
std::string to_text(const ServerWord& word);
std::optional<ServerWord> parse_server_word(std::string_view text);

// What a server that gave up root's rights can no longer open by itself. What is not among them stays as it
// is.
enum class HandedFile { config, token, certificate, key, access_log, log };

struct HandOver {
    std::vector<HandedFile> files;  // in the order in which they come with the message
    bool operator==(const HandOver&) const = default;
};

// What runs at the store just now, as JSON.
struct LiveText {
    std::string json;
    bool operator==(const LiveText&) const = default;
};

// Who is in which swarm, to be written into the file that comes with the message.
struct SwarmsAsked {
    std::uint64_t number = 0;
    bool operator==(const SwarmsAsked&) const = default;
};

// It cannot be had.
struct FileLost {
    httpd::WantedContent file;
    bool is_gone = false;  // no upstream has it; else it may be had a moment later
    bool operator==(const FileLost&) const = default;
};

// It comes, into the file that comes with the message. Any other that was told of before is nothing now.
struct FileComes {
    httpd::WantedContent file;
    bool operator==(const FileComes&) const = default;
};

// What came into that file is what it should be.
struct FileCame {
    httpd::WantedContent file;
    bool operator==(const FileCame&) const = default;
};

using KeeperWord = std::variant<HandOver, LiveText, SwarmsAsked, FileLost, FileComes, FileCame>;
std::string to_text(const KeeperWord& word);
std::optional<KeeperWord> parse_keeper_word(std::string_view text);

}  // namespace mirrorseed::app
