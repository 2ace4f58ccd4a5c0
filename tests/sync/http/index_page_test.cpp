// Pages as the servers write them, and pages that are none.

#include "sync/http/index_page.hpp"

#include "tests/support/printers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mirrorseed::sync {
namespace {

using test::digest_of_text;
using test::fails_with;
using test::ok;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto html = "text/html; charset=utf-8";
constexpr auto json = "application/json";
constexpr UnixTime noon = 1'700'000'000;  // 2023-11-14 22:13:20

Result<std::vector<IndexItem>> page(std::string_view type, std::string_view body,
                                    std::string_view url = "http://mirror/pub/sub%20dir/") {
    return parse_index_page(HttpUrl::parse(url).value(), type, body);
}

// "name" of a file, "name/" of a folder, "name -> target", "name!" of something else; then what is known of a
// file: "= 5" or about "~ 5" bytes, "@ 0" or about "@~ 0" seconds.
std::string said(const IndexItem& item) {
    auto text = item.name;
    if (item.kind == IndexKind::folder) return text + "/";
    if (item.kind == IndexKind::link) return text + " -> " + item.target;
    if (item.kind == IndexKind::other) return text + "!";
    const auto& sureness = item.sureness;
    if (sureness.tells_size())
        text += (sureness.has_exact_size() ? " = " : " ~ ") + std::to_string(item.size);
    if (!sureness.tells_time()) return text;
    text += (sureness.has_exact_time() ? " @ " : " @~ ") + std::to_string(item.mtime.seconds() - noon);
    return text + (item.step == 1 ? "" : " minute");
}

std::vector<std::string> names(const Result<std::vector<IndexItem>>& items) {
    if (!items) return {"error: " + items.error().text()};
    std::vector<std::string> all;
    for (const auto& item : *items)
        all.push_back(said(item));
    return all;
}

std::vector<std::string> names(std::string_view type, std::string_view body) {
    return names(page(type, body));
}

std::string nginx(std::string_view rows) {
    return "<html>\r\n<head><title>Index of /sub dir/</title></head>\r\n<body>\r\n<h1>Index of /sub "
           "dir/</h1><hr><pre>"
           "<a href=\"../\">../</a>\r\n" +
           std::string(rows) + "</pre><hr></body>\r\n</html>\r\n";
}

std::string link_row(std::string_view href) {
    return "<a href=\"" + std::string(href) + "\">x</a>   14-Nov-2023 22:13    1\n";
}

TEST(IndexPage, ReadsNginxWithExactSizes) {
    EXPECT_THAT(
        names(
            html,
            nginx("<a href=\"dir/\">dir/</a>                     14-Nov-2023 22:13                   -\r\n"
                  "<a href=\"a%20b%25.iso\">a b%.iso</a>            14-Nov-2023 22:13          1234567890\r\n"
                  "<a href=\"very-long-name.tar\">very-lo..&gt;</a> 14-Nov-2023 22:13                   "
                  "0\r\n")),
        ElementsAre("a b%.iso = 1234567890 @~ -20 minute", "dir/", "very-long-name.tar = 0 @~ -20 minute"));
}

TEST(IndexPage, ReadsNginxWithRoundedSizes) {
    EXPECT_THAT(
        names(html, nginx("<a href=\"a\">a</a>   14-Nov-2023 22:13     12K\r\n"
                          "<a href=\"b\">b</a>   14-Nov-2023 22:13      3G\r\n"
                          "<a href=\"c\">c</a>   14-Nov-2023 22:13    1023\r\n")),
        ElementsAre("a ~ 12288 @~ -20 minute", "b ~ 3221225472 @~ -20 minute", "c = 1023 @~ -20 minute"));
}

TEST(IndexPage, ReadsNginxJson) {
    EXPECT_THAT(
        names(
            json,
            "[\r\n{ \"name\":\"dir\", \"type\":\"directory\", \"mtime\":\"Tue, 14 Nov 2023 22:13:20 GMT\" },"
            "\r\n{ \"name\":\"a\\\\b \xff\", \"type\":\"file\", \"mtime\":\"Tue, 14 Nov 2023 22:13:20 GMT\", "
            "\"size\":18446744073709551615 },\r\n"
            "{ \"name\":\"pipe\", \"type\":\"other\", \"mtime\":\"Tue, 14 Nov 2023 22:13:20 GMT\" }\r\n]"),
        ElementsAre("a\\b \xff = 18446744073709551615 @ 0", "dir/", "pipe!"));
}

TEST(IndexPage, ReadsNginxXml) {
    EXPECT_THAT(names("text/xml; charset=utf-8",
                      "<?xml version=\"1.0\"?>\r\n<list>\r\n<directory "
                      "mtime=\"2023-11-14T22:13:20Z\">dir</directory>\r\n"
                      "<file mtime=\"2023-11-14T22:13:20Z\" size=\"5\">a&amp;b</file>\r\n"
                      "<other mtime=\"2023-11-14T22:13:20Z\">pipe</other>\r\n</list>\r\n"),
                ElementsAre("a&b = 5 @ 0", "dir/", "pipe!"));
}

TEST(IndexPage, ReadsFancyindex) {
    EXPECT_THAT(names(html, R"(<h1>Index of /sub dir/</h1>
<table id="list"><thead><tr><th colspan="2"><a href="?C=N&amp;O=A">File Name</a>&nbsp;<a href="?C=N&amp;O=D">&darr;</a></th>
<th><a href="?C=S&amp;O=A">File Size</a></th><th><a href="?C=M&amp;O=A">Date</a></th></tr></thead>
<tbody><tr><td colspan="2" class="link"><a href="../">Parent directory/</a></td><td class="size">-</td><td class="date">-</td></tr>
<tr><td colspan="2" class="link"><a href="dir/" title="dir">dir/</a></td><td class="size">-</td><td class="date">2023-Nov-14 22:13</td></tr>
<tr><td colspan="2" class="link"><a href="f.iso" title="f.iso">f.iso</a></td><td class="size">1.5 MiB</td><td class="date">2023-Nov-14 22:13</td></tr>
</tbody></table>)"),
                ElementsAre("dir/", "f.iso ~ 1572864 @~ -20 minute"));
}

std::string apache(std::string_view list) {
    return "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" "
           "\"http://www.w3.org/TR/html4/strict.dtd\">\n<html>\n <head>\n"
           "  <title>Index of /pub/sub dir</title>\n </head>\n <body>\n<h1>Index of /pub/sub dir</h1>\n" +
           std::string(list) + "\n</body></html>\n";
}

TEST(IndexPage, ReadsApachePlain) {
    EXPECT_THAT(
        names(html,
              apache("<ul><li><a href=\"/pub/\"> Parent Directory</a></li>\n"
                     "<li><a href=\"dir/\"> dir/</a></li>\n<li><a href=\"./c:x\"> c:x</a></li>\n</ul>")),
        ElementsAre("c:x", "dir/"));
}

constexpr auto apache_columns =
    "<a href=\"?C=N;O=D\">Name</a>                    <a href=\"?C=M;O=A\">Last modified</a>      "
    "<a href=\"?C=S;O=A\">Size</a>  <a href=\"?C=D;O=A\">Description</a><hr>";

TEST(IndexPage, ReadsApacheFancy) {
    EXPECT_THAT(
        names(
            html,
            apache("<pre><img src=\"/icons/blank.gif\" alt=\"Icon \"> " + std::string(apache_columns) +
                   "<img src=\"/icons/back.gif\" alt=\"[PARENTDIR]\"> <a href=\"/pub/\">Parent Directory</a> "
                   "   -   \n"
                   "<img src=\"/icons/folder.gif\" alt=\"[DIR]\"> <a href=\"dir/\">dir/</a>   2023-11-14 "
                   "22:13    -   \n"
                   "<img src=\"/icons/unknown.gif\" alt=\"[   ]\"> <a href=\"amp&amp;.x\">amp&amp;..&gt;</a> "
                   "2023-11-14 22:13  1.2M  12 monkeys\n<hr></pre>")),
        ElementsAre("amp&.x ~ 1258291 @~ -20 minute", "dir/"));
}

TEST(IndexPage, ReadsApacheWhereIconsAreLinksToo) {
    EXPECT_THAT(
        names(html,
              apache("<pre>" + std::string(apache_columns) +
                     "<a href=\"f\"><img src=\"x.gif\"></a> <a href=\"f\">f</a>  2023-11-14 22:13   10  \n"
                     "<a href=\"d/\"><img src=\"x.gif\"></a> <a href=\"d/\">d/</a>  2023-11-14 22:13   -  "
                     "\n</pre>")),
        ElementsAre("d/", "f = 10 @~ -20 minute"));
}

TEST(IndexPage, ReadsApacheWithoutDates) {
    EXPECT_THAT(
        names(html, apache("<pre><a href=\"?C=N;O=D\">Name</a> <a href=\"?C=D;O=A\">Description</a><hr>"
                           "<a href=\"f\">f</a>   12K of something\n<hr></pre>")),
        ElementsAre("f"));
}

TEST(IndexPage, ReadsApacheTables) {
    EXPECT_THAT(
        names(
            html,
            apache(
                "<table>\n<tr><th valign=\"top\"><img src=\"x\"></th><th><a href=\"?C=N;O=D\">Name</a></th>"
                "<th><a href=\"?C=M;O=A\">Last modified</a></th><th><a href=\"?C=S;O=A\">Size</a></th></tr>\n"
                "<tr><th colspan=\"5\"><hr></th></tr>\n"
                "<tr><td valign=\"top\">&nbsp;</td><td><a href=\"/pub/\">Parent "
                "Directory</a></td><td>&nbsp;</td>"
                "<td align=\"right\">  - </td><td>&nbsp;</td></tr>\n"
                "<tr><td valign=\"top\">&nbsp;</td><td><a href=\"d/\">d/</a> </td><td "
                "align=\"right\">2023-11-14 22:13  </td>"
                "<td align=\"right\">  - </td><td>&nbsp;</td></tr>\n"
                "<tr><td valign=\"top\">7</td><td><a href=\"f\">f</a> </td><td align=\"right\">2023-11-14 "
                "22:13  </td>"
                "<td align=\"right\"> 98K</td><td>9</td></tr>\n<tr><th "
                "colspan=\"5\"><hr></th></tr>\n</table>")),
        ElementsAre("d/", "f ~ 100352 @~ -20 minute"));
}

TEST(IndexPage, ReadsLighttpd) {
    const std::string body =
        "<!DOCTYPE html>\n<html>\n<head>\n<title>Index of /sub dir/</title>\n<style type=\"text/css\">a > b "
        "{}</style>\n</head>\n"
        "<body>\n<h2>Index of /sub dir/</h2>\n<div class=\"list\">\n"
        "<table summary=\"Directory Listing\" cellpadding=\"0\" cellspacing=\"0\">\n<thead><tr><th "
        "class=\"n\">Name</th>"
        "<th class=\"m\">Last Modified</th><th class=\"s\">Size</th><th "
        "class=\"t\">Type</th></tr></thead>\n<tbody>\n"
        "<tr class=\"d\"><td class=\"n\"><a href=\"../\">..</a>/</td><td class=\"m\">&nbsp;</td><td "
        "class=\"s\">- &nbsp;</td>"
        "<td class=\"t\">Directory</td></tr>\n"
        "<tr class=\"d\"><td class=\"n\"><a href=\"d/\">d</a>/</td><td class=\"m\">2023-Nov-14 22:13:20</td>"
        "<td class=\"s\">- &nbsp;</td><td class=\"t\">Directory</td></tr>\n"
        "<tr><td class=\"n\"><a href=\"amp%26.x\">amp&#x26;.x</a></td><td class=\"m\">2023-Nov-14 "
        "22:13:20</td>"
        "<td class=\"s\">97.6K</td><td "
        "class=\"t\">application/octet-stream</td></tr>\n</tbody>\n</table>\n</div>\n"
        "<script>\nvar x = '<a href=\"not-a-file\">';\n</script></body></html>";
    EXPECT_THAT(names(html, body), ElementsAre("amp&.x ~ 99942 @~ 0", "d/"));
}

std::string caddy_row(std::string_view href, std::string_view icon, std::string_view size) {
    return "<tr class=\"file\">\n<td></td>\n<td>\n<a href=\"" + std::string(href) +
           "\">\n<svg><use xlink:href=\"#" + std::string(icon) +
           "\"></use></svg>\n<span class=\"name\">x</span>\n</a>\n</td>\n<td data-order=\"" +
           std::string(size) +
           "\">1.2 MiB</td>\n<td class=\"hideable\"><time datetime=\" 2023-11-14T22:13:20Z\">11/14/2023 "
           "10:13:20 PM +00:00</time></td>\n<td class=\"hideable\"></td>\n</tr>\n";
}

std::string caddy(std::string_view rows) {
    return "<!DOCTYPE html>\n<html>\n<head><title>sub dir</title></head>\n<body>\n<header><h1><a "
           "href=\"../\">/</a>"
           "<a href=\"\">sub dir</a>/</h1></header>\n<table "
           "aria-describedby=\"summary\">\n<thead><tr><th></th><th>"
           "<a href=\"?sort=name&order=asc\">Name</a></th></tr></thead>\n<tbody>\n<tr><td></td><td><a "
           "href=\"..\">"
           "<span class=\"goup\">Go up</span></a></td><td>&mdash;</td></tr>\n" +
           std::string(rows) + "</tbody>\n</table>\n</body></html>";
}

TEST(IndexPage, ReadsCaddy) {
    EXPECT_THAT(
        names(html, caddy(caddy_row("./d/", "folder", "-1") + caddy_row("./f%20g", "file", "1234567") +
                          caddy_row("./link", "file-shortcut", "7"))),
        ElementsAre("d/", "f g = 1234567 @ 0", "link"));
}

TEST(IndexPage, ReadsCaddyJson) {
    EXPECT_THAT(
        names(
            "application/json; charset=utf-8",
            R"([{"name":"d/","size":4096,"url":"./d/","mod_time":"2023-11-14T22:13:20.25Z","mode":2147484141,"is_dir":true,"is_symlink":false},)"
            R"({"name":"\ufffd.bin","size":3,"url":"./%FF.bin","mod_time":"2023-11-14T22:13:20.5Z","mode":420,"is_dir":false,"is_symlink":false},)"
            R"({"name":"link","size":0,"url":"./link","mod_time":"2023-11-14T22:13:20Z","mode":134218239,"is_dir":false,"is_symlink":true}])"),
        ElementsAre("d/", "link", "\xff.bin = 3 @ 0"));
    const auto items =
        page(json, R"([{"name":"a","size":1,"mod_time":"2023-11-14T22:13:20.5Z","is_dir":false}])");
    ASSERT_TRUE(ok(items));
    EXPECT_EQ(items->at(0).mtime, FileTime::from(noon, 500'000'000));
}

TEST(IndexPage, OfALinkThatCaddyFollowsNothingIsKnown) {
    const auto items =
        page(json,
             R"([{"name":"a","size":7,"mod_time":"2023-11-14T22:13:20Z","is_dir":false,"is_symlink":true}])");
    ASSERT_TRUE(ok(items));
    EXPECT_EQ(items->at(0).sureness, Sureness::none);
}

TEST(IndexPage, OfJsonEachFactIsTakenForItself) {
    EXPECT_THAT(
        names(json, R"([{"name":"a","type":"file","size":5},)"
                    R"({"name":"b","type":"file","mtime":"Tue, 14 Nov 2023 22:13:20 GMT"},)"
                    R"({"name":"c","type":"file","mtime":"yesterday","size":5},{"name":"d","type":"file"}])"),
        ElementsAre("a = 5", "b @ 0", "c = 5", "d"));
    EXPECT_THAT(names(json, R"([{"name":"a","size":5,"is_dir":false},)"
                            R"({"name":"b","mod_time":"2023-11-14T22:13:20Z","is_dir":false},)"
                            R"({"name":"c","size":5,"mod_time":"2023-11-14T22:13:20","is_dir":false},)"
                            R"({"name":"d","size":5,"mod_time":"2023-11-14T22:13Z","is_dir":false}])"),
                ElementsAre("a = 5", "b @ 0", "c = 5 @~ 0", "d = 5 @~ -20 minute"));
}

TEST(IndexPage, OfXmlEachFactIsTakenForItself) {
    EXPECT_THAT(names("text/xml",
                      "<list><file size=\"5\">a</file><file mtime=\"2023-11-14T22:13:20Z\">b</file>"
                      "<file mtime=\"2023-11-14 22:13\" size=\"5\">c</file><file>d</file></list>"),
                ElementsAre("a = 5", "b @ 0", "c = 5 @~ -20 minute", "d"));
}

TEST(IndexPage, OfATableEachColumnIsTakenForItself) {
    const auto table = [](std::string_view cells) {
        return apache(
            "<table><tr><th><a href=\"?C=N;O=D\">Name</a></th></tr>\n<tr><td><a href=\"f\">f</a></td>" +
            std::string(cells) + "</tr></table>");
    };
    EXPECT_THAT(names(html, table("<td> 512 </td>")), ElementsAre("f = 512"));
    EXPECT_THAT(names(html, table("<td> 98K</td>")), ElementsAre("f ~ 100352"));
    EXPECT_THAT(names(html, table("<td>2023-11-14 22:13  </td>")), ElementsAre("f @~ -20 minute"));
    EXPECT_THAT(names(html, table("<td>2023-11-14 22:13:20 UTC</td><td> 98K</td>")),
                ElementsAre("f ~ 100352 @ 0"));
    EXPECT_THAT(names(html, table("<td>2023-11-14 22:13:20 UTC</td><td>7</td>")), ElementsAre("f = 7 @ 0"));
}

TEST(IndexPage, ADateWithoutASizeIsRead) {
    EXPECT_THAT(names(html, nginx("<a href=\"f\">f</a>   14-Nov-2023 22:13    -\r\n")),
                ElementsAre("f @~ -20 minute"));
}

TEST(IndexPage, OfANameThatComesTwiceEachFactIsTheSurerOne) {
    const std::string rounded = "<a href=\"f\">f</a>  14-Nov-2023 22:13:20 UTC  12K\n",
                      dated = "<a href=\"f\">f</a>  14-Nov-2023 22:13  12345\n",
                      bare = "<a href=\"f\">f</a>\n";
    for (const auto& rows : {rounded + dated, dated + rounded, bare + rounded + bare + dated})
        EXPECT_THAT(names(html, nginx(rows)), ElementsAre("f = 12345 @ 0"));
    EXPECT_THAT(names(html, nginx(bare + dated)), ElementsAre("f = 12345 @~ -20 minute"));
    EXPECT_THAT(names(html, nginx(dated + bare)), ElementsAre("f = 12345 @~ -20 minute"));
}

TEST(IndexPage, ReadsPythonsServer) {
    EXPECT_THAT(
        names(html,
              "<!DOCTYPE HTML>\n<html lang=\"en\">\n<head>\n<title>Directory listing for /sub "
              "dir/</title>\n</head>\n"
              "<body>\n<h1>Directory listing for /sub dir/</h1>\n<hr>\n<ul>\n<li><a href=\"d/\">d@</a></li>\n"
              "<li><a href=\"%C3%BC.txt\">\xc3\xbc.txt</a></li>\n</ul>\n<hr>\n</body>\n</html>\n"),
        ElementsAre("d/", "\xc3\xbc.txt"));
}

TEST(IndexPage, ReadsOurJsonWithDigestsAndTargets) {
    const auto hex = digest_of_text("x").hex();
    const auto items = page(json, R"([{"name":"d","type":"directory","mtime":"Tue, 14 Nov 2023 22:13:20 GMT"},
{"name":"f","type":"file","mtime":"Tue, 14 Nov 2023 22:13:20 GMT","size":1,"sha256":")" +
                                      hex + R"("},
{"name":"l","type":"symlink","mtime":"Tue, 14 Nov 2023 22:13:20 GMT","target":"../f"},
{"name":"\\xff","type":"file","mtime":"Tue, 14 Nov 2023 22:13:20 GMT","size":2,"href":"%FF"}]
)");
    EXPECT_THAT(names(items), ElementsAre("d/", "f = 1 @ 0", "l -> ../f", "\xff = 2 @ 0"));
    EXPECT_EQ(items->at(1).digest, digest_of_text("x"));
}

