// One connection: requests in turn, each answered whole before the next is begun.
//
// A small object that its loop calls when something can go on; while nothing
// does, it holds no buffer. step() names what there is to do next.
#pragma once

#include "httpd/clients.hpp"
#include "httpd/event_loop.hpp"
#include "httpd/exchange.hpp"
#include "httpd/look_ups.hpp"
#include "httpd/outbox.hpp"
#include "httpd/peer_address.hpp"
#include "httpd/request_check.hpp"
#include "httpd/wire.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace mirrorseed::httpd {

struct LoopState;

class Connection final : public EventLoop::Watcher, public TimerWheel::Timer, private LookUps::Asker {
public:
    Connection(std::unique_ptr<Wire> wire, PeerAddress peer, LoopState& state);
    ~Connection() override;

    void on_ready(std::uint32_t events) override;
    // The server ends: what is being answered is finished, then the connection ends.
    void drain();
    // Ends now.
    void end();
    // It was served and asks for nothing more, or its client has as many as it may: it may be ended to make
    // room for others.
    bool can_make_room() const;

private:
    enum class Step { again, wait, other_turn, end };
    enum class Phase { requests, lingering, ended };
    enum class Waits {
        nothing,
        for_admission,
        for_head,
        idle,
        for_room,
        for_reader,
        for_credit,
        for_more,
        lingering
    };

    // Over which a reader's rate is judged.
    static constexpr std::chrono::seconds send_window{60};

    void admit();
    void take_turn();
    void keep_input();
    Step step();
    // Requests.
    Step begin_next();
    Step read_proxy_header();
    Step begin(std::string_view head);
    Step refuse(unsigned status, std::string_view reason);
    Step drop_body();
    Step read_more();
    void note_emptied(const Moved& moved);
    // Answers.
    Step find();
    Step look_up();
    bool asks_tracker(const Exchange& exchange) const;
    Step ask_tracker();
    void answer_as_tracker();
    Peer asker(const Exchange& exchange) const;
    bool make_room_for_file();
    Step wait_for_room();
    void on_found(ResourcePtr found) override;
    bool is_gone() const override { return phase_ == Phase::ended || peer_ended_; }
    Circumstances around(const Request& request) const;
    bool is_by_https(const Request& request) const;
    void answer();
    void answer(Answer answer);
    Step fill_outbox();
    Step send_outbox();
    PartFile::View look_at_part() const;
    Step wait_for_more(const PartFile::View& part);
    Step fetch_from_disk(const Span& span);
    Step look_again();
    void retire_sent();
    void count_and_log(const Exchange& exchange, bool completed);
    // The end.
    Step say_goodbye();
    Step linger();
    bool is_idle() const;
    bool is_asleep() const;
    bool wants_file() const;
    void note_want();
    void close();
    void dispose_if_unused();

    void on_time() override;
    void wait(Waits waits, std::chrono::milliseconds at_most);
    bool in_memory(const Span& span) const;
    Bytes allowance() const;
    bool is_deep_in_debt() const;
    std::chrono::milliseconds until_credit() const;
    void spend(Bytes bytes);
    Bytes taken_by_reader() const;
    Exchange& add_exchange();
    void ask_for_turn();

    LoopState& state_;
    std::unique_ptr<Wire> wire_;
    Outbox outbox_;
    ExchangeList exchanges_;  // begun and not wholly sent
    std::string kept_;        // received and not used, between the turns
    std::string_view input_;  // the same, during a turn
    TimerWheel::Time deadline_{}, armed_{};
    Bytes body_left_ = 0;  // of a request, to be dropped
    Bytes lingered_ = 0;
    Bytes taken_ = 0;            // by the reader, when the clock last looked
    Bytes in_memory_until_ = 0;  // of the file that is being sent
    PeerAddress peer_;
    std::shared_ptr<Client> client_;
    Phase phase_ = Phase::requests;
    Waits waits_ = Waits::nothing;
    bool admitted_ = false;        // it may be served
    bool counted_ = false;         // among its client's connections
    bool wants_file_ = false;      // and is counted so
    bool is_proxy_ = false;        // one that is trusted
    bool began_as_proxy_ = false;  // before a header told whom it speaks for
    bool proxy_header_comes_ = false;
    bool readable_ = false, writable_ = true, peer_ended_ = false;
    bool answering_ = false;  // the last exchange is not produced yet
    bool helped_ = false;     // a helper works for it
    bool turn_asked_ = false;
    bool is_spoilt_ = false;     // what it sends
    bool first_ = true;          // no request has come yet
    bool closes_ = false;        // after what is in the outbox
    bool asks_no_more_ = false;  // its client said so, and is known not to
};

}  // namespace mirrorseed::httpd
