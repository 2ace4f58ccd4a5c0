#include "tests/parsed_once.hpp"
