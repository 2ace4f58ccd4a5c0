// The packages of a repository, as its primary index tells them. Pure, and bounded in memory.
#pragma once

#include "core/checksum.hpp"
#include "core/rel_path.hpp"
#include "core/result.hpp"
#include "core/units.hpp"
#include "sync/rpm/evr.hpp"
#include "sync/xml_reader.hpp"

#include <functional>
#include <memory>
#include <string>

namespace mirrorseed::sync::rpm {

struct Package {
    std::string name{}, architecture{};
    Evr evr{};
    RelPath path{};  // within the repository
    Bytes size = 0;
    Checksum sum{};
};

class PrimaryReader {
public:
    explicit PrimaryReader(std::function<Status(Package&&)> seen);
    ~PrimaryReader();

    // Refuses what is no primary index, a package that lacks what every one has, and a path outside.
    Status read(ByteSpan bytes);
    Status finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mirrorseed::sync::rpm
