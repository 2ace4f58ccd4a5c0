// Long texts that are being sent or kept, each of them once.
//
// A listing that is asked for many times, by many who do not read, is made anew where nothing tells whether
// the last one still holds; but who is sent the same bytes is sent the same copy. Safe from any thread; what
// was handed out may outlive this.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace mirrorseed::httpd {

using SharedText = std::shared_ptr<const std::string>;

class SharedTexts {
public:
    SharedTexts();
    // `name`: the same for the same bytes alone, such as their hash.
    SharedText share(const std::string& name, std::string&& text);
    // How many are there.
    std::size_t count() const;

private:
    struct Table;
    std::shared_ptr<Table> table_;
};

}  // namespace mirrorseed::httpd
