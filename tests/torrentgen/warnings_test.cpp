#include "torrentgen/warnings.hpp"

#include "core/text.hpp"
#include "tests/torrentgen/torrent_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

namespace mirrorseed::torrentgen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Change = std::function<void(Torrent&)>;
using Urls = std::vector<std::string>;

TorrentFile file_at(std::vector<std::string> path, Bytes length = 20000) {
    TorrentFile file;
    file.path = std::move(path);
    file.length = length;
    return file;
}

TorrentFile pad(Bytes length) {
    auto file = file_at({".pad", "n"}, length);
    file.pad = true;
    return file;
}

TorrentFile link_to(std::vector<std::string> target) {
    auto file = file_at({"link"}, 0);
    file.symlink = std::move(target);
    return file;
}

// Both warn of nothing as they are.
Torrent single() {
    Torrent torrent;
    torrent.name = "debian 12.iso";
    torrent.piece_length = 16384;
    torrent.files = {file_at({torrent.name})};
    torrent.v1_pieces = std::string(40, 'h');
    torrent.trackers = {{"https://t.example/announce"}};
    torrent.web_seeds = {"https://w.example/iso/debian%2012.iso"};
    return torrent;
}
Torrent folder() {
    auto torrent = single();
    torrent.name = "release";
    torrent.is_folder = true;
    torrent.files = {file_at({"a"}), file_at({"sub", "b"})};
    torrent.web_seeds = {"https://w.example/pub/"};
    return torrent;
}

std::vector<std::string> codes(const Torrent& torrent) {
    std::vector<std::string> found;
    for (const auto& warning : warnings_for(torrent)) {
        found.push_back(warning.code);
        EXPECT_TRUE(is_utf8(warning.text) &&
                    std::ranges::none_of(warning.text, [](char c) { return c >= 0 && c < 0x20; }))
            << warning.text;
    }
    return found;
}

struct Row {
    std::string code;
    Torrent (*base)();
    Change troubles, is_fine;
};

Change renamed(const std::string& name) {
    return [=](Torrent& torrent) { torrent.files[1].path = {"sub", name}; };
}
Change seeds(const Urls& urls) {
    return [=](Torrent& torrent) { torrent.web_seeds = urls; };
}
Change v2_seeds(const Urls& urls) {
    return [=](Torrent& torrent) {
        torrent.format = Format::v2;
        torrent.web_seeds = urls;
    };
}
Change trackers(const Urls& urls) {
    return [=](Torrent& torrent) { torrent.trackers = {urls}; };
}
Change files(const std::vector<TorrentFile>& list) {
    return [=](Torrent& torrent) { torrent.files = list; };
}