TEST(IndexPage, ReadsOurHtml) {
    EXPECT_THAT(
        names(
            html,
            R"(<title>Index of /sub dir/</title><h1>Index of <a href="../">/</a><bdi>sub dir</bdi>/</h1><table>
<thead><tr><th><a href="?sort=name&amp;order=desc">Name</a> &uarr;</th></tr></thead>
<tbody>
<tr><td><a href="../">../</a></td></tr>
<tr><td><a href="d/"><bdi>d</bdi>/</a></td><td class="n">-</td><td class="d"><time>2023-11-14 22:13</time></td></tr>
<tr><td><a href="f"><bdi>f</bdi></a></td><td class="n" title="1234567 bytes">1.2 MiB</td><td class="d"><time>2023-11-14 22:13</time></td></tr>
<tr><td><a href="g"><bdi>g</bdi></a></td><td class="n">12 B</td><td class="d"><time>2023-11-14 22:13</time></td></tr>
<tr><td><a href="l"><bdi>l</bdi></a> <span class="t">&rarr; ../f</span></td><td class="n">-</td><td class="d"></td></tr>
</tbody>
</table>
<p>Nothing</p>)"),
        ElementsAre("d/", "f = 1234567 @~ -20 minute", "g = 12 @~ -20 minute", "l -> ../f"));
}

