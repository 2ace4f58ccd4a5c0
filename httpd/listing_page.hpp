// Listings as pages for people and as JSON for programs. Pure.
//
// The HTML needs no script, follows the reader's light or dark preference and
// fits a telephone. The JSON of a folder has nginx's form, so that what reads
// nginx's autoindex reads ours.
#pragma once

#include "httpd/likes.hpp"
#include "httpd/listing.hpp"
#include "httpd/request_target.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mirrorseed::httpd {

enum class ListingForm { html, json };
// ?format= decides; otherwise what is liked.
ListingForm choose_listing_form(const Target& target, const Likes& likes);

struct ListingOrder {
    enum class Key { name, size, date } key = Key::name;
    enum class Direction { ascending, descending } direction = Direction::ascending;
    bool operator==(const ListingOrder&) const = default;
};
// ?sort=name|size|date&order=asc|desc; what is none of these counts as absent.
ListingOrder choose_listing_order(const Target& target);
// Of a target that may name a folder, spelled in another way: the one way that all have in common which ask
// for the same listing. What a listing takes nothing from is not in it.
std::optional<std::string> listing_asked_for(std::string_view target);
// By name, folders stand before everything else; by size and date, equals stand by name.
void sort_listing(std::vector<ListedItem>& items, ListingOrder order);

// The items in the order given; `folder` is shown and its parent linked to.
std::string folder_as_html(const RelPath& folder, const std::vector<ListedItem>& items, ListingOrder order);
std::string folder_as_json(const std::vector<ListedItem>& items);
std::string trees_as_html(const std::vector<ListedTree>& trees);
std::string trees_as_json(const std::vector<ListedTree>& trees);

}  // namespace mirrorseed::httpd
