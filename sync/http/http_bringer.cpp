#include "sync/http/http_bringer.hpp"

#include "core/http/http_fault.hpp"
#include "core/http/http_pace.hpp"
#include "sync/http/http_answer.hpp"
#include "sync/http/http_question.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <limits>

namespace mirrorseed::sync {
namespace {

namespace asio = boost::asio;

// Where the body of one file goes.
class FileSink final : public HttpSink {
public:
    FileSink(const HttpLane& lane, Orders& orders, Order& order, Intake& intake, HttpUrl asked,
             Progress& progress)
        : lane_(lane),
          orders_(orders),
          order_(order),
          intake_(&intake),
          asked_(std::move(asked)),
          progress_(progress),
          pace_(lane.site.manners.min_rate, std::chrono::steady_clock::now()) {}

    Result<Use> begin(const HttpResponse& head) override {
        const auto good = check_head(head, asked_, order_);
        if (!good) return good.error();
        if (head.status == 206) return begin_rest(head);
        if (intake_->size() > 0) {
            const auto fresh = orders_.start_over(order_);
            if (!fresh) return fresh.error();
            intake_ = *fresh;
        }
        order_.part_validator = validator_of(head);
        told_ = told_of(head, order_);
        return Use::take;
    }

    asio::awaitable<Status> take(ByteSpan piece) override {
        const auto now = std::chrono::steady_clock::now();
        if (lane_.throttle.limits() && !pace_.goes_on(piece.size(), now - waited_))
            co_return http_error(HttpFault::too_slow, asked_.host() + " sends less than " +
                                                          format_rate(lane_.site.manners.min_rate));
        if (intake_->size() + piece.size() > most_bytes(order_))
            co_return Error(Fault::changed, asked_.shown() + " is larger than it was listed");
        const auto written = intake_->write(piece);
        if (!written) co_return written;
        progress_.bytes_done(piece.size());
        const auto wait = lane_.throttle.take(piece.size());
        if (wait <= TokenBucket::Wait(0)) co_return Status();
        waited_ += wait;
        asio::steady_timer timer(co_await asio::this_coro::executor, wait);
        co_await timer.async_wait(asio::use_awaitable);
        co_return Status();
    }

    // The server's answer does not go on where we stopped: whatever it is, the whole is asked for instead.
    bool was_wrong_part() const noexcept { return wrong_part_; }
    const Intake& intake() const noexcept { return *intake_; }
    const Told& told() const noexcept { return told_; }

private:
    Result<Use> begin_rest(const HttpResponse& head) {
        wrong_part_ = !is_rest_behind(head, intake_->size());
        if (wrong_part_)
            return Error(Fault::failed, head.url.shown() + " sends another part than was asked for");
        told_ = told_of(head, order_);
        return Use::take;
    }

    const HttpLane& lane_;
    Orders& orders_;
    Order& order_;
    Intake* intake_;
    HttpUrl asked_;
    Progress& progress_;
    HttpPace pace_;
    TokenBucket::Wait waited_{0};  // because of our own limit
    bool wrong_part_ = false;
    Told told_;
};

class Lane {
public:
    Lane(const HttpLane& lane, Orders& orders, Progress& progress)
        : lane_(lane), orders_(orders), progress_(progress) {}

    void run() {
        for (;;) {
            const auto taken = orders_.take(1, std::numeric_limits<Bytes>::max());
            if (taken.empty()) return;
            // Made for the first of them: it reads every certificate there is.
            if (!client_) client_ = BlockingHttpClient::make(lane_.site.client).value();
            for (auto* order : taken)
                bring(*order);
        }
    }

private:
    void bring(Order& order) {
        if (may_be_here_already(order) && is_confirmed(order)) return orders_.still_same(order);
        const auto intake = orders_.intake(order);
        if (!intake) return orders_.failed(order, intake.error(), Again::no);
        const auto part = (*intake)->size();
        const auto question = question_for(order, part);
        const bool starts_over = question.kind == HttpQuestion::Kind::whole && part > 0;
        if (!starts_over && ask(order, **intake, question)) return;
        const auto fresh = orders_.start_over(order);
        if (!fresh) return orders_.failed(order, fresh.error(), Again::no);
        if (!ask(order, **fresh, {}))
            orders_.failed(
                order, Error(Fault::failed, url_of(order).shown() + ": the server insists on sending parts"),
                Again::no);
    }

    // Whatever else the answer is, the question for the file itself will tell.
    bool is_confirmed(const Order& order) {
        const auto head =
            client_->fetch({.method = HttpMethod::head, .url = url_of(order), .limits = lane_.site.limits()},
                           nullptr, progress_.stop_token());
        return head && confirms_current(*head, order);
    }

    HttpUrl url_of(const Order& order) const { return file_url(lane_.root, order.item.path); }

    // False when the order is open still, and the whole is to be asked for.
    bool ask(Order& order, Intake& intake, const HttpQuestion& question) {
        HttpRequest request{.url = url_of(order), .fields = question.fields, .limits = lane_.site.limits()};
        request.limits.body = HttpLimits::any_size;
        if (lane_.throttle.limits()) request.limits.slowest = {};
        FileSink sink(lane_, orders_, order, intake, request.url, progress_);
        const auto response = client_->fetch(request, &sink, progress_.stop_token());
        if (!response && sink.was_wrong_part()) return false;
        if (!response) return fail(order, trouble_of(response.error())), true;
        switch (meaning_of(*response, question)) {
            case HttpMeaning::ask_for_whole:
                return false;
            case HttpMeaning::same:
                return orders_.still_same(order), true;
            case HttpMeaning::trouble:
                return fail(order, trouble_of(*response)), true;
            case HttpMeaning::file:
                break;
        }
        return finish(order, sink, *response), true;
    }

    void fail(Order& order, const HttpTrouble& trouble) {
        if (trouble.error.is(Fault::not_found)) lane_.absent(order.item.path);
        orders_.failed(order, trouble.error, trouble.again, trouble.asked);
    }

    void finish(Order& order, const FileSink& sink, const HttpResponse& response) {
        const auto whole = check_size(response, sink.intake().size(), order);
        if (!whole) return orders_.failed(order, whole.error(), Again::no);
        orders_.brought(order, sink.told());
    }

    const HttpLane& lane_;
    Orders& orders_;
    Progress& progress_;
    std::optional<BlockingHttpClient> client_;
};

}  // namespace

void bring_from_site(const HttpLane& lane, Orders& orders, Progress& progress) {
    Lane(lane, orders, progress).run();
}

}  // namespace mirrorseed::sync
