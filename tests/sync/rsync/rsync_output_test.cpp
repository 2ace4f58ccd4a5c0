#include "sync/rsync/rsync_output.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

namespace mirrorseed::sync {
namespace {

using test::fails_with;
using What = RsyncSaid::What;

RsyncSaid said(std::string_view line) {
    return parse_rsync_output(line, "mark").value();
}

TEST(RsyncOutput, TellsOfAFileThatCame) {
    const auto file = said("=mark 541 rw-r--r-- pool/a b");
    EXPECT_EQ(file.what, What::file);
    EXPECT_EQ(file.bytes, 541u);
    EXPECT_EQ(file.name, "pool/a b");
    EXPECT_EQ(said("=mark 0 rw-r--r-- new\\#012line").name, "new\nline");
    EXPECT_EQ(said("=mark 0 rw-r--r-- =mark 1 x").name, "=mark 1 x");
}

TEST(RsyncOutput, TellsOfAFolder) {
    EXPECT_EQ(said("=mark 0 rwxr-xr-x pool/").what, What::folder);
}

TEST(RsyncOutput, TellsWhetherEverybodyMayReadIt) {
    EXPECT_TRUE(said("=mark 1 rw-r--r-- a").is_open);
    EXPECT_FALSE(said("=mark 1 rw-r----- a").is_open);
    EXPECT_FALSE(said("=mark 1 rw--w--w- a").is_open);
}

TEST(RsyncOutput, TellsHowFarItIs) {
    const auto progress = said("     32,768  10%");
    EXPECT_EQ(progress.what, What::progress);
    EXPECT_EQ(said("  12345  10%    1.00kB/s    0:00:02").bytes, 12345u);
    EXPECT_EQ(said("").what, What::nothing);
    EXPECT_EQ(said("skipping non-regular file \"x\"").what, What::nothing);
}

TEST(RsyncOutput, BelievesNobodyElse) {
    for (const auto* line : {"=541 pool/a", "=other 541 pool/a", "=marks 541 pool/a", "=mark", "="})
        EXPECT_EQ(said(line).what, What::nothing) << line;
}

TEST(RsyncOutput, RefusesWhatIsNotInItsWords) {
    for (const auto* line :
         {"=mark ", "=mark 541", "=mark x rw-r--r-- y", "=mark 5x rw-r--r-- y", "=mark 541 ",
          "=mark 541 rw-r--r--", "=mark 541 rw-r--r-- ", "=mark 541 y y", "=mark 541 rw-r--r--- y",
          "=mark  rw-r--r-- y", "=mark 99999999999999999999 rw-r--r-- y", "=mark -1 rw-r--r-- y"})
        EXPECT_TRUE(fails_with(Fault::failed, parse_rsync_output(line, "mark"))) << line;
}

TEST(RsyncOutput, HasTheFormatThatItReads) {
    EXPECT_EQ(rsync_format("mark"), "=mark %b %B %n");
}

}  // namespace
}  // namespace mirrorseed::sync
