// Words that the configs of all selections by metadata share, and what one is made by as text.
#pragma once

#include "core/glob.hpp"

#include <string>
#include <vector>

namespace mirrorseed::app {

// packages = "none"
inline bool is_metadata_alone(const std::vector<Glob>& packages) {
    return packages.size() == 1 && packages.front().str() == "none";
}

// Text that differs whenever the selection does.
class Terms {
public:
    void add(const char* name, const std::string& value) {
        text_.append(name).append("=").append(value).append(";");
    }
    void add(const char* name, unsigned value) { add(name, std::to_string(value)); }
    void add(const char* name, const std::vector<std::string>& values) {
        for (const auto& value : values)
            add(name, value);
    }
    void add(const char* name, const std::vector<Glob>& values) {
        for (const auto& value : values)
            add(name, value.str());
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

}  // namespace mirrorseed::app
