#include "app/keeper/control_service.hpp"

#include "app/command_line/progress_display.hpp"
#include "app/keeper/job.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>

namespace mirrorseed::app {
namespace json = boost::json;
namespace {

using std::chrono::milliseconds;

constexpr milliseconds glance{200};  // how soon a stop is noticed
constexpr milliseconds report_every{500};
constexpr int most_glances = 25;  // until the first line
constexpr std::size_t most_conversations = 32;

}  // namespace

ControlService::ControlService(ControlListener listener, JobTaker& taker, const Log& log)
    : listener_(std::move(listener)), taker_(taker), log_(log) {
    thread_ = std::thread([this] { listen(); });
}

ControlService::~ControlService() {
    stopping_ = true;
    listener_.stop();
    thread_.join();
}

void ControlService::listen() {
    while (!stopping_) {
        auto channel = listener_.accept(glance);
        std::erase_if(conversations_, [](Conversation& talk) {
            if (!talk.over) return false;
            talk.thread.join();
            return true;
        });
        if (!channel) log_.warning("{}", outside(channel.error().text()));
        if (!channel || !*channel) continue;
        if (conversations_.size() >= most_conversations) continue;  // and so the connection is closed
        auto& talk = conversations_.emplace_back();
        talk.thread = std::thread([this, &talk, kept = std::move(**channel)]() mutable {
            converse(std::move(kept));
            talk.over = true;
        });
    }
    for (auto& talk : conversations_)
        talk.thread.join();
}

void ControlService::converse(ControlChannel channel) {
    auto line = channel.receive(glance);
    for (int glances = 1; line && !*line && glances < most_glances && !stopping_; ++glances)
        line = channel.receive(glance);
    if (!line || !*line) return;
    json::error_code error;
    const auto request = json::parse(**line, error);
    const auto* object = error ? nullptr : request.if_object();
    if (object != nullptr && object->contains("ask")) {
        const bool is_of_swarms = object->at("ask") == "swarms";
        (void)channel.send(json::serialize(is_of_swarms ? swarms_json() : to_json(taker_.state())))
            .has_value();
        return;
    }
    if (object != nullptr && object->contains("push")) {
        const auto* tree = object->at("push").if_string();
        const bool is_noted = tree != nullptr && taker_.push(std::string(*tree));
        (void)channel.send(json::serialize(json::value{{"noted", is_noted}})).has_value();
        return;
    }
    const auto arguments =
        error ? Result<Arguments>(Error(Fault::bad_input, "no JSON")) : arguments_from_json(request);
    if (arguments && is_job(arguments->name())) return attend(channel, *arguments);
    const auto refusal =
        JobAnswer::failure(Error(Fault::bad_input, "the running mirrorseed knows no such command"));
    (void)channel.send(json::serialize(json::value{{"answer", to_json(refusal)}})).has_value();
}

json::value ControlService::swarms_json() {
    const auto swarms = taker_.swarms();
    return {{"swarms", swarms ? json::value(to_text(*swarms)) : json::value()}};
}

void ControlService::attend(ControlChannel& channel, const Arguments& arguments) {
    const auto ticket = taker_.add(arguments);
    auto answer = ticket->answer.get_future();
    RateMeter meter;
    while (answer.wait_for(report_every) != std::future_status::ready) {
        LiveState state{.progress = ticket->progress.view()};
        state.rate = meter.update(state.progress.bytes_done, report_every);
        const auto told = channel.send(json::serialize(json::value{{"progress", to_json(state)}}));
        // An asker sends nothing more, so whatever else is heard of it is that it has gone.
        if (!told || stopping_ || !channel.receive(milliseconds(0))) ticket->progress.request_stop();
    }
    (void)channel.send(json::serialize(json::value{{"answer", to_json(answer.get())}})).has_value();
}

}  // namespace mirrorseed::app