const std::vector<Row> rows{
    {"unsafe-name", folder, renamed(".."), renamed("..x")},
    {"long-name", folder, renamed(std::string(256, 'n')), renamed(std::string(255, 'n'))},
    {"url-breaking-name", folder, renamed("C#"), renamed("C+&=é")},
    {"no-utf8-name", folder, renamed("\xe9t\xe9"), renamed("été")},
    {"windows-name", folder, renamed("a:b"), renamed("console.txt")},
    {"junk-file", folder, renamed(".DS_Store"), renamed("DS_Store")},
    {"repeated-path", folder, files({file_at({"a"}), file_at({"a"})}),
     files({file_at({"a"}), pad(1), pad(1), file_at({"b"})})},
    {"case-clash", folder, files({file_at({"a"}), file_at({"A"})}),
     files({file_at({"a"}), file_at({"s", "A"})})},
    {"file-as-folder", folder, files({file_at({"a"}), file_at({"a", "b"})}),
     files({file_at({"a"}), file_at({"b", "a"})})},
    {"dangling-link", folder, files({file_at({"a"}), link_to({"..", "etc"})}),
     files({file_at({"s", "a"}), link_to({"s"})})},
    {"one-file-folder", folder, files({file_at({"a"}), pad(5)}), files({file_at({"a"}), file_at({"e"}, 0)})},
    {"many-pads", folder, files({file_at({"a"}, 1000), pad(51), file_at({"b"}, 0)}),
     files({file_at({"a"}, 1000), pad(50), file_at({"b"}, 0)})},
    {"no-tail-pad", folder,
     [](Torrent& torrent) {
         torrent.format = Format::hybrid;
         torrent.files = {file_at({"a"}, 16384), file_at({"b"}, 5)};
     },
     [](Torrent& torrent) {
         torrent.format = Format::hybrid;
         torrent.files = {file_at({"a"}, 16384), file_at({"b"}, 16384)};
     }},
    {"too-many-pieces", folder, [](Torrent& torrent) { torrent.v1_pieces.resize(20'001 * 20); },
     [](Torrent& torrent) { torrent.v1_pieces.resize(20'000 * 20); }},
    {"large-pieces", folder, [](Torrent& torrent) { torrent.piece_length = 32 << 20; },
     [](Torrent& torrent) { torrent.piece_length = 16 << 20; }},
    {"odd-piece-length", folder, [](Torrent& torrent) { torrent.piece_length = 48 << 10; },
     [](Torrent& torrent) { torrent.piece_length = 32 << 10; }},
    {"web-seed-without-slash", folder, seeds({"https://a.example/", "https://b.example/pub"}),
     seeds({"https://b.example/pub/"})},
    {"web-seed-with-slash", single, seeds({"https://a.example/iso/"}),
     seeds({"https://a.example/debian%2012.iso"})},
    {"v2-web-seed-without-slash", single, v2_seeds({"https://a.example/debian%2012.iso"}),
     v2_seeds({"https://a.example/iso/"})},
    {"web-seed-repeats-name", folder, seeds({"https://a.example/release/"}),
     seeds({"https://a.example/release/x/"})},
    {"web-seed-of-other-name", single, seeds({"https://a.example/debian-11.iso"}),
     seeds({"https://a.example/debian%2012%2Eiso"})},
    {"web-seed-scheme", folder, seeds({"ftp://a.example/"}), seeds({"HTTPS://a.example/"})},
    {"web-seed-without-tls", folder, seeds({"https://a.example/", "http://b.example/"}),
     seeds({"http://a.example/", "http://b.example/"})},
    {"mutable-web-seed", folder, seeds({"https://a.example/latest/"}),
     seeds({"https://a.example/latest-news/"})},
    {"mutable-web-seed", single, seeds({"https://a.example/current/debian%2012.iso"}),
     seeds({"https://a.example/12/debian%2012.iso"})},
    {"web-seed-query", folder, seeds({"https://a.example/?dir=/"}), seeds({"https://a.example/%3Fdir/"})},
    {"web-seed-unescaped", folder, seeds({"https://a.example/x y/"}), seeds({"https://a.example/x%20y/"})},
    {"local-address", folder, seeds({"http://192.168.1.1/"}), seeds({"http://192.0.2.1/"})},
    {"local-address", folder, trackers({"http://localhost:80/announce"}),
     trackers({"http://localhost.example/announce"})},
    {"credentials-in-url", folder, seeds({"https://me:secret@a.example/"}), seeds({"https://a.example/@/"})},
    {"private-with-web-seeds", folder, [](Torrent& torrent) { torrent.is_private = true; },
     [](Torrent& torrent) {
         torrent.is_private = true;
         torrent.web_seeds.clear();
     }},
    {"private-with-nodes", folder,
     [](Torrent& torrent) {
         torrent.is_private = true;
         torrent.web_seeds.clear();
         torrent.nodes = {{"n", 1}};
     },
     [](Torrent& torrent) {
         torrent.nodes = {{"n", 1}};
     }},
    {"private-without-trackers", folder,
     [](Torrent& torrent) {
         torrent.is_private = true;
         torrent.web_seeds.clear();
         torrent.trackers.clear();
     },
     [](Torrent& torrent) { torrent.trackers.clear(); }},
    {"no-source", folder,
     [](Torrent& torrent) {
         torrent.trackers.clear();
         torrent.web_seeds.clear();
     },
     [](Torrent& torrent) { torrent.web_seeds.clear(); }},
    {"http-seeds", folder, [](Torrent& torrent) { torrent.http_seeds = {"http://h.example/"}; },
     [](Torrent&) {}},
    {"strange-tracker", folder, trackers({"t.example:80"}), trackers({"udp://t.example:80"})},
    {"repeated-tracker", folder,
     [](Torrent& torrent) {
         torrent.trackers = {{"udp://t.example:1"}, {"udp://t.example:1"}};
     },
     [](Torrent& torrent) {
         torrent.trackers = {{"udp://t.example:1"}, {"udp://t.example:2"}};
     }},
    {"dead-tracker", folder, trackers({"udp://tracker.publicbt.com:80"}),
     trackers({"udp://publicbt.com:80"})},
};

TEST(Warnings, SayNothingOfATorrentThatIsFine) {
    EXPECT_THAT(codes(single()), IsEmpty());
    EXPECT_THAT(codes(folder()), IsEmpty());
}

TEST(Warnings, TellOfEachTroubleAndOfNothingElse) {
    std::set<std::string> tested;
    for (const auto& [code, base, troubles, is_fine] : rows) {
        auto bad = base(), good = base();
        troubles(bad);
        is_fine(good);
        EXPECT_THAT(codes(bad), ElementsAre(code));
        EXPECT_THAT(codes(good), IsEmpty()) << code;
        tested.insert(code);
    }
    for (const auto checks : {content_checks(), source_checks()})
        for (const auto& check : checks)
            EXPECT_TRUE(tested.contains(std::string(check.code))) << check.code;
}

TEST(Warnings, TakeEveryUnsafeName) {
    using namespace std::string_literals;
    for (const auto& name : {""s, "."s, ".."s, "/etc/passwd"s, "a/b"s, "a\0b"s, "a\x1b[2J"s, "a\nb"s}) {
        auto torrent = folder();
        torrent.files[0].path = {name};
        EXPECT_THAT(codes(torrent), testing::Contains("unsafe-name")) << name;
        torrent = folder();
        torrent.name = name;
        EXPECT_THAT(codes(torrent), testing::Contains("unsafe-name")) << name;
    }
}

TEST(Warnings, ShowNoSecret) {
    auto torrent = folder();
    torrent.web_seeds = {"https://me:secret@a.example/pub"};
    for (const auto& warning : warnings_for(torrent))
        EXPECT_EQ(warning.text.find("secret"), std::string::npos) << warning.text;
}

}  // namespace
}  // namespace mirrorseed::torrentgen
