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
table{width:100%;border-collapse:collapse}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{color:var(--soft);font-weight:600;white-space:nowrap}
th a{color:inherit}
td:first-child{overflow-wrap:anywhere;width:100%}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.d{white-space:nowrap;font-variant-numeric:tabular-nums;color:var(--soft)}
.t{color:var(--soft)}
tbody tr:hover{background:var(--hover)}
a{color:var(--link);text-decoration:none}
a:hover,a:focus{text-decoration:underline}
@media (max-width:40rem){body{padding:.5rem}th,td{padding:.45rem .3rem}.d{font-size:.85rem;white-space:normal}}
)css";

}  // namespace

std::string link_to(std::string_view name) {
    return percent_encode_path(name);
}

std::string page(std::string_view title, std::string_view body) {
    const auto shown = markup_text(title);
    std::string out;
    out.reserve(body.size() + style.size() + 2 * shown.size() + 300);
    out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(shown)
        .append("</title>\n<style>")
        .append(style)
        .append("</style>\n</head>\n<body>\n<h1>")
        .append(shown)
        .append("</h1>\n")
        .append(body)
        .append("</body>\n</html>\n");
    return out;
}

}  // namespace mirrorseed::httpd
