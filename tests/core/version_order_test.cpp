#include "core/version_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace mirrorseed {
namespace {

TEST(VersionOrder, VersionsOfOneThingDifferInTheirNumbersAlone) {
    EXPECT_EQ(thing_of("debian-12.9.0-amd64-netinst.iso"), thing_of("debian-9.13.0-amd64-netinst.iso"));
    EXPECT_EQ(thing_of("iso/2026.11.01/arch-2026.11.01-x86_64.iso"),
              thing_of("iso/2025.1.1/arch-2025.1.1-x86_64.iso"));
    EXPECT_NE(thing_of("debian-12.9.0-amd64.iso"), thing_of("debian-12.9-amd64.iso"));
    EXPECT_NE(thing_of("a-amd64.iso"), thing_of("a-arm64.iso"));
    EXPECT_EQ(thing_of("007"), thing_of("7"));
    EXPECT_EQ(thing_of(""), "");
}

TEST(VersionOrder, WhatANameTellsOfMachinesAndDiscsIsNoVersion) {
    const auto are_versions = [](std::string_view one, std::string_view other) {
        return thing_of(one) == thing_of(other);
    };
    for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
             {"debian-12.5.0-amd64-DVD-1.iso", "debian-12.5.0-amd64-DVD-2.iso"},
             {"debian-12.5.0-amd64-STICK16GB-1.iso", "debian-12.5.0-amd64-STICK16GB-2.iso"},
             {"FreeBSD-14.1-RELEASE-amd64-disc1.iso", "FreeBSD-14.1-RELEASE-amd64-disc2.iso"},
             {"CentOS-6.10-x86_64-bin-DVD1.iso", "CentOS-6.10-x86_64-bin-DVD2.iso"},
             {"a-9-cd1of2.iso", "a-9-cd2of2.iso"},
             {"12/i386/a-12.iso", "12/i686/a-12.iso"},
             {"a-1-arm32.img", "a-1-arm64.img"},
             {"a-1-armv6l.img", "a-1-armv7l.img"},
             {"a-1-x86.iso", "a-1-x64.iso"},
             {"linuxmint-21.3-cinnamon-64bit.iso", "linuxmint-21.3-cinnamon-32bit.iso"},
             {"a-1-win32.zip", "a-1-win64.zip"},
             {"thing-1.0-efi32.iso", "thing-1.0-efi64.iso"},
             {"20231109_raspi_3_bookworm.img.xz", "20231109_raspi_4_bookworm.img.xz"},
             {"ubuntu-24.04-armhf+raspi2.img.xz", "ubuntu-24.04-armhf+raspi3.img.xz"},
             {"haos_rpi3-64-13.0.img.xz", "haos_rpi4-64-13.0.img.xz"},
             {"SLE-15-SP5-Full-x86_64-GM-Media1.iso", "SLE-15-SP5-Full-x86_64-GM-Media2.iso"},
             {"openSUSE-11.0-CD1-x86_64.iso", "openSUSE-11.0-CD2-x86_64.iso"},
             {"a-9-disc1_amd64.iso", "a-9-disc2_amd64.iso"},
             {"slackware-14.2-install-d1.iso", "slackware-14.2-install-d2.iso"},
             {"thing-1.0-part1.iso", "thing-1.0-part2.iso"},
             {"CentOS-5.11-x86_64-bin-1of7.iso", "CentOS-5.11-x86_64-bin-2of7.iso"}})
        EXPECT_FALSE(are_versions(one, other)) << one << " and " << other;
    for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
             {"debian-12.5.0-amd64-DVD-1.iso", "debian-12.10.0-amd64-DVD-1.iso"},
             {"CentOS-7-x86_64-DVD-1908.iso", "CentOS-7-x86_64-DVD-2009.iso"},
             {"a-dvd-9.10.iso", "a-dvd-10.4.iso"},
             {"a-dvd-9-x86_64.iso", "a-dvd-10-x86_64.iso"},
             {"SLE-15-SP4-Full-x86_64-GM-Media1.iso", "SLE-15-SP5-Full-x86_64-GM-Media1.iso"},
             {"openSUSE-11.0-CD1-x86_64.iso", "openSUSE-11.1-CD1-x86_64.iso"},
             {"20231109_raspi_3_bookworm.img.xz", "20240109_raspi_3_bookworm.img.xz"},
             {"alpine-rpi-3.20.0.img.gz", "alpine-rpi-4.20.0.img.gz"},
             {"CentOS-5.10-x86_64-bin-1of7.iso", "CentOS-5.11-x86_64-bin-1of8.iso"},
             {"cutoff-9of.iso", "cutoff-8of.iso"},
             {"releases/40/Fedora-Server-dvd-x86_64-40-1.14.iso",
              "releases/41/Fedora-Server-dvd-x86_64-41-1.4.iso"},
             {"fix86.iso", "fix64.iso"},
             {"matrix-86.iso", "matrix-64.iso"},
             {"v12/x", "v13/x"}})
        EXPECT_TRUE(are_versions(one, other)) << one << " and " << other;
}

TEST(VersionOrder, GoesNumberByNumberHoweverLongTheyAre) {
    const std::vector<std::string> in_order{"a-9.9.iso",
                                            "a-9.10.iso",
                                            "a-10.2.iso",
                                            "a-10.010.iso",
                                            "a-10.10.iso",
                                            "a-10.99999999999999999999998.iso",
                                            "a-10.99999999999999999999999.iso",
                                            "a-10.100000000000000000000000.iso"};
    auto shuffled = in_order;
    std::ranges::reverse(shuffled);
    std::ranges::sort(shuffled, [](const auto& a, const auto& b) { return compare_versions(a, b) < 0; });
    EXPECT_EQ(shuffled, in_order);
}

TEST(VersionOrder, IsOneOfAnyNames) {
    const std::vector<std::string> names{"",    "0",   "00", "a", "a0",  "a00",
                                         "a1b", "a1c", "b",  "1", "01b", "\xff"};
    for (const auto& a : names)
        for (const auto& b : names) {
            EXPECT_EQ(compare_versions(a, b) == 0, a == b) << a << ' ' << b;
            EXPECT_EQ(compare_versions(a, b) < 0, compare_versions(b, a) > 0) << a << ' ' << b;
            for (const auto& c : names)
                if (compare_versions(a, b) < 0 && compare_versions(b, c) < 0) {
                    EXPECT_TRUE(compare_versions(a, c) < 0) << a << ' ' << b << ' ' << c;
                }
        }
}

}  // namespace
}  // namespace mirrorseed
