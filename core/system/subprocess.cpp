#include "core/system/subprocess.hpp"

#include "core/system/subprocess_start.hpp"
#include "core/text.hpp"
#include "core/units.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace mirrorseed {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_kept_errors = 64 << 10;
constexpr std::size_t most_left_in_pipe = 1 << 20;  // the largest pipe that a user may ask for
constexpr auto patience = std::chrono::seconds(2);
// A program that writes line by line wakes its reader for every line, and most of the time of both goes into
// that. So after a small piece others get this long to come as well.
constexpr auto gathering = std::chrono::milliseconds(1);
constexpr std::size_t small_piece = 16 << 10;

// A stop becomes something that poll() sees.
class StopSignal {
public:
    explicit StopSignal(const std::stop_token& stop)
        : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), callback_(stop, Wake{event_.get()}) {}
    int get() const { return event_.get(); }

private:
    struct Wake {
        int event;
        void operator()() const noexcept {
            const std::uint64_t one = 1;
            [[maybe_unused]] const auto written = ::write(event, &one, sizeof one);
        }
    };
    Descriptor event_;
    std::stop_callback<Wake> callback_;
};

// Reads what comes until the program is over, and sees to it that it ends.
class Run {
public:
    Run(const Program& program, const ProgramWatch& watch, StartedProgram started)
        : program_(program),
          watch_(watch),
          child_(std::move(started.process)),
          output_(std::move(started.output)),
          errors_(std::move(started.errors)),
          stop_(watch.stop) {}

    Result<ProgramEnd> until_it_is_over() {
        const auto begun = Clock::now();
        next_tick_ = begun + watch_.tick_every;
        if (watch_.timeout.count() > 0) deadline_ = begun + watch_.timeout;
        while (!wait_once()) {
        }
        const auto status = child_.end();
        read_rest();
        if (end_) return *end_;
        if (!status) return unknown_end(name());
        if (WIFSIGNALED(*status)) answer_.signal = WTERMSIG(*status);
        if (WIFEXITED(*status)) answer_.exit_code = WEXITSTATUS(*status);
        return std::move(answer_);
    }

private:
    // True when the program is over.
    bool wait_once() {
        std::array<pollfd, 4> waiting{
            pollfd{child_.watch().get(), POLLIN, 0}, pollfd{gathers_ ? -1 : output_.get(), POLLIN, 0},
            pollfd{errors_.get(), POLLIN, 0}, pollfd{end_ ? -1 : stop_.get(), POLLIN, 0}};
        const int ready = ::poll(waiting.data(), waiting.size(), milliseconds_to_wait());
        if (ready < 0 && errno != EINTR) throw Failure(Error::last_system_error("cannot wait for a program"));
        gathers_ = false;
        if (ready > 0) {
            if (waiting[1].revents != 0) gathers_ = read_output() < small_piece;
            if (waiting[2].revents != 0) read_errors();
            if (waiting[3].revents != 0) stop_it(Error(Fault::refused, name() + " was stopped"));
        }
        look_at_the_clock();
        return ready > 0 && waiting[0].revents != 0;
    }

    int milliseconds_to_wait() const {
        if (gathers_) return static_cast<int>(gathering.count());
        auto until = end_ ? kill_at_ : next_tick_;
        if (!end_ && deadline_) until = std::min(until, *deadline_);
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
    }

    void look_at_the_clock() {
        const auto now = Clock::now();
        if (end_ && now >= kill_at_) {
            child_.signal(SIGKILL);
            kill_at_ = now + patience;
        }
        if (!end_ && deadline_ && now >= *deadline_)
            stop_it(Error(Fault::failed, name() + " was not done in time"));
        if (!end_ && now >= next_tick_) {
            next_tick_ = now + watch_.tick_every;
            if (watch_.tick) obey(watch_.tick());
        }
    }

    void obey(const Status& status) {
        if (!status) stop_it(status.error());
    }
    void stop_it(Error why) {
        if (end_) return;
        end_ = std::move(why);
        kill_at_ = Clock::now() + patience;
        child_.signal(SIGTERM);
        child_.signal(SIGCONT);
    }

    // What there is now, or nothing; the pipe is closed at its end.
    std::string_view read_piece(Descriptor& pipe) {
        const auto got = ::read(pipe.get(), buffer_.data(), buffer_.size());
        if (got > 0) return {buffer_.data(), static_cast<std::size_t>(got)};
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) pipe.close();
        return {};
    }
    std::size_t read_output() {
        const auto piece = read_piece(output_);
        if (!piece.empty() && !end_ && watch_.output) obey(watch_.output(piece));
        return piece.size();
    }
    std::size_t read_errors() {
        const auto piece = read_piece(errors_);
        answer_.errors.append(piece.substr(0, most_kept_errors - answer_.errors.size()));
        said_ += piece.size();
        if (watch_.most_errors > 0 && said_ > watch_.most_errors)
            stop_it(Error(Fault::failed,
                          name() + " says more than " + format_size(watch_.most_errors) + " of messages"));
        return piece.size();
    }
    // What the pipes still held. Bounded: something that left the group may go on writing.
    void read_rest() {
        for (std::size_t got = 0; output_.is_open() && got < most_left_in_pipe;) {
            const auto piece = read_output();
            if (piece == 0) break;
            got += piece;
        }
        for (std::size_t got = 0; errors_.is_open() && got < most_left_in_pipe;) {
            const auto piece = read_errors();
            if (piece == 0) break;
            got += piece;
        }
    }

    std::string name() const { return escape_text(program_.arguments.front()); }

    const Program& program_;
    const ProgramWatch& watch_;
    ChildProcess child_;
    Descriptor output_, errors_;
    StopSignal stop_;
    std::array<char, 65536> buffer_;
    ProgramEnd answer_;
    Bytes said_ = 0;            // on its standard error
    bool gathers_ = false;      // output that comes, before it is read
    std::optional<Error> end_;  // why it has to end
    Clock::time_point next_tick_, kill_at_;
    std::optional<Clock::time_point> deadline_;
};

}  // namespace

std::string ProgramEnd::text() const {
    if (signal == 0) return "ended with status " + std::to_string(exit_code);
    const char* name = ::sigdescr_np(signal);
    return "was killed by signal " + std::to_string(signal) + (name ? " (" + std::string(name) + ")" : "");
}

Result<ProgramEnd> run_program(const Program& program, const ProgramWatch& watch) {
    auto started = start_program(program);
    if (!started) return started.error();
    return Run(program, watch, std::move(*started)).until_it_is_over();
}

}  // namespace mirrorseed
