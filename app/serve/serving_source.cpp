#include "app/serve/serving_source.hpp"

#include "app/keeper/recovery.hpp"
#include "app/serve/stand_in.hpp"

#include <sys/stat.h>

#include <functional>
#include <utility>

namespace mirrorseed::app {
namespace {

FileIdentity identity_of(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return {};
    return {info.st_dev, info.st_ino};
}

class ServingSource final : public httpd::Source {
public:
    ServingSource(StorePlaces places, httpd::Published::Options options, std::shared_ptr<StandIn> stand_in,
                  std::shared_ptr<httpd::Troubles> troubles)
        : places_(std::move(places)),
          options_(std::move(options)),
          stand_in_(std::move(stand_in)),
          troubles_(std::move(troubles)) {
        // What stands in for a damaged catalogue takes its time, and a server that starts must be heard from.
        try {
            open(places_.catalogue_file(), identity_of(places_.catalogue_file()));
        } catch (const CatalogueTrouble& trouble) {
            if (!trouble.is_damage()) throw;
        }
    }

    httpd::Found find(const RelPath& path, httpd::Spelling spelling) override {
        return answer([&](httpd::Source& source) { return source.find(path, spelling); });
    }
    httpd::Found find_own(const httpd::OwnPath& own) override {
        return answer([&](httpd::Source& source) { return source.find_own(own); });
    }

    std::optional<FileFacts> look_again(const Digest& digest, const Descriptor& file) override {
        return source_ ? source_->look_again(digest, file) : std::nullopt;
    }

private:
    httpd::Found answer(const std::function<httpd::Found(httpd::Source&)>& ask) {
        const auto now = identity_of(places_.catalogue_file());
        if (now != opened_) source_.reset();
        try {
            if (!source_) open(places_.catalogue_file(), now);
            return ask(*source_);
        } catch (const CatalogueTrouble& trouble) {
            source_.reset();
            if (!trouble.is_damage()) throw;
        }
        open(stand_in_->file(now), now);
        return ask(*source_);
    }

    void open(const std::string& catalogue, FileIdentity identity) {
        options_.catalogue = catalogue;
        source_ = httpd::Published::open(options_, troubles_).value();
        opened_ = identity;
    }

    StorePlaces places_;
    httpd::Published::Options options_;
    std::shared_ptr<StandIn> stand_in_;
    std::shared_ptr<httpd::Troubles> troubles_;
    std::unique_ptr<httpd::Published> source_;
    FileIdentity opened_{};
};

}  // namespace

httpd::SourceFactory serving_sources(const StorePlaces& places, std::shared_ptr<const SigningKey> signing_key,
                                     const httpd::Describing& describing, httpd::GraceOf grace,
                                     httpd::PublishedStore::Doubt doubt, const Log& log) {
    const httpd::Published::Options options{
        .store = places.store,
        .catalogue = {},
        .signing_key = std::move(signing_key),
        .watch = std::make_shared<httpd::PublishedWatch>(places.catalogue_file()),
        .describing = describing,
        .doubt = std::move(doubt),
        .grace = std::move(grace)};
    const auto build = [store = places.store](const std::string& file) {
        return rebuild_for_reading(store, file);
    };
    return [=, stand_in = std::make_shared<StandIn>(build, log),
            troubles = std::make_shared<httpd::Troubles>(log)] {
        return std::make_unique<ServingSource>(places, options, stand_in, troubles);
    };
}

}  // namespace mirrorseed::app
