#include "tests/support/certificates.hpp"

#include <cstdlib>
#include <stdexcept>

namespace mirrorseed::test {
namespace {

void run(const std::string& command) {
    if (std::system((command + " 2>/dev/null").c_str()) != 0)
        throw std::runtime_error("\"" + command + "\" failed; scripts/setup --tests installs openssl");
}

const std::string new_key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

}  // namespace

Certificates::Certificates() {
    run("openssl req -x509 " + new_key + " -subj /CN=Test -days 2 -keyout " + folder_.at("ca.key") +
        " -out " + authority());
}

void Certificates::make(const std::string& name, const std::string& names, int days) const {
    const auto request = folder_.at(name + ".csr");
    run("openssl req " + new_key + " -subj /CN=" + name + " -addext subjectAltName=" + names + " -keyout " +
        key(name) + " -out " + request);
    run("openssl x509 -req -in " + request + " -copy_extensions copyall -CA " + authority() + " -CAkey " +
        folder_.at("ca.key") + " -days " + std::to_string(days) + " -out " + chain(name));
}

}  // namespace mirrorseed::test
