#include "core/http/shown_url.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace mirrorseed {
namespace {

TEST(ShownUrl, HasNoCredentials) {
    for (const auto& [url, shown] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"https://h.example/a/@b/", "https://h.example/a/@b/"},
             {"https://u:p@h.example:80/a", "https://h.example:80/a"},
             {"rsync://u@h.example/m/", "rsync://h.example/m/"},
             {"https://[::1]:80/a@b", "https://[::1]:80/a@b"},
             {"https://user:pass@host", "https://host"},
             {"https://host?x=a@b", "https://host?..."},
             {"file:///srv/a@b", "file:///srv/a@b"},
             {"file:///srv/a\x1b[2J", "file:///srv/a\\x1b[2J"},
             {"plain", "plain"},
             {"https://u:a/b@h.example/", "https://h.example/"},
             {"https://u:a@b@h.example/", "https://h.example/"},
             {"https://h.example/a?b=c", "https://h.example/a?..."}})
        EXPECT_EQ(without_credentials(url), shown);
}

}  // namespace
}  // namespace mirrorseed