TEST(IndexPage, KnowsTheEmptyFoldersOfEachServer) {
    const auto is_empty = [](std::string_view type, const std::string& body) {
        const auto items = page(type, body);
        EXPECT_TRUE(ok(items)) << body;
        EXPECT_THAT(names(items), IsEmpty());
    };
    is_empty(html, nginx(""));
    is_empty(json, "[\r\n]");
    is_empty(json, "[]\n");
    is_empty("text/xml", "<?xml version=\"1.0\"?>\r\n<list>\r\n</list>\r\n");
    is_empty(html, apache("<ul><li><a href=\"/pub/\"> Parent Directory</a></li>\n</ul>"));
    is_empty(html, apache("<ul></ul>"));
    is_empty(html, apache("<pre>" + std::string(apache_columns) +
                          "<a href=\"/pub/\">Parent Directory</a>   -   \n<hr></pre>"));
    is_empty(html, caddy(""));
    is_empty(html,
             "<title>Directory listing for /x/</title><h1>Directory listing for /x/</h1><hr><ul>\n</ul><hr>");
}

TEST(IndexPage, RefusesWhatIsNoListing) {
    for (const std::string body :
         {"",
          "<html><head><title>Log in</title></head><body><form><table><tr><td><a "
          "href=\"help\">Help</a></td></tr></table>",
          "<h1>404 Not Found</h1>", "<title>Index of articles</title><ul><li><a href=\"a\">a</a></li></ul>",
          "<title>Index of /pub/</title><p>Come back later</p>", "[]",
          "<pre><a href=\"a\">a</a> 14-Nov-2023 22:13 1\n</pre>", "<a href=\"?C=N;O=D\">Name</a>"}) {
        const auto items = page(html, body);
        EXPECT_TRUE(fails_with(Fault::bad_input, items)) << body;
        EXPECT_THAT(items.error().text(), HasSubstr("no listing of a folder that is known")) << body;
        EXPECT_THAT(items.error().text(), HasSubstr("http://mirror/pub/sub%20dir/")) << body;
    }
    for (const std::string body :
         {"", "{}", "null", "3", "\"x\"", "[1]", "[[]]", "[{}]", R"([{"name":"x"}])",
          R"([{"name":"x","type":"tree"}])", R"({"error":"log in"})", R"([{"name":"debian","generation":3}])",
          "<html></html>", "[", R"([{"name":"a","type":"file"}] x)"})
        EXPECT_TRUE(fails_with(Fault::bad_input, page(json, body))) << body;
    EXPECT_TRUE(fails_with(Fault::bad_input, page("text/plain", nginx(""))));
    EXPECT_TRUE(fails_with(Fault::bad_input, page("text/xml", "<rss></rss>")));
}

