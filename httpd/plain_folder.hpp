// A folder of the operator's, served as it stands: `mirrorseed serve DIR`.
//
// Files are opened beneath the folder and without the kernel following links
// (core/system/folder.hpp); links that stay inside are followed in our own steps, and where
// others lead is not told. Pipes and devices are absent. An ETag is made from size and modification time.
#pragma once

#include "httpd/link_walk.hpp"
#include "httpd/source.hpp"
#include "httpd/troubles.hpp"

#include "core/clock.hpp"
#include "core/system/folder.hpp"

#include <memory>
#include <string>

namespace mirrorseed::httpd {

class PlainFolder final : public Source {
public:
    enum class Pages { sandboxed, trusted };  // its HTML and XML, as ContentFacts::sandboxed says
    // What is given: all that we may read, or only what everybody may, by the modes of all below the folder.
    enum class Gives { what_we_may_read, what_all_may_read };
    struct Manner {
        Pages pages;
        Gives gives;
    };
    static constexpr Manner usual{Pages::sandboxed, Gives::what_we_may_read};
    static Result<std::unique_ptr<PlainFolder>> open(const std::string& path,
                                                     std::shared_ptr<Troubles> troubles,
                                                     Manner manner = usual, Clock clock = system_clock());

    Found find(const RelPath& path, Spelling spelling) override;
    Found find_own(const OwnPath& own) override;

private:
    PlainFolder(std::shared_ptr<const Folder> folder, std::shared_ptr<Troubles> troubles, Manner manner,
                Clock clock)
        : folder_(std::move(folder)),
          troubles_(std::move(troubles)),
          manner_(manner),
          clock_(std::move(clock)) {}
    Refused refusal(const Error& error) const;
    Found find_at(const RelPath& place, const RelPath& asked, Spelling spelling) const;
    Found file(const RelPath& place, const RelPath& asked) const;
    Found listing(const RelPath& place) const;
    std::optional<Stop> look_at(const RelPath& place, std::optional<Error>* failed = nullptr) const;

    std::shared_ptr<const Folder> folder_;  // shared with what was found in it
    std::shared_ptr<Troubles> troubles_;
    Manner manner_;
    Clock clock_;
};

}  // namespace mirrorseed::httpd
