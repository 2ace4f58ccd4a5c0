#include "httpd/look_ups.hpp"

#include "httpd/own_paths.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <memory>
#include <utility>

namespace mirrorseed::httpd {
namespace {

constexpr std::size_t shortest_shared = 16 << 10;

// Of one loop, for files that are brought.
constexpr std::size_t most_parked = 256;
constexpr std::ptrdiff_t most_parked_of_client = 16;
constexpr std::chrono::milliseconds between_looks{50};

// Some of what is the server's own depends on who asks.
bool may_be_shared(const Wanted& wanted) {
    return is_reading(wanted.method) && wanted.bearer.empty() && is_open_to_pages(wanted.target);
}

std::string key_of(const Wanted& wanted) {
    return std::string(wanted.target).append("\n").append(wanted.likes.word());
}

ResourcePtr refusal(Resource resource) {
    return std::make_shared<const Resource>(std::move(resource));
}

ResourcePtr on_its_way() {
    return refusal({.status = 503, .reason = "this file is on its way here"});
}

// Nobody has seen all of its bytes, so nothing vouches for them and nobody is to keep them.
ResourcePtr read_along(const Awaited& file, const std::shared_ptr<const PartFile>& part, const Site& site) {
    ContentFacts facts;
    facts.size = file.size;
    facts.media_type = file.media_type;
    facts.cache_control = cache_control_of(Caching::never);
    facts.is_settled = false;
    Resource resource{.kind = Resource::Kind::content, .content = Content(std::move(facts), site.cors())};
    resource.file = part->file();
    resource.part = part;
    resource.cors = site.cors();
    return std::make_shared<const Resource>(std::move(resource));
}

// For what asks no source.
class NoSource final : public Source {
public:
    Found find(const RelPath&, Spelling) override { return Refused{404, {}}; }
    Found find_own(const OwnPath&) override { return Refused{404, {}}; }
};

Resource find_without_source(const Wanted& wanted, const Site& site) {
    NoSource none;
    return find_resource(wanted, none, site);
}

// A commit may have changed nothing of it, as most of a sync's do not, and then nothing is made anew.
bool is_as_it_was(const ResourcePtr& kept, SourceShelf& shelf) {
    if (!kept) return false;
    try {
        return shelf.with([&](Source& source) {
            source.catch_up();
            return kept->still_holds() == Holds::yes;
        });
    } catch (const std::exception&) {
        return false;  // whoever looks it up anew tells what is wrong
    }
}

// What throws is a broken world for this request alone.
template <class Find>
ResourcePtr look(const Wanted& wanted, const Find& find, OpenFiles& files, SharedTexts& texts,
                 Troubles& troubles) {
    try {
        auto found = find();
        if (found.file) found.file = files.share(std::move(found.file));
        // A listing is named by its hash.
        if (found.by_likes && found.bytes.size() >= shortest_shared) {
            found.text = texts.share(found.content.facts().etag, std::move(found.bytes));
            found.bytes.clear();
        }
        return std::make_shared<const Resource>(std::move(found));
    } catch (const Failure& failure) {
        if (passes_by_itself(trouble_of(failure.error())))
            return refusal({.status = 503, .reason = told_as_passing(troubles, failure.error())});
        troubles.tell(Trouble::catalogue, "cannot answer {}: {}", outside(wanted.target),
                      outside(failure.what()));
        return refusal({.status = 500});
    } catch (const std::exception& error) {
        troubles.tell(Trouble::catalogue, "cannot answer {}: {}", outside(wanted.target),
                      outside(error.what()));
        return refusal({.status = 500});
    }
}

}  // namespace

void LookUps::ask(Wanted wanted, std::shared_ptr<const Site> site, Asker& asker) {
    ask(Work{std::move(wanted), std::move(site), asker});
}

void LookUps::ask(Work work) {
    if (!may_be_shared(work.wanted)) return begin(std::move(work), false);
    const auto key = key_of(work.wanted);
    if (const auto begun = begun_for_.find(key); begun != begun_for_.end()) {
        begun->second.late.push_back(std::move(work));
        return;
    }
    begun_for_.emplace(key, Begun());
    begin(std::move(work), true);
}

void LookUps::begin_for(std::vector<Work> all, const std::string& key) {
    if (all.empty()) return;
    // Who asked last asked what is served now.
    auto first = std::move(all.back());
    all.pop_back();
    begun_for_.emplace(key, Begun{std::move(all), {}});
    begin(std::move(first), true);
}

void LookUps::begin(Work work, bool shared) {
    ++begun_;
    descriptors_.begin_look_up();
    const Course course{shared, eras_};
    const auto waits_for = what_it_waits_for(work.wanted);
    auto kept = waits_for == WaitsFor::source ? cache_.doubtful(work.wanted) : ResourcePtr();
    auto do_it = [this, waits_for, kept = std::move(kept), work = std::move(work), course]() mutable {
        const auto find = [&] {
            if (waits_for != WaitsFor::source) return find_without_source(work.wanted, *work.site);
            return shelf_.with(
                [&](Source& source) { return find_resource(work.wanted, source, *work.site); });
        };
        auto found = is_as_it_was(kept, shelf_)
                         ? std::move(kept)
                         : look(work.wanted, find, descriptors_.files(), texts_, troubles_);
        loop_.post([this, work = std::move(work), course, found = std::move(found)]() mutable {
            finish(std::move(work), course, found);
        });
    };
    switch (waits_for) {
        case WaitsFor::nothing:
            return do_it();
        case WaitsFor::source:
            return helpers_.look_ups.post(std::move(do_it));
        case WaitsFor::status:
            return helpers_.status.post(std::move(do_it));
    }
}

void LookUps::finish(Work work, Course course, const ResourcePtr& found) {
    descriptors_.end_look_up();
    const bool of_today = course.era == eras_;
    if (of_today) cache_.keep(work.wanted, found);
    Begun others;
    if (course.shared) {
        const auto key = key_of(work.wanted);
        others = std::move(begun_for_.extract(key).mapped());
        const bool is_fresh = of_today && found->still_holds && found->still_holds() == Holds::yes;
        auto& late = others.late;
        if (!is_fresh) begin_for(std::exchange(late, {}), key);
        std::move(late.begin(), late.end(), std::back_inserter(others.in_time));
    }
    answer(std::move(work), found);
    for (auto& other : others.in_time)
        answer(std::move(other), found);
}

// Whoever asks for a file that is not here waits for it, a while and not beside too many others. HEAD brings
// nothing.
void LookUps::answer(Work work, const ResourcePtr& found) {
    if (found->kind != Resource::Kind::awaited || work.wanted.method != Method::get)
        return work.asker.on_found(found);
    const auto& site = *work.site;
    const auto& client = work.wanted.peer.address;
    if (!work.waits_until) work.waits_until = loop_.now() + site.longest_wait;
    const auto of_client = std::count_if(parked_.begin(), parked_.end(), [&](const Work& other) {
        return other.wanted.peer.address == client;
    });
    const bool may_wait = !ends_ && loop_.now() < *work.waits_until && parked_.size() < most_parked &&
                          of_client < most_parked_of_client;
    const auto [fate, part] = !site.want  ? Prospect{AwaitedFate::nobody_brings}
                              : !may_wait ? Prospect{AwaitedFate::late}
                                          : site.want(found->awaited, client);
    if (part && work.wanted.is_plain) return work.asker.on_found(read_along(found->awaited, part, site));
    if (fate == AwaitedFate::nobody_brings || fate == AwaitedFate::gone)
        return work.asker.on_found(refusal({}));
    if (fate == AwaitedFate::late) return work.asker.on_found(on_its_way());
    parked_.push_back(std::move(work));
    if (!bell_.is_set()) loop_.timers().set(bell_, loop_.now() + between_looks);
}

void LookUps::look_again() {
    for (auto& work : std::exchange(parked_, {}))
        if (work.asker.is_gone())
            work.asker.on_found(on_its_way());
        else
            ask(std::move(work));
}

void LookUps::end_waiting() {
    ends_ = true;
    look_again();
}

}  // namespace mirrorseed::httpd