TEST(IndexPage, RefusesAPageThatIsCutShort) {
    const auto whole = nginx(link_row("a") + link_row("b"));
    const auto end = whole.find("</pre>");
    ASSERT_TRUE(ok(page(html, whole)));
    for (std::size_t length = 0; length <= end + 5; ++length)
        EXPECT_FALSE(page(html, whole.substr(0, length))) << whole.substr(0, length);
    EXPECT_TRUE(fails_with(Fault::bad_input, page("text/xml", "<list><file mtime=\"\" size=\"1\">a</file>")));
}

TEST(IndexPage, CountsOnlyWhatLiesInThisFolder) {
    std::string rows;
    for (const auto* href : {"../",
                             "..",
                             "../x",
                             "/",
                             "/pub/",
                             "/pub",
                             "/pub/x",
                             "/pub/sub%20dir",
                             "./",
                             "",
                             ".",
                             "?C=N;O=D",
                             "x?download",
                             "#top",
                             "x#top",
                             "deep/er",
                             "deep/er/",
                             "/pub/sub%20dir/deep/er",
                             "http://elsewhere/pub/sub%20dir/x",
                             "https://mirror/pub/sub%20dir/x",
                             "//elsewhere/x",
                             "mailto:x@y",
                             "javascript:x",
                             "/pub/sub%20dirt/x"})
        rows += link_row(href);
    EXPECT_THAT(names(html, nginx(rows)), IsEmpty());
    EXPECT_THAT(names(html, nginx(link_row("a") + link_row("./b") + link_row("/pub/sub%20dir/c") +
                                  link_row("/pub/sub dir/d/") + link_row("http://mirror/pub/sub%20dir/e") +
                                  link_row("HTTP://MIRROR:80/pub/sub%20dir/f/"))),
                ElementsAre("a = 1 @~ -20 minute", "b = 1 @~ -20 minute", "c = 1 @~ -20 minute", "d/",
                            "e = 1 @~ -20 minute", "f/"));
}

