// What nearly every test reads, precompiled as core/parsed_once.hpp is for the rooms.
#pragma once

#include "core/parsed_once.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
