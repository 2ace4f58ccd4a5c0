#include "core/glob.hpp"

#include "tests/support/printers.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace mirrorseed {
namespace {

using test::fails_with;
using test::path;
using namespace std::string_view_literals;

bool matches(std::string_view pattern, std::string_view text) {
    return Glob::parse(pattern).value().matches(path(text));
}

bool overlap(std::string_view a, std::string_view b) {
    return Glob::overlap(Glob::parse(a).value(), Glob::parse(b).value());
}

std::vector<Glob> globs(const std::vector<const char*>& patterns) {
    std::vector<Glob> all;
    for (const auto* pattern : patterns)
        all.push_back(Glob::parse(pattern).value());
    return all;
}

Selection selection(const std::vector<const char*>& include, const std::vector<const char*>& exclude) {
    return {globs(include), globs(exclude)};
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

struct Case {
    const char* pattern;
    const char* text;
    bool matches;
};

TEST(Glob, MatchesByItsRules) {
    const Case cases[] = {
        // stars and question marks stay inside a part
        {"iso/*.iso", "iso/a.iso", true},
        {"iso/*.iso", "iso/.iso", true},
        {"iso/*.iso", "iso/x/a.iso", false},
        {"iso/*/a", "iso/a", false},
        {"a/?", "a/b", true},
        {"a/?", "a/bc", false},
        {"a?b/c", "a/b/c", false},
        {"a/*", "a", false},
        {"a/*", "a/b", true},
        {"a/*", "a/b/c", false},
        // two stars cross parts
        {"a/**", "a/b/c", true},
        {"a/**", "a", false},
        {"a/**/b", "a/b", true},
        {"a/**/b", "a/x/y/b", true},
        {"a/**/b", "a/xb", false},
        {"a/**/b", "ab", false},
        {"**/b", "b", true},
        {"**/b", "x/y/b", true},
        {"**/b", "xb", false},
        {"**/*.part", "a/b/c.part", true},
        {"**/*.part", "c.part", true},
        {"**", "anything/at/all", true},
        {"a**z", "a/b/z", true},
        {"a/**/**/b", "a/b", true},
        // sets
        {"/[a-c]", "b", true},
        {"/[a-c]", "d", false},
        {"/[!a-c]", "d", true},
        {"/[^a-c]", "a", false},
        {"/[]x]", "]", true},
        {"/[a-]", "-", true},
        {"/[\\]]", "]", true},
        {"/x[!y]z/w", "x/z/w", false},
        {"/[!a]", "\xff", true},
        // braces
        {"/{a,b}.deb", "a.deb", true},
        {"/{a,b}.deb", "c.deb", false},
        {"/{a,{b,c}d}", "cd", true},
        {"/{a,{b,c}d}", "c", false},
        {"/x{,y}", "x", true},
        {"/x{,y}", "xy", true},
        {"/{x}", "x", true},
        {"/{a,b}/{c,d}", "b/c", true},
        // escapes
        {"/\\*", "*", true},
        {"/\\*", "a", false},
        {"/\\{a\\}", "{a}", true},
        {"/a\\,b", "a,b", true},
        {"/{a\\,b,c}", "a,b", true},
        {"/\\[a]", "[a]", true},
        // matching is exact and by bytes
        {"/a.b", "axb", false},
        {"/A", "a", false},
        {"/?", "\xc3\xa4", false},
        {"/??", "\xc3\xa4", true},
    };
    for (const auto& c : cases)
        EXPECT_EQ(matches(c.pattern, c.text), c.matches) << c.pattern << " and " << escape_text(c.text);
}

TEST(Glob, APatternWithoutASlashMatchesANameAnywhere) {
    EXPECT_TRUE(matches("*.iso", "a.iso"));
    EXPECT_TRUE(matches("*.iso", "x/y/a.iso"));
    EXPECT_FALSE(matches("*.iso", "a.iso/readme"));
    EXPECT_FALSE(matches("/*.iso", "x/a.iso"));
    EXPECT_TRUE(matches("/*.iso", "a.iso"));
    EXPECT_FALSE(matches("x/*.iso", "w/x/a.iso"));
}

TEST(Glob, APatternThatEndsInASlashNamesAFolder) {
    const auto glob = Glob::parse("iso/20*/").value();
    EXPECT_TRUE(glob.names_folder());
    EXPECT_TRUE(glob.matches(path("iso/2026")));
    EXPECT_FALSE(Glob::parse("iso/20*").value().names_folder());
    EXPECT_TRUE(matches("debug/", "x/debug"));
    EXPECT_EQ(glob.str(), "iso/20*/");
}

TEST(Glob, RefusesWhatIsNoPattern) {
    for (const auto pattern :
         {""sv, "/"sv, "[a"sv, "[!"sv, "[]"sv, "{a"sv, "{a,{b}"sv, "a\\"sv, "[z-a]"sv, "a\0b"sv})
        EXPECT_TRUE(fails_with(Fault::bad_input, Glob::parse(pattern))) << testing::PrintToString(pattern);
}

TEST(Glob, TakesAThousandAlternativesAndNoMore) {
    EXPECT_TRUE(Glob::parse("/" + repeated("{0,1,2,3,4,5,6,7,8,9}", 3)));
    EXPECT_FALSE(Glob::parse("/" + repeated("{0,1,2,3,4,5,6,7,8,9}", 3) + "{a,b}"));
    EXPECT_FALSE(Glob::parse(repeated("{a,b}", 64)));
}

TEST(Glob, ABraceInsideASetIsABrace) {
    for (const auto* pattern : {"/[{]a", "/[{}]a"}) {
        const auto glob = Glob::parse(pattern);
        ASSERT_TRUE(test::ok(glob)) << pattern;
        EXPECT_TRUE(glob->matches(path("{a"))) << pattern;
    }
}

TEST(Glob, HostilePatternsTakeLinearTime) {
    const auto started = std::chrono::steady_clock::now();
    const auto name = std::string(250, 'a');
    EXPECT_FALSE(matches("/" + repeated("*a", 100) + "b", name));
    EXPECT_FALSE(matches("/" + repeated("**a", 100) + "b", name + "/" + name));
    EXPECT_FALSE(matches(repeated("**/", 100) + "b", repeated("a/", 200) + "c"));
    // Backtracking would take longer than the age of the world; set simulation takes milliseconds.
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(5));
}

TEST(Glob, OverlapIsSymmetricAndExact) {
    const struct {
        const char *a, *b;
        bool overlap;
    } cases[] = {
        {"iso/*.iso", "iso/arch-*", true},
        {"iso/*.iso", "iso/*.img", false},
        {"iso/*.iso", "img/*.iso", false},
        {"*.iso", "iso/2026/arch.iso", true},
        {"*.iso", "*.img", false},
        {"*.iso", "arch-*", true},
        {"a/**", "a/b/c", true},
        {"a/**/c", "a/c", true},
        {"a/**", "b/**", false},
        {"**/x", "a/*", true},
        {"a/*", "a/b/c", false},
        {"a/?", "a/[b-d]", true},
        {"a/[a-c]", "a/[d-f]", false},
        {"/{a,b}", "/{b,c}", true},
        {"/{a,b}", "/{c,d}", false},
        {"iso/*/", "iso/*/", true},
        {"iso/*/", "iso/*", false},
        {"/a", "x/a", false},
        {"a/*b", "a/a*", true},
        {"a?c/d", "a/c/d", false},
        {"**", "x/y", true},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(overlap(c.a, c.b), c.overlap) << c.a << " and " << c.b;
        EXPECT_EQ(overlap(c.b, c.a), c.overlap) << c.b << " and " << c.a;
    }
}

TEST(Glob, NamesThatMerelyEndAlikeDoNotOverlap) {
    EXPECT_FALSE(overlap("b.iso", "ab.iso"));
    EXPECT_FALSE(overlap("netinst.iso", "debian-netinst.iso"));
    EXPECT_FALSE(overlap("a/**/b", "a/xb"));
    EXPECT_FALSE(overlap("**/b", "x/ab"));
}

TEST(Selection, TakesEverythingWhenItSaysNothing) {
    const Selection all;
    EXPECT_FALSE(all.has_includes());
    EXPECT_TRUE(all.wants(path("a/b")));
    EXPECT_TRUE(all.enters(path("a")));
    EXPECT_TRUE(selection({"a"}, {}).has_includes());
    EXPECT_FALSE(selection({}, {"a"}).has_includes());
}

TEST(Selection, ExcludesWinOverIncludes) {
    const auto s = selection({"iso/**"}, {"*.part"});
    EXPECT_TRUE(s.wants(path("iso/a.iso")));
    EXPECT_FALSE(s.wants(path("iso/a.part")));
    EXPECT_FALSE(s.wants(path("img/a.iso")));
}

TEST(Selection, AnExcludedFolderIsNotEntered) {
    for (const auto* pattern : {"sources", "sources/", "/sources"}) {
        const auto s = selection({}, {pattern});
        EXPECT_FALSE(s.enters(path("sources"))) << pattern;
        EXPECT_TRUE(s.enters(path("binaries"))) << pattern;
    }
    EXPECT_FALSE(selection({}, {"debug/"}).enters(path("a/debug")));
    EXPECT_TRUE(selection({}, {"/debug/"}).enters(path("a/debug")));
    EXPECT_FALSE(selection({}, {"sources/**"}).wants(path("sources/a")));
    EXPECT_FALSE(selection({}, {"sources/**"}).enters(path("sources/a")));
}

TEST(Selection, AnExcludedFolderPatternSparesFilesOfItsName) {
    const auto s = selection({}, {"debug/"});
    EXPECT_TRUE(s.wants(path("debug")));
    EXPECT_FALSE(selection({}, {"debug"}).wants(path("debug")));
}

TEST(Selection, AnIncludedFolderIncludesWhatIsInIt) {
    for (const auto* pattern : {"iso/latest", "iso/latest/", "latest"}) {
        const auto s = selection({pattern}, {});
        EXPECT_TRUE(s.wants(path("iso/latest/a.iso"))) << pattern;
        EXPECT_TRUE(s.wants(path("iso/latest/x/y"))) << pattern;
        EXPECT_FALSE(s.wants(path("iso/older/a.iso"))) << pattern;
    }
}

TEST(Selection, TheRootIsAlwaysEntered) {
    EXPECT_TRUE(selection({}, {"**"}).enters(RelPath()));
    EXPECT_TRUE(selection({"iso/**"}, {}).enters(RelPath()));
}

TEST(Selection, AFolderInWhichNothingCanBeWantedIsNotEntered) {
    const auto enters = [](const char* pattern, const char* folder) {
        return selection({pattern}, {}).enters(path(folder));
    };
    for (const char* folder : {"releases", "releases/24.04"})
        EXPECT_TRUE(enters("releases/*/*.iso", folder)) << folder;
    for (const char* folder : {"pool", "releases2"})
        EXPECT_FALSE(enters("releases/*/*.iso", folder)) << folder;
    EXPECT_FALSE(enters("iso/**", "elsewhere"));
    EXPECT_TRUE(enters("iso/**", "iso/a/b/c"));
    EXPECT_TRUE(enters("a/**/b/*.iso", "a/x/y"));
    EXPECT_FALSE(enters("a/**/b/*.iso", "b"));
    EXPECT_TRUE(enters("**/b", "x/y"));
    EXPECT_TRUE(enters("*.iso", "x/y")) << "which is wanted at any depth";
    EXPECT_FALSE(enters("/*.iso", "x")) << "but for folders of that name";
    EXPECT_TRUE(enters("/*.iso", "x.iso/y"));
    EXPECT_TRUE(enters("iso/latest/", "iso/latest/x")) << "all in it is wanted";
    EXPECT_TRUE(enters("{a/b,c}/d", "a"));
    EXPECT_TRUE(enters("{a/b,c}/d", "c"));
    EXPECT_FALSE(enters("{a/b,c}/d", "b"));
    EXPECT_TRUE(enters("[ab]\\*/x", "a*"));
    EXPECT_FALSE(enters("[ab]\\*/x", "ac"));
    EXPECT_TRUE(selection({"a/b", "c/d"}, {}).enters(path("c")));
}

}  // namespace
}  // namespace mirrorseed
