// Resources that one event loop asks its helpers for.
//
// Who wants what another waits for already waits with it: after a publish, many
// want the same at once. They share what is found where it still holds when it
// comes, so nobody gets an answer that is older than the request; where it does
// not, or nothing tells, all of them share the next look-up.
#pragma once

#include "httpd/descriptors.hpp"
#include "httpd/event_loop.hpp"
#include "httpd/helpers.hpp"
#include "httpd/resource_cache.hpp"
#include "httpd/source_shelf.hpp"
#include "httpd/timer_wheel.hpp"
#include "httpd/troubles.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace mirrorseed::httpd {

class LookUps {
public:
    class Asker {
    public:
        // Once, on the loop; the asker lives until then.
        virtual void on_found(ResourcePtr found) = 0;
        // Its client has ended, and waits for nothing any more.
        virtual bool is_gone() const { return false; }

    protected:
        ~Asker() = default;
    };

    LookUps(EventLoop& loop, Helpers& helpers, SourceShelf& shelf, ResourceCache& cache,
            Descriptors& descriptors, Troubles& troubles, SharedTexts& texts)
        : loop_(loop),
          helpers_(helpers),
          shelf_(shelf),
          cache_(cache),
          descriptors_(descriptors),
          troubles_(troubles),
          texts_(texts) {}
    LookUps(const LookUps&) = delete;
    LookUps& operator=(const LookUps&) = delete;

    void ask(Wanted wanted, std::shared_ptr<const Site> site, Asker& asker);
    // What was asked for until now is for those who asked.
    void keep_no_more() { ++eras_; }
    // Nobody waits any more for what may come.
    void end_waiting();
    std::uint64_t begun() const noexcept { return begun_; }

private:
    struct Work {
        Wanted wanted;
        std::shared_ptr<const Site> site;
        Asker& asker;
        std::optional<TimerWheel::Time> waits_until{};  // for a file that is not here yet
    };
    // To be finished in the same era.
    struct Course {
        bool shared = false;
        unsigned era = 0;
    };
    // A look-up that has begun: for those who had asked by then, beside its own asker, and those who asked
    // since.
    struct Begun {
        std::vector<Work> in_time{}, late{};
    };
    // For those who wait for a file that is brought.
    class Bell final : public TimerWheel::Timer {
    public:
        explicit Bell(LookUps& look_ups) : look_ups_(look_ups) {}
        void on_time() override { look_ups_.look_again(); }

    private:
        LookUps& look_ups_;
    };
    void ask(Work work);
    void begin(Work work, bool shared);
    void answer(Work work, const ResourcePtr& found);
    void look_again();
    void begin_for(std::vector<Work> all, const std::string& key);
    void finish(Work work, Course course, const ResourcePtr& found);

    EventLoop& loop_;
    Helpers& helpers_;
    SourceShelf& shelf_;
    ResourceCache& cache_;
    Descriptors& descriptors_;
    Troubles& troubles_;
    SharedTexts& texts_;
    std::unordered_map<std::string, Begun> begun_for_;  // by what was asked for
    std::vector<Work> parked_;                          // until the bell
    Bell bell_{*this};
    bool ends_ = false;
    unsigned eras_ = 0;
    std::uint64_t begun_ = 0;
};

}  // namespace mirrorseed::httpd