TEST(IndexPage, RefusesNamesThatNoFileHas) {
    for (const auto* href : {"%2e%2e", "%2E", "a%2Fb", "a%00b", "a%0Ab", "a%7f", "a%zz", "a%", "%2e%2e/"})
        EXPECT_TRUE(fails_with(Fault::unsafe_path, page(html, nginx(link_row("good") + link_row(href)))))
            << href;
    EXPECT_TRUE(fails_with(Fault::unsafe_path, page(html, nginx(link_row(std::string(256, 'x'))))));
    const auto refused = page(json, R"([{"name":"a/b","type":"file"}])");
    EXPECT_TRUE(fails_with(Fault::unsafe_path, refused));
    EXPECT_EQ(refused.error().text(),
              "http://mirror/pub/sub%20dir/: the listing has the name \"a/b\", which can be no file's");
    for (const auto* name : {"..", ".", "a\\u0000", "a\\n", "/"})
        EXPECT_TRUE(fails_with(Fault::unsafe_path,
                               page(json, "[{\"name\":\"" + std::string(name) + "\",\"type\":\"file\"}]")))
            << name;
    EXPECT_TRUE(fails_with(Fault::unsafe_path, page("text/xml", "<list><file>a/b</file></list>")));
}

TEST(IndexPage, RefusesANameThatIsTwoThings) {
    EXPECT_TRUE(fails_with(Fault::bad_input, page(html, nginx(link_row("a") + link_row("a/")))));
    EXPECT_TRUE(ok(page(html, nginx(link_row("a") + link_row("a")))));
    EXPECT_TRUE(fails_with(Fault::bad_input,
                           page(json, R"([{"name":"a","type":"file"},{"name":"a","type":"file"}])")));
}

