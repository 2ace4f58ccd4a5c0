#include "core/parsed_once.hpp"
