#include "core/system/quiet_reading.hpp"

#include "core/digest.hpp"
#include "tests/support/temp_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mirrorseed {
namespace {

class QuietReading : public testing::Test {
protected:
    QuietReading() {
        text_.resize((5 << 20) + 777);
        for (std::size_t i = 0; i < text_.size(); ++i)
            text_[i] = static_cast<char>(i * 7 + i / 4096);
        file_ = Descriptor(::open(temp_.at("file").c_str(), O_RDWR | O_CREAT, 0600));
        EXPECT_TRUE(write_all(file_, as_bytes(text_), "file"));
        EXPECT_TRUE(sync_file(file_, "file"));
    }
    std::vector<bool> in_memory() const {
        void* const there = ::mmap(nullptr, text_.size(), PROT_READ, MAP_SHARED, file_.get(), 0);
        const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        std::vector<unsigned char> pages((text_.size() + page - 1) / page);
        EXPECT_EQ(::mincore(there, text_.size(), pages.data()), 0);
        ::munmap(there, text_.size());
        std::vector<bool> bits;
        for (const auto bits_of_page : pages)
            bits.push_back((bits_of_page & 1) != 0);
        return bits;
    }
    std::string read() {
        std::string seen;
        EXPECT_TRUE(read_quietly(file_, "file", [&](ByteSpan bytes) -> Status {
            seen.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            return {};
        }));
        return seen;
    }

    test::TempFolder temp_;
    std::string text_;
    Descriptor file_;
};

TEST_F(QuietReading, ReadsAllOfAFile) {
    EXPECT_EQ(read(), text_);
}

TEST_F(QuietReading, LeavesInMemoryWhatWasThere) {
    ::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_DONTNEED);
    const auto emptied = in_memory();
    if (std::ranges::count(emptied, true) > 100) GTEST_SKIP() << "this file system is memory";
    char some[100];
    ::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_RANDOM);
    ASSERT_EQ(::pread(file_.get(), some, sizeof some, 2 << 20), 100);
    const auto before = in_memory();
    EXPECT_TRUE(before[(2 << 20) / 4096]);
    EXPECT_EQ(read(), text_);
    EXPECT_EQ(in_memory(), before);
}

TEST_F(QuietReading, StopsWhereItIsAsked) {
    std::size_t pieces = 0;
    const auto done = read_quietly(file_, "file", [&](ByteSpan) -> Status {
        return ++pieces == 2 ? Status(Error(Fault::refused, "enough")) : Status();
    });
    EXPECT_FALSE(done);
    EXPECT_EQ(pieces, 2u);
}

}  // namespace
}  // namespace mirrorseed
