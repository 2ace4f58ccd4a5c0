// A catalogue that cannot be read or written: a broken world, which is thrown.
#pragma once

#include "core/result.hpp"

namespace mirrorseed {

class CatalogueTrouble : public Failure {
public:
    using Failure::Failure;
    bool is_damage() const noexcept { return error().is(Fault::damaged); }
};

}  // namespace mirrorseed
