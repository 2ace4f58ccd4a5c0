// Chance that nobody foresees, for choosing pieces.
#pragma once

#include "torrentgen/seed_choice.hpp"

namespace mirrorseed::torrentgen {

Dice fair_dice();

}  // namespace mirrorseed::torrentgen
