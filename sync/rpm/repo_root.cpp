#include "sync/rpm/repo_root.hpp"

#include "core/clock.hpp"

namespace mirrorseed::sync::rpm {

Result<Repomd> believe(const RootTexts& texts, const std::optional<Keyring>& keyring, std::stop_token stop) {
    if (!texts.repomd) return Error(Fault::not_found, "the upstream has no repomd.xml");
    if (keyring) {
        if (!texts.signature)
            return Error(Fault::bad_input, "repomd.xml: it has no signature (repomd.xml.asc)");
        const auto good = verify_detached(*keyring, *texts.repomd, *texts.signature, std::move(stop));
        if (!good && good.error().is(Fault::bad_input))
            return Error(Fault::changed, "repomd.xml: " + good.error().text());
        if (!good) return good.error().within("repomd.xml");
    }
    auto repomd = parse_repomd(*texts.repomd);
    if (!repomd) return repomd.error().within("repomd.xml");
    return repomd;
}

void drop_what_nobody_vouches_for(RootTexts& texts, const RootTexts& held, bool is_signed) {
    if (texts.key != held.key) texts.key.reset();
    if (!is_signed && texts.signature != held.signature) texts.signature.reset();
}

Result<Treeinfo> read_treeinfo(const RootTexts& texts) {
    const auto& text = texts.treeinfo ? texts.treeinfo : texts.plain_treeinfo;
    if (!text) return Treeinfo();
    auto treeinfo = parse_treeinfo(*text);
    if (!treeinfo) return treeinfo.error().within(texts.treeinfo ? ".treeinfo" : "treeinfo");
    return treeinfo;
}

std::string went_back(const Repomd& repomd, const Repomd& held) {
    const auto was = held.dated(), is = repomd.dated();
    if (was == 0 || is >= was) return {};
    const auto here = ", and here is one of " + format_iso_time(was);
    return (is == 0 ? "it has no date" : "it is of " + format_iso_time(is)) + here;
}

}  // namespace mirrorseed::sync::rpm
