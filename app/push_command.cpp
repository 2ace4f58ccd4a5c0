#include "app/push_command.hpp"

#include "app/command_line/console.hpp"
#include "app/keeper/hand_over.hpp"
#include "app/keeper/job.hpp"
#include "app/push_words.hpp"
#include "app/wiring/wiring.hpp"
#include "core/system/control_socket.hpp"
#include "core/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdlib>
#include <string>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

constexpr std::chrono::seconds patience{20};

// Of the words nothing goes further than here.
std::string words_of_stranger() {
    const char* words = std::getenv("SSH_ORIGINAL_COMMAND");
    return words == nullptr ? std::string() : words;
}

Status note_push(const std::string& store, const std::string& tree) {
    const Error nobody(Fault::not_found, "no `mirrorseed run` looks after the store " + store);
    auto channel = ControlChannel::connect(store);
    if (!channel) return channel.error();
    if (!*channel) return nobody;
    const auto sent = (*channel)->send(json::serialize(json::value{{"push", tree}}));
    if (!sent) return sent;
    const auto line = (*channel)->receive(patience);
    if (!line) return line.error();
    if (!*line) return Error(Fault::busy, "the running mirrorseed does not answer");
    json::error_code error;
    const auto answer = json::parse(**line, error);
    const auto* object = error ? nullptr : answer.if_object();
    const auto* noted = object == nullptr ? nullptr : object->if_contains("noted");
    return noted != nullptr && noted->is_bool() && noted->get_bool() ? Status() : Status(nobody);
}

}  // namespace

Exit push_command(const Arguments& arguments) {
    const auto loaded = usable_config(arguments);
    if (!loaded) return Exit::usage;
    const auto known = check_trees(loaded->config, arguments);
    if (!known) return give_up(known.error(), Exit::usage);
    const auto tree = arguments.value("TREE").value_or("");
    if (!asks_for_look(words_of_stranger(), tree)) return Exit::done;
    const auto noted = note_push(places_of(loaded->config).store, tree);
    return noted ? Exit::done : give_up(noted.error(), Exit::failed);
}

}  // namespace mirrorseed::app
