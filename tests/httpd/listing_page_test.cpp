#include "httpd/listing_page.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

namespace mirrorseed::httpd {
namespace {

using Key = ListingOrder::Key;
using Direction = ListingOrder::Direction;

ListedItem file(std::string name, Bytes size, UnixTime modified) {
    return {.name = std::move(name),
            .kind = EntryKind::file,
            .size = size,
            .modified = modified,
            .digest = std::nullopt,
            .target = {}};
}
ListedItem folder(std::string name, UnixTime modified) {
    auto item = file(std::move(name), 0, modified);
    item.kind = EntryKind::folder;
    return item;
}
ListedItem link(std::string name, std::string target) {
    auto item = file(std::move(name), 0, 5);
    item.kind = EntryKind::link;
    item.target = std::move(target);
    return item;
}

std::string names(ListingOrder order) {
    std::vector<ListedItem> items{file("b", 10, 3), folder("z", 1), file("A", 30, 2), folder("y", 9),
                                  file("c", 10, 4)};
    sort_listing(items, order);
    std::string joined;
    for (const auto& item : items)
        joined += item.name;
    return joined;
}

Target target(const char* text) {
    return parse_target(text).target;
}

TEST(ListingPage, OrdersAsAsked) {
    EXPECT_EQ(names({Key::name, Direction::ascending}), "yzAbc");
    EXPECT_EQ(names({Key::name, Direction::descending}), "zycbA");
    EXPECT_EQ(names({Key::size, Direction::ascending}), "yzbcA");
    EXPECT_EQ(names({Key::size, Direction::descending}), "Abcyz");
    EXPECT_EQ(names({Key::date, Direction::ascending}), "zAbcy");
    EXPECT_EQ(names({Key::date, Direction::descending}), "ycbAz");
}

TEST(ListingPage, ReadsOrderAndFormFromTheQuery) {
    EXPECT_EQ(choose_listing_order(target("/?sort=size&order=desc")),
              (ListingOrder{Key::size, Direction::descending}));
    EXPECT_EQ(choose_listing_order(target("/?sort=nonsense&order=up")), ListingOrder{});
    EXPECT_EQ(choose_listing_form(target("/?format=json"), {}), ListingForm::json);
    EXPECT_EQ(choose_listing_form(target("/?format=html"), {.json = true}), ListingForm::html);
}

TEST(ListingPage, EscapesNamesInHtml) {
    const std::string wicked = "<b>&\"'#?%:\n\xff";
    const auto html = folder_as_html(RelPath::parse("a<b").value(), {file(wicked, 1, 0)}, {});
    EXPECT_NE(html.find("href=\"%3Cb%3E%26%22%27%23%3F%25%3A%0A%FF\""), std::string::npos) << html;
    EXPECT_NE(html.find("&lt;b&gt;&amp;&quot;&#39;#?%:\xEF\xBF\xBD\\xff"), std::string::npos) << html;
    EXPECT_NE(html.find("<title>Index of /a&lt;b/</title>"), std::string::npos);
    EXPECT_NE(html.find("<h1>Index of <a href=\"../\">/</a><bdi>a&lt;b</bdi>/</h1>"), std::string::npos)
        << html;
    EXPECT_EQ(html.find("<script"), std::string::npos);
}

TEST(ListingPage, LinksToTheParentAndToALinksOwnName) {
    const auto html =
        folder_as_html(RelPath::parse("a/b").value(), {folder("sub dir", 0), link("l", "sub dir/x")}, {});
    EXPECT_NE(html.find("href=\"../\""), std::string::npos);
    EXPECT_NE(html.find("href=\"sub%20dir/\""), std::string::npos);
    EXPECT_NE(html.find("href=\"l\""), std::string::npos);
    EXPECT_NE(html.find("sub dir/x"), std::string::npos);
    EXPECT_EQ(folder_as_html(RelPath(), {}, {}).find("href=\"../\""), std::string::npos);
}

TEST(ListingPage, LeadsBackToEveryFolderAbove) {
    const auto html = folder_as_html(RelPath::parse("a/b/c").value(), {}, {});
    EXPECT_NE(html.find("Index of <a href=\"../../../\">/</a><a href=\"../../\"><bdi>a</bdi></a>/"
                        "<a href=\"../\"><bdi>b</bdi></a>/<bdi>c</bdi>/</h1>"),
              std::string::npos)
        << html;
    EXPECT_NE(folder_as_html({}, {}, {}).find("<h1>Index of /</h1>"), std::string::npos);
}

TEST(ListingPage, CountsWhatItShows) {
    const auto said = [](const std::vector<ListedItem>& items) {
        const auto html = folder_as_html({}, items, {});
        const auto begin = html.find("<p>") + 3;
        return html.substr(begin, html.find("</p>") - begin);
    };
    EXPECT_EQ(said({}), "Nothing is here");
    EXPECT_EQ(said({folder("d", 1), file("f", 1024, 1), file("g", 1024, 1)}), "1 folder, 2 files, 2.0 KiB");
    EXPECT_EQ(said({link("l", "f")}), "1 link, 0 B");
}

TEST(ListingPage, TurnsTheOrderOfTheChosenColumn) {
    const auto html = folder_as_html(RelPath(), {}, {Key::size, Direction::ascending});
    EXPECT_NE(html.find("?sort=size&amp;order=desc"), std::string::npos);
    EXPECT_NE(html.find("?sort=name&amp;order=asc"), std::string::npos);
}

TEST(ListingPage, HasNginxsFormAsJson) {
    auto with_digest = file("f\"\\\xff", 7, 784111777);
    with_digest.digest = Sha256::of(as_bytes("abc"));
    const auto json =
        boost::json::parse(folder_as_json({folder("d", 784111777), with_digest, link("l", "d")})).as_array();
    ASSERT_EQ(json.size(), 3u);
    EXPECT_EQ(json[0], boost::json::parse(
                           R"({"name":"d","type":"directory","mtime":"Sun, 06 Nov 1994 08:49:37 GMT"})"));
    EXPECT_EQ(json[1].at("name").as_string(), "f\"\\\\xff");
    EXPECT_EQ(json[1].at("href").as_string(), "f%22%5C%FF");
    EXPECT_EQ(json[1].at("size").as_int64(), 7);
    EXPECT_EQ(json[1].at("sha256").as_string(),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(json[2].at("type").as_string(), "symlink");
    EXPECT_EQ(json[2].at("target").as_string(), "d");
    EXPECT_EQ(folder_as_json({}), "[]\n");
}

TEST(ListingPage, ListsTrees) {
    const std::vector<ListedTree> trees{
        {.name = "debian", .generation = 7, .published = 100, .files = 3, .bytes = 2048}};
    EXPECT_EQ(
        boost::json::parse(trees_as_json(trees)),
        boost::json::parse(R"([{"name":"debian","generation":7,"published":100,"files":3,"bytes":2048}])"));
    EXPECT_NE(trees_as_html(trees).find("href=\"debian/\""), std::string::npos);
}

TEST(ListingPage, IsAskedForInOneWayHoweverItWasSpelled) {
    const auto same = [](std::string_view target) {
        return listing_asked_for(target).value_or(std::string(target));
    };
    for (const auto* target : {"/a/?1", "/a/?", "/a/?sort=name&order=asc", "/a/?x&format=xml", "/a//?1",
                               "/a/./", "/a/b/..", "/%61/", "http://host/a/?2", "/a/?order=desc%"})
        EXPECT_EQ(same(target), "/a/") << target;
    EXPECT_EQ(same("/?0"), "/");
    EXPECT_EQ(same("/a%20b/?0"), "/a%20b/");
    EXPECT_EQ(same("/a/?order=desc&x=1&sort=size&format=json"), "/a/?format=json&sort=size&order=desc");
    EXPECT_EQ(same("/a/?format=html"), "/a/?format=html") << "whatever is liked";
    // A redirect hands the query on, a file's is nobody's here, and the server's own paths know theirs.
    for (const auto* target : {"/a?1", "/a", "/a/", "/", "/-/releases/?q=a", "/%2d/x/?1", "/..", "*", ""})
        EXPECT_EQ(listing_asked_for(target), std::nullopt) << target;
}

}  // namespace
}  // namespace mirrorseed::httpd
