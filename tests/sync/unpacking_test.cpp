#include "sync/unpacking.hpp"

#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace mirrorseed::sync {
namespace {

class UnpackingTest : public testing::Test {
protected:
    // What a file of the folder holds when it is unpacked; or why not.
    std::string unpacked(const std::string& name, Packing packing, Bytes most = 1 << 20) {
        const auto folder = Folder::open(temp_.at("")).value();
        const auto file = folder.open_file(RelPath::parse(name).value()).value();
        std::string text;
        const auto done = unpack(file, packing, most, [&](ByteSpan bytes) {
            text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            return Status();
        });
        return done ? text : done.error().text();
    }

    // The wanted files of an archive as "NAME=CONTENT;"; or why not.
    std::string files_of(const std::string& name, const std::string& ending, TarLimits limits = usual) {
        const auto folder = Folder::open(temp_.at("")).value();
        const auto file = folder.open_file(RelPath::parse(name).value()).value();
        std::string text;
        const auto done = read_tar(
            file, limits, [&](std::string_view at) { return at.ends_with(ending); },
            [&](std::string_view at, std::string_view content) {
                text.append(at).append("=").append(content).append(";");
                return Status();
            });
        return done ? text : done.error().text();
    }
    static constexpr TarLimits usual{.most = 1 << 20, .most_of_one = 1000, .most_entries = 100};

    void run(const std::string& command) {
        ASSERT_EQ(std::system(("cd " + temp_.at("") + " && " + command).c_str()), 0);
    }

    test::TempFolder temp_;
};

TEST_F(UnpackingTest, GoesByTheName) {
    EXPECT_EQ(packing_of("Packages.gz"), Packing::gzip);
    EXPECT_EQ(packing_of("a.xz"), Packing::xz);
    EXPECT_EQ(packing_of("a.zst"), Packing::zstd);
    EXPECT_EQ(packing_of("a.bz2"), Packing::bzip2);
    EXPECT_EQ(packing_of(".gz"), Packing::none);
    EXPECT_EQ(packing_of("Packages"), Packing::none);
    EXPECT_EQ(unpacked_name("main/Packages.gz"), "main/Packages");
    EXPECT_EQ(unpacked_name("main/Packages"), "main/Packages");
}

TEST_F(UnpackingTest, ReadsEachKind) {
    const std::string text(300'000, 'x');
    temp_.write("f", text);
    temp_.write("empty", "");
    run("for p in gzip xz zstd bzip2; do $p -c f >f.$p; $p -c empty >empty.$p; done; cat f.gzip f.gzip "
        ">twice.gzip");
    for (const auto& [name, packing] : {std::pair{"gzip", Packing::gzip},
                                        {"xz", Packing::xz},
                                        {"zstd", Packing::zstd},
                                        {"bzip2", Packing::bzip2}}) {
        EXPECT_EQ(unpacked(std::string("f.") + name, packing), text) << name;
        EXPECT_EQ(unpacked(std::string("empty.") + name, packing), "") << name;
    }
    EXPECT_EQ(unpacked("f", Packing::none), text);
    EXPECT_EQ(unpacked("empty", Packing::none), "");
    EXPECT_EQ(unpacked("twice.gzip", Packing::gzip), text + text);
}

TEST_F(UnpackingTest, RefusesWhatIsDamagedOrOtherwise) {
    temp_.write("f", std::string(300'000, 'x'));
    run("xz -c f >f.xz; gzip -c f >f.gz; head -c 100 f.gz >cut.gz; xz -c f.gz >f.gz.xz");
    EXPECT_EQ(unpacked("f.xz", Packing::gzip), "is not packed as its name says");
    EXPECT_EQ(unpacked("f", Packing::xz), "is not packed as its name says");
    EXPECT_EQ(unpacked("f", Packing::gzip), "is not packed as its name says");
    EXPECT_TRUE(unpacked("cut.gz", Packing::gzip).starts_with("cannot be unpacked: "));
    EXPECT_EQ(unpacked("f.gz", Packing::gzip, 299'999), "holds more than 293 KiB");
    EXPECT_TRUE(unpacked("f.gz.xz", Packing::xz).starts_with("\x1f\x8b"));
}

TEST_F(UnpackingTest, ReadsTarHoweverItIsPacked) {
    run("mkdir -p a b && printf one >a/desc && printf two >b/desc && printf x >b/files && ln -s a c");
    for (const char* options : {"", "--gzip", "--xz", "--zstd", "--bzip2", "--format=pax"}) {
        run(std::string("tar ") + options + " -cf t a b c");
        EXPECT_EQ(files_of("t", "/desc"), "a/desc=one;b/desc=two;") << options;
    }
    run("tar -cf t --files-from /dev/null");
    EXPECT_EQ(files_of("t", ""), "");
}

TEST_F(UnpackingTest, RefusesTarThatIsDamagedOrTooMuch) {
    run("mkdir -p a && printf one >a/desc && head -c 2000 /dev/zero >a/big && ln -s desc a/link");
    run("tar -czf t a && xz -c t >twice && head -c 100 t >cut && cat a/desc >text && tar -cf links -C a desc "
        "link "
        "&& ln a/desc a/second && tar --sort=name -cf hard a/desc a/second");
    EXPECT_EQ(files_of("twice", "desc"), "is packed more than once");
    for (const char* name : {"cut", "text"})
        EXPECT_TRUE(files_of(name, "desc").starts_with("cannot be unpacked: ")) << files_of(name, "desc");
    EXPECT_EQ(files_of("t", "big"), "holds a/big, which is larger than 1000 B");
    EXPECT_EQ(files_of("links", "link"), "holds link, which is no file");
    EXPECT_EQ(files_of("hard", "second"), "holds a/second, which is no file");
    EXPECT_EQ(files_of("t", "desc", {.most = 1500, .most_of_one = 1000, .most_entries = 100}),
              "holds more than 1.5 KiB");
    EXPECT_EQ(files_of("t", "desc", {.most = 1 << 20, .most_of_one = 1000, .most_entries = 2}),
              "holds more than 2 files");
}

}  // namespace
}  // namespace mirrorseed::sync
