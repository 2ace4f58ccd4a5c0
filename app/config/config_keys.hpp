// The one table of config keys.
//
// Each row says what a key is called, what it is for, how it is read into its
// struct and how the struct's value is written as TOML. The reader, the example
// config and the manual page are all made from these rows.
#pragma once

#include "app/config/config_values.hpp"

#include <fmt/format.h>

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace mirrorseed::app {

// What a key that is understood does not do yet.
struct NotBuilt {
    std::string_view instead{};  // what happens in its place; empty: the key works

    bool empty() const noexcept { return instead.empty(); }
};

template <class S>
struct Key {
    std::string_view name;
    std::string_view help;     // one line
    std::string_view example;  // TOML, of a key that has no default because a person must give it
    NotBuilt not_built;        // empty for what works
    std::function<void(const Value&, S&, const Complain&)> read;
    std::function<std::string(const S&)> show;

    bool required() const noexcept { return !example.empty(); }
};

// The keys of a section, in the order in which they are documented.
template <class S>
std::span<const Key<S>> keys_of();

template <>
std::span<const Key<StoreConfig>> keys_of<StoreConfig>();
template <>
std::span<const Key<ServerConfig>> keys_of<ServerConfig>();
template <>
std::span<const Key<SyncConfig>> keys_of<SyncConfig>();
template <>
std::span<const Key<LogConfig>> keys_of<LogConfig>();
template <>
std::span<const Key<TreeConfig>> keys_of<TreeConfig>();
template <>
std::span<const Key<ReleaseConfig>> keys_of<ReleaseConfig>();
template <>
std::span<const Key<DebianConfig>> keys_of<DebianConfig>();
template <>
std::span<const Key<RpmConfig>> keys_of<RpmConfig>();
template <>
std::span<const Key<ArchConfig>> keys_of<ArchConfig>();
template <>
std::span<const Key<ImagesConfig>> keys_of<ImagesConfig>();

// As the documents show it: its default, or the example of a key that a person must give.
template <class S>
std::string documented_value(const Key<S>& key) {
    static const S defaults{};
    return key.required() ? std::string(key.example) : key.show(defaults);
}

// What it is for, and what it does not do yet.
template <class S>
std::string documented_help(const Key<S>& key) {
    if (key.not_built.empty()) return std::string(key.help);
    return fmt::format("{}; not built yet: {}", key.help, key.not_built.instead);
}

// What a section is for, in one line each; the names are as in the document: "[server]", "[[tree]]".
struct SectionHelp {
    std::string_view title, help;
};
inline constexpr SectionHelp store_section{"[store]", "where everything is kept"};
inline constexpr SectionHelp server_section{"[server]", "the HTTP server"};
inline constexpr SectionHelp sync_section{"[sync]", "what all trees share when they are synced"};
inline constexpr SectionHelp log_section{"[log]", "what the program tells its operator"};
inline constexpr SectionHelp tree_section{"[[tree]]", "one mirrored tree; as many as there are trees"};
inline constexpr SectionHelp release_section{"[[tree.release]]",
                                             "what deserves a torrent; as many as are needed"};
inline constexpr SectionHelp debian_section{
    "[tree.debian]", "part of a Debian archive; at most one of debian, rpm, arch and images in a tree"};
inline constexpr SectionHelp rpm_section{"[tree.rpm]", "part of an archive of RPM repositories"};
inline constexpr SectionHelp arch_section{"[tree.arch]", "part of an Arch Linux archive"};
inline constexpr SectionHelp images_section{"[tree.images]", "release images that checksum lists tell of"};

}  // namespace mirrorseed::app
