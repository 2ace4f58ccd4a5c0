#include "sync/images/image_set.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace mirrorseed::sync::images {
namespace {

constexpr std::array by_strength{ChecksumKind::sha256, ChecksumKind::sha512, ChecksumKind::blake2b,
                                 ChecksumKind::sha384, ChecksumKind::sha224, ChecksumKind::sha1,
                                 ChecksumKind::md5};

std::size_t weakness(ChecksumKind kind) {
    return static_cast<std::size_t>(std::find(by_strength.begin(), by_strength.end(), kind) -
                                    by_strength.begin());
}

std::string quoted(const RelPath& path) {
    return escape_text(path.str());
}

class Judge {
public:
    explicit Judge(const ImageSet& set) : set_(set) {}

    SetVerdict judge(const std::function<bool(const RelPath&)>& has_signature) {
        for (const bool is_signed : {true, false})
            for (const auto& list : set_.lists)
                if (list.is_signed == is_signed) read(list);
        for (const auto& image : set_.images) {
            const bool is_told = verdict_.sums.contains(image);
            const bool is_signed = signed_.contains(image) || !set_.must_be_signed;
            const bool is_in_doubt = !is_told || (!is_signed && !has_signature(image));
            if (is_in_doubt && !bad_list_.empty())
                blame(bad_list_);
            else if (!is_told)
                verdict_.untold.push_back(image);
            else if (!is_signed && !has_signature(image))
                blame("no checksum list that is signed tells of " + quoted(image) +
                      ", nor is it signed itself");
            else if (!is_signed)
                verdict_.need_signature.push_back(image);
        }
        if (!verdict_.untold.empty() && verdict_.untold.size() == set_.images.size())
            blame(nobody_tells_of(verdict_.untold.front()));
        hold_lists();
        return std::move(verdict_);
    }

private:
    void blame(const std::string& fault) {
        if (verdict_.fault.empty()) verdict_.fault = fault;
    }

    void read(const ReadSet& list) {
        // It says nothing of an image that another one tells of.
        if (!list.fault.empty() && bad_list_.empty()) bad_list_ = list.fault;
        if (!list.fault.empty()) return;
        const bool decides = list.is_signed || !set_.must_be_signed;
        for (const auto& [path, sum] : list.files) {
            // Beside one that is signed no other has a say.
            if (!decides && signed_.contains(path)) continue;
            if (list.is_signed) signed_.insert(path);
            take(path, sum);
        }
    }

    void take(const RelPath& path, const Checksum& sum) {
        auto& told = told_[path];
        for (const auto& other : told)
            if (other.kind == sum.kind && other != sum)
                blame("two checksum lists disagree about " + quoted(path));
        told.push_back(sum);
        const auto [at, is_new] = verdict_.sums.emplace(path, sum);
        if (!is_new && weakness(sum.kind) < weakness(at->second.kind)) at->second = sum;
    }

    // With a keyring one that nobody signed is held where an image stands for itself.
    void hold_lists() {
        for (const auto& list : set_.lists) {
            const bool is_believed =
                list.is_signed || !set_.must_be_signed || !verdict_.need_signature.empty();
            if (list.files.empty() || !is_believed) continue;
            verdict_.held.push_back(list.set.list);
            verdict_.held.insert(verdict_.held.end(), list.set.signatures.begin(), list.set.signatures.end());
        }
    }

    const ImageSet& set_;
    SetVerdict verdict_;
    std::unordered_map<RelPath, std::vector<Checksum>> told_;
    std::unordered_set<RelPath> signed_;
    std::string bad_list_;  // why the first that cannot be believed
};

}  // namespace

std::string nobody_tells_of(const RelPath& image) {
    return "no checksum list tells of " + quoted(image);
}

SetVerdict judge_set(const ImageSet& set, const std::function<bool(const RelPath&)>& has_signature) {
    return Judge(set).judge(has_signature);
}

}  // namespace mirrorseed::sync::images
