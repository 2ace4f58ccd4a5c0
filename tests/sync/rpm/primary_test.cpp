#include "sync/rpm/primary.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mirrorseed::sync::rpm {
namespace {

const std::string zeros(64, '0');
const std::string name = "<name>bash</name><arch>x86_64</arch>",
                  sum = "<checksum type=\"sha256\" pkgid=\"YES\">" + zeros + "</checksum>",
                  place = "<location href=\"Packages/b/bash.rpm\"/>",
                  size = "<size package=\"7\" installed=\"9\"/>";

std::string package(const std::string& inner) {
    return "<package type=\"rpm\">" + inner + "</package>";
}

struct Read {
    std::vector<Package> packages;
    std::string fault;
};

Read read(const std::string& inner, const std::string& root = "metadata") {
    Read read;
    PrimaryReader reader([&](Package&& package) {
        read.packages.push_back(std::move(package));
        return Status();
    });
    auto status = reader.read(as_bytes("<" + root + " xmlns:rpm=\"r\">" + inner + "</" + root + ">"));
    if (status) status = reader.finish();
    if (!status) read.fault = status.error().text();
    return read;
}

TEST(Primary, TellsPackages) {
    const auto told = read(
        package(name + "<version epoch=\"1\" ver=\"5.2\" rel=\"3.fc44\"/>" + sum + size + place +
                "<format><rpm:provides><rpm:entry name=\"x\" ver=\"9\"/></rpm:provides><name>other</name>"
                "<version ver=\"9\"/><file>/bin/sh</file></format>") +
        package(name + sum + size + place));
    ASSERT_EQ(told.packages.size(), 2u) << told.fault;
    const auto& bash = told.packages[0];
    EXPECT_EQ(bash.name, "bash");
    EXPECT_EQ(bash.architecture, "x86_64");
    EXPECT_EQ(bash.evr.epoch + ":" + bash.evr.version + "-" + bash.evr.release, "1:5.2-3.fc44");
    EXPECT_EQ(bash.path.str(), "Packages/b/bash.rpm");
    EXPECT_EQ(bash.size, Bytes{7});
    EXPECT_EQ(bash.sum.hex(), zeros);
    EXPECT_EQ(told.packages[1].evr.version, "") << "nothing is left of the one before";
}

TEST(Primary, RefusesWhatLacksAnythingOrLeadsOut) {
    const auto faulty = [](const std::string& inner, const char* what) {
        const auto told = read(package(inner));
        EXPECT_NE(told.fault.find(what), std::string::npos) << told.fault;
        EXPECT_TRUE(told.packages.empty());
    };
    faulty(sum + size + place, "it has no name");
    faulty(name + size + place, "no place, no size or no sum");
    faulty(name + sum + place, "no place, no size or no sum");
    faulty(name + sum + size, "the package \"bash\": it has no place");
    faulty(name + sum + size + "<location href=\"../x\"/>", "\"../x\" is a path outside of the repository");
    faulty(name + sum + size + "<location href=\"/x\"/>", "outside of the repository");
    faulty(name + sum + size + "<location xml:base=\"http://y/\" href=\"x\"/>", "it lies at another place");
    faulty(name + sum + "<size package=\"many\"/>", "\"many\" is no size");
    faulty(name + "<checksum type=\"sha256\">12</checksum>", "is no SHA-256");
    faulty("<name>a</name>" + sum + size + place, "\"\" is no architecture");
    faulty("<name>a</name><arch>x\ny</arch>" + sum + size + place, "is no architecture");
    faulty("<arch>x</arch><name>" + std::string(300, 'x') + "</name>" + sum + size + place, "too long");
    EXPECT_NE(read("", "filelists").fault.find("it is no primary index"), std::string::npos);
    EXPECT_EQ(read("").fault, "");
}

}  // namespace
}  // namespace mirrorseed::sync::rpm
