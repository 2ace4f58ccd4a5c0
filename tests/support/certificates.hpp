// Certificates for a test, made by the openssl program: an authority, and servers that it has signed.
#pragma once

#include "tests/support/temp_folder.hpp"

#include <string>

namespace mirrorseed::test {

class Certificates {
public:
    Certificates();

    std::string authority() const { return folder_.at("ca.pem"); }
    // NAME.pem and NAME.key of a server whose names are `names`, such as "IP:127.0.0.1,DNS:localhost". It
    // ends after so many days; with -1 it has ended yesterday.
    void make(const std::string& name, const std::string& names, int days = 2) const;
    std::string chain(const std::string& name) const { return folder_.at(name + ".pem"); }
    std::string key(const std::string& name) const { return folder_.at(name + ".key"); }

private:
    TempFolder folder_ = TempFolder::in_memory();
};

}  // namespace mirrorseed::test
