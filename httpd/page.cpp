#include "httpd/page.hpp"

#include "core/text.hpp"

namespace mirrorseed::httpd {
namespace {

constexpr std::string_view style = R"css(
:root{color-scheme:light dark;--ink:#1d2329;--soft:#5c6770;--line:#dfe3e7;--back:#fff;--hover:#f3f6f9;--link:#0b57a4}
@media (prefers-color-scheme:dark){
:root{--ink:#e3e6e9;--soft:#98a2ab;--line:#30363c;--back:#15181b;--hover:#1f2429;--link:#7ab8f5}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--back);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
h1{font-size:1.25rem;margin:.5rem 0 1rem;overflow-wrap:anywhere}
p{color:var(--soft);margin:1rem .6rem}
table,thead,tbody{display:block}
thead{position:sticky;top:0;background:var(--back)}
tr{display:flex;border-bottom:1px solid var(--line)}
th,td{padding:.35rem .6rem;text-align:left}
th{color:var(--soft);font-weight:600;white-space:nowrap}
th a{color:inherit}
th:first-child,td:first-child{flex:1;min-width:0;overflow-wrap:anywhere}
tbody tr{content-visibility:auto;contain-intrinsic-size:auto 2.25rem}
tbody tr:hover{background:var(--hover)}
.n,.d{flex:none;white-space:nowrap;font-variant-numeric:tabular-nums}
.n{width:6.5rem;text-align:right}
.d{width:10.5rem;color:var(--soft)}
.t{color:var(--soft)}
a{color:var(--link);text-decoration:none}
a:hover,a:focus{text-decoration:underline}
@media (max-width:40rem){body{padding:.5rem}p{margin:1rem .3rem}th,td{padding:.45rem .3rem}.n{width:5.2rem}
.d{width:7rem}.d time{display:block;height:1.5em;overflow:hidden;white-space:normal}}
)css";

}  // namespace

std::string link_to(std::string_view name) {
    return percent_encode_path(name);
}

std::string page(std::string_view title, std::string_view heading, std::string_view body) {
    std::string out;
    out.reserve(body.size() + style.size() + title.size() + heading.size() + 300);
    out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(markup_text(title))
        .append("</title>\n<style>")
        .append(style)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(heading)
        .append("</h1>\n")
        .append(body)
        .append("</body>\n</html>\n");
    return out;
}

}  // namespace mirrorseed::httpd
