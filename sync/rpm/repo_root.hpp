// What clients of a repository read first: whether it may be believed. Pure but for gpgv.
#pragma once

#include "sync/rpm/repomd.hpp"
#include "sync/rpm/treeinfo.hpp"
#include "sync/signature.hpp"

#include <optional>
#include <stop_token>
#include <string>

namespace mirrorseed::sync::rpm {

// As they came; nothing where the upstream has none. The key is held for clients and never believed.
struct RootTexts {
    std::optional<std::string> repomd{}, signature{}, key{};
    std::optional<std::string> treeinfo{}, plain_treeinfo{};  // .treeinfo, and treeinfo
};

// Without a keyring no signature is asked for. Fault::changed where text and signature do not fit, as they do
// not for a moment while both are replaced.
Result<Repomd> believe(const RootTexts& texts, const std::optional<Keyring>& keyring,
                       std::stop_token stop = {});

// Of what a mirror sends that a metalink chose: the metalink vouches for repomd.xml alone, and a signature
// that was verified for itself. Another signature or key is shown only where the tree has it, from an
// upstream that was named.
void drop_what_nobody_vouches_for(RootTexts& texts, const RootTexts& held, bool is_signed);

// Of the images of its .treeinfo, where it has one.
Result<Treeinfo> read_treeinfo(const RootTexts& texts);

// Why a person should look first, or nothing: it is older than that which the tree has, or does not say.
std::string went_back(const Repomd& repomd, const Repomd& held);

}  // namespace mirrorseed::sync::rpm