TEST(IndexPage, PrefersTheListThatHasTheColumns) {
    const std::string notice =
        "<ul><li><a href=\"README\">read me</a></li><li><a href=\"old/thing\">x</a></li></ul>";
    EXPECT_THAT(names(html, apache(notice + "<pre>" + std::string(apache_columns) +
                                   "<a href=\"/pub/\">Parent Directory</a> -\n" +
                                   "<a href=\"f\">f</a>  2023-11-14 22:13   10  \n<hr></pre>" + notice)),
                ElementsAre("f = 10 @~ -20 minute"));
}

TEST(IndexPage, ReadsCharacterReferencesAndOddQuotes) {
    EXPECT_THAT(names(html, nginx("<A HREF='it&#39;s'>x</A>  14-Nov-2023 22:13  1\n<a class=x href = b&amp;c "
                                  ">x</a> 14-Nov-2023 22:13 2\n"
                                  "<!-- <a href=\"comment\">x</a> --><a href=\"&#x3b1;&bogus;&\">x</a>\n")),
                ElementsAre("b&c = 2 @~ -20 minute", "it's = 1 @~ -20 minute", "\xce\xb1&bogus;&"));
}

TEST(IndexPage, TakesItsTimeOnNothing) {
    const std::string many(4 << 20, '<');
    EXPECT_FALSE(page(html, many));
    std::string lists, quotes, nested(1 << 20, '[');
    for (int i = 0; i < 200'000; ++i) {
        lists += "<ul></ul><pre><table>";
        quotes += "<a x='\"";
    }
    EXPECT_FALSE(page(html, lists));
    EXPECT_FALSE(page(html, quotes));
    EXPECT_FALSE(page(json, nested));
    EXPECT_TRUE(fails_with(Fault::refused, page(html, std::string(largest_index_page + 1, ' '))));
}

}  // namespace
}  // namespace mirrorseed::sync
