#include "app/release/seed_hosts.hpp"

#include <utility>

namespace mirrorseed::app {
namespace {

using torrentgen::SeedAnswer;
using torrentgen::SeedQuestion;

// Not even a head came. A host that sends us elsewhere answers.
bool is_silence(const SeedAnswer& answer) {
    if (!answer.fault || answer.status != 0) return false;
    switch (*answer.fault) {
        case HttpFault::no_address:
        case HttpFault::no_connection:
        case HttpFault::timed_out:
            return true;
        default:
            return false;
    }
}

class MindingHosts final : public torrentgen::SeedAsker {
public:
    MindingHosts(std::unique_ptr<SeedAsker> asker, SeedHosts& hosts)
        : asker_(std::move(asker)), hosts_(hosts) {}

    SeedAnswer ask(const SeedQuestion& question, std::chrono::steady_clock::duration at_most) override {
        const auto host = question.url.authority();
        if (const auto silence = hosts_.silence_of(host)) {
            SeedAnswer answer;
            answer.fault = silence->fault;
            answer.fault_text = silence->text;
            return answer;
        }
        try {
            auto answer = asker_->ask(question, at_most);
            if (is_silence(answer))
                hosts_.was_silent(host, {*answer.fault, answer.fault_text});
            else
                hosts_.answered(host);
            return answer;
        } catch (...) {
            hosts_.answered(host);  // nobody waits for a word that never comes
            throw;
        }
    }

private:
    std::unique_ptr<SeedAsker> asker_;
    SeedHosts& hosts_;
};

}  // namespace

bool SeedHosts::is_given_up(const Host& host) {
    return host.silent >= (host.has_answered ? 3U : 1U);
}

std::optional<SeedHosts::Silence> SeedHosts::silence_of(const std::string& name) {
    std::unique_lock lock(mutex_);
    auto& host = hosts_[name];
    changed_.wait(lock, [&] { return !host.is_asked || host.has_answered; });
    if (is_given_up(host)) return host.last;
    host.is_asked = true;
    return std::nullopt;
}

void SeedHosts::was_silent(const std::string& name, Silence silence) {
    const std::lock_guard lock(mutex_);
    auto& host = hosts_[name];
    host.is_asked = false;
    ++host.silent;
    host.last = std::move(silence);
    changed_.notify_all();
}

void SeedHosts::answered(const std::string& name) {
    const std::lock_guard lock(mutex_);
    auto& host = hosts_[name];
    host.is_asked = false;
    host.has_answered = true;
    host.silent = 0;
    changed_.notify_all();
}

std::unique_ptr<torrentgen::SeedAsker> minding_hosts(std::unique_ptr<torrentgen::SeedAsker> asker,
                                                     SeedHosts& hosts) {
    return std::make_unique<MindingHosts>(std::move(asker), hosts);
}

}  // namespace mirrorseed::app
