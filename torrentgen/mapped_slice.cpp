#include "torrentgen/mapped_slice.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <mutex>

namespace mirrorseed::torrentgen {

struct MappedSlice::Region {
    std::uint8_t* begin = nullptr;  // at a page
    std::uint8_t* end = nullptr;
    std::size_t lead = 0;  // from `begin` to the first byte that was asked for
    volatile bool lost = false;
    Region* next = nullptr;
};

namespace {

std::size_t page_size() {
    static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return size;
}

// A fault interrupts the very thread that has the mapping, and never within these few lines that change the
// list.
thread_local MappedSlice::Region* regions = nullptr;
struct sigaction before_us {};

extern "C" void on_bus_error(int, siginfo_t* info, void*) {
    auto* address = static_cast<std::uint8_t*>(info->si_addr);
    for (auto* region = regions; region != nullptr; region = region->next) {
        if (address < region->begin || address >= region->end) continue;
        const auto page = reinterpret_cast<std::uintptr_t>(address) & ~(page_size() - 1);
        auto* start = address - (reinterpret_cast<std::uintptr_t>(address) - page);
        // Zeros for the rest of it: what follows a lost page is of no use either.
        const void* put = mmap(start, static_cast<std::size_t>(region->end - start), PROT_READ,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        region->lost = true;
        if (put != MAP_FAILED) return;
    }
    // Not ours: the fault comes again and finds whoever handled it before.
    sigaction(SIGBUS, &before_us, nullptr);
}

void handle_bus_errors() {
    static std::once_flag once;
    std::call_once(once, [] {
        (void)page_size();  // asked for before a handler needs it
        struct sigaction action {};
        action.sa_sigaction = on_bus_error;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        sigaction(SIGBUS, &action, &before_us);
    });
}

}  // namespace

std::optional<MappedSlice> MappedSlice::map(const Descriptor& file, Bytes offset, Bytes length) {
    handle_bus_errors();
    const auto lead = offset % page_size();
    const auto size = static_cast<std::size_t>(lead + length);
    void* at = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), static_cast<off_t>(offset - lead));
    if (at == MAP_FAILED) return std::nullopt;
    auto region = std::make_unique<Region>();
    region->begin = static_cast<std::uint8_t*>(at);
    region->end = region->begin + size;
    region->lead = lead;
    return MappedSlice(std::move(region));
}

MappedSlice::MappedSlice(std::unique_ptr<Region> region) : region_(std::move(region)) {
    region_->next = regions;
    regions = region_.get();
}

MappedSlice::MappedSlice(MappedSlice&&) noexcept = default;

MappedSlice::~MappedSlice() {
    if (!region_) return;
    auto** link = &regions;
    while (*link != region_.get())
        link = &(*link)->next;
    *link = region_->next;
    munmap(region_->begin, static_cast<std::size_t>(region_->end - region_->begin));
}

ByteSpan MappedSlice::bytes() const noexcept {
    return {region_->begin + region_->lead, region_->end};
}

bool MappedSlice::lost() const noexcept {
    return region_->lost;
}

}  // namespace mirrorseed::torrentgen
