// A folder of the operator's, served as it stands: `mirrorseed serve DIR`.
//
// Files are opened beneath the folder and without the kernel following links
// (core/system/folder.hpp); links that stay inside are followed in our own steps, and where
// others lead is not told. Pipes and devices are absent. An ETag is made from size and modification time.
#pragma once

#include "httpd/link_walk.hpp"
#include "httpd/source.hpp"

#include "core/clock.hpp"
#include "core/system/folder.hpp"

#include <memory>
#include <string>

namespace mirrorseed::httpd {

class PlainFolder final : public Source {
public:
    enum class Pages { sandboxed, trusted };  // its HTML and XML, as ContentFacts::sandboxed says
    static Result<std::unique_ptr<PlainFolder>> open(const std::string& path, Pages pages = Pages::sandboxed,
                                                     Clock clock = system_clock());

    Found find(const RelPath& path, Spelling spelling) override;
    Found find_own(const OwnPath& own) override;

private:
    PlainFolder(std::shared_ptr<const Folder> folder, Pages pages, Clock clock)
        : folder_(std::move(folder)), pages_(pages), clock_(std::move(clock)) {}
    Found find_at(const RelPath& place, const RelPath& asked, Spelling spelling) const;
    Found file(const RelPath& place, const RelPath& asked) const;
    Found listing(const RelPath& place) const;
    std::optional<Stop> look_at(const RelPath& place) const;

    std::shared_ptr<const Folder> folder_;  // shared with what was found in it
    Pages pages_;
    Clock clock_;
};

}  // namespace mirrorseed::httpd
