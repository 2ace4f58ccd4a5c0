#include "httpd/shared_texts.hpp"

#include <mutex>
#include <unordered_map>
#include <utility>

namespace mirrorseed::httpd {

struct SharedTexts::Table {
    std::mutex mutex;
    std::unordered_map<std::string, std::weak_ptr<const std::string>> texts;  // under the mutex

    // Somebody may have made it anew since the last one let go.
    void forget(const std::string& name) {
        const std::lock_guard lock(mutex);
        const auto known = texts.find(name);
        if (known != texts.end() && known->second.expired()) texts.erase(known);
    }
};

SharedTexts::SharedTexts() : table_(std::make_shared<Table>()) {}

SharedText SharedTexts::share(const std::string& name, std::string&& text) {
    const std::lock_guard lock(table_->mutex);
    auto& known = table_->texts[name];
    if (auto there = known.lock()) return there;
    auto own = std::make_shared<const std::string>(std::move(text));
    const auto* bytes = own.get();
    SharedText shared(bytes, [table = table_, name, own = std::move(own)](auto*) mutable {
        table->forget(name);
        own.reset();
    });
    known = shared;
    return shared;
}

std::size_t SharedTexts::count() const {
    const std::lock_guard lock(table_->mutex);
    return table_->texts.size();
}

}  // namespace mirrorseed::httpd
