#include "httpd/published/told_releases.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace mirrorseed::httpd {

std::string info_hash_of(const Release& release) {
    if (release.info_hash_v1) return release.info_hash_v1->hex();
    return release.info_hash_v2 ? release.info_hash_v2->hex() : std::string();
}

std::string ToldReleases::url(std::string_view tree, const RelPath& path, std::string_view ending) const {
    return public_url_ + "/" +
           percent_encode_path(std::string(tree) + "/" + path.str() + std::string(ending));
}

std::string ToldReleases::page_url(std::string_view tree, const RelPath& path,
                                   std::string_view ending) const {
    return public_url_ + "/-/releases/" +
           percent_encode_path(std::string(tree) + "/" + path.str() + std::string(ending));
}

std::string ToldReleases::feed_url(std::string_view tree) const {
    return public_url_ + "/-/releases" + (tree.empty() ? "" : "/" + percent_encode_path(tree)) + ".rss";
}

std::string ToldReleases::all_url() const {
    return public_url_ + "/-/releases/";
}

std::string ToldReleases::seed_url(const Release& release, const RelPath& file) const {
    const auto below = release.content ? release.name : release.name + "/" + file.str();
    return public_url_ + "/-/seed/" + info_hash_of(release) + "/" + percent_encode_path(below);
}

std::vector<std::string> ToldReleases::elsewhere(const Release& release, std::string_view name) {
    std::vector<std::string> urls;
    for (const auto& seed : store_.catalogue().web_seeds().of(release.id))
        if (seed.is_good)
            urls.push_back(seed.url.ends_with('/') ? seed.url + percent_encode_path(name) : seed.url);
    return urls;
}

std::vector<ToldRelease> ToldReleases::all(std::optional<TreeId> tree) {
    std::vector<ToldRelease> told;
    for (const auto& release : store_.catalogue().releases().listed())
        if (!tree || release.tree == *tree) told.push_back(tell(release));
    return told;
}

std::vector<ToldRelease> ToldReleases::newest(std::size_t most, std::optional<TreeId> tree) {
    std::vector<ToldRelease> told;
    for (const auto& release : store_.catalogue().releases().listed()) {
        if (told.size() == most) break;
        if (!release.gone && (!tree || release.tree == *tree)) told.push_back(tell(release));
    }
    return told;
}

ToldRelease ToldReleases::tell(const Release& release) {
    auto& releases = store_.catalogue().releases();
    const auto& tree = release.tree_name;
    ToldRelease told{.tree = tree,
                     .path = release.path.str(),
                     .name = release.name,
                     .title = release.title,
                     .published = release.published,
                     .gone = release.gone,
                     .size = release.size,
                     .content = release.content,
                     .info_hash_v1 = release.info_hash_v1,
                     .info_hash_v2 = release.info_hash_v2,
                     .adopted = release.adopted,
                     .magnet = releases.description(release.id, "magnet").value_or(""),
                     .torrent_size = releases.description_size(release.id, "torrent")};
    const auto by_hash = public_url_ + "/-/torrent/" + info_hash_of(release);
    // Another one may be found by the path of a former one.
    told.torrent = release.gone ? by_hash + ".torrent" : page_url(tree, release.path, ".torrent");
    told.metalink = release.gone ? by_hash + ".meta4" : page_url(tree, release.path, ".meta4");
    told.page = release.gone ? by_hash : page_url(tree, release.path);
    if (release.content)
        told.url = release.gone ? seed_url(release, release.path) : url(tree, release.path);
    else if (!release.gone)
        told.url = url(tree, release.path, "/");
    using State = ToldSeed::State;
    if (!release.gone) told.seeds.push_back({told.url, State::ok, release.published});
    told.seeds.push_back(
        {public_url_ + "/-/seed/" + info_hash_of(release) + "/", State::ok, release.published});
    for (const auto& seed : store_.catalogue().web_seeds().of(release.id))
        told.seeds.push_back({seed.url,
                              seed.checked == 0 ? State::unchecked
                              : seed.is_good    ? State::ok
                                                : State::bad,
                              seed.checked});
    if (swarm_) told.swarm = swarm_(release);
    return told;
}

}  // namespace mirrorseed::httpd
