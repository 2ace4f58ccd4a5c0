#include "core/store/zstd.hpp"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <new>
#include <utility>
#include <vector>

namespace mirrorseed {
namespace {

// Level 3 compresses a manifest as fast as its lines are made; higher levels save little on hex digests.
constexpr int level = 3;

Error zstd_error(const std::string& name, std::size_t code) {
    return {Fault::damaged, name + ": " + ZSTD_getErrorName(code)};
}

}  // namespace

struct ZstdWriter::State {
    const Descriptor& file;
    std::string name;
    ZSTD_CCtx* context = ZSTD_createCCtx();
    std::vector<std::uint8_t> out = std::vector<std::uint8_t>(ZSTD_CStreamOutSize());
};

ZstdWriter::ZstdWriter(const Descriptor& file, std::string name)
    : state_(new State{.file = file, .name = std::move(name)}) {
    if (state_->context == nullptr) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(state_->context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(state_->context, ZSTD_c_checksumFlag, 1);
}

ZstdWriter::~ZstdWriter() {
    ZSTD_freeCCtx(state_->context);
}

Status ZstdWriter::compress(ByteSpan bytes, bool last) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (;;) {
        ZSTD_outBuffer out{state_->out.data(), state_->out.size(), 0};
        const auto left =
            ZSTD_compressStream2(state_->context, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left)) return zstd_error(state_->name, left);
        const auto written = write_all(state_->file, ByteSpan(state_->out).first(out.pos), state_->name);
        if (!written) return written;
        if (last ? left == 0 : in.pos == in.size) return {};
    }
}

Status ZstdWriter::write(ByteSpan bytes) {
    return compress(bytes, false);
}
Status ZstdWriter::finish() {
    return compress({}, true);
}

std::string zstd_of(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const auto size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), level);
    if (ZSTD_isError(size)) throw std::bad_alloc();  // there is room enough for anything
    out.resize(size);
    out.shrink_to_fit();
    return out;
}

ByteSource bytes_of(Descriptor file, std::string name) {
    // A function can be copied, and a descriptor cannot.
    auto shared = std::make_shared<const Descriptor>(std::move(file));
    return [shared = std::move(shared), name = std::move(name)](std::span<std::uint8_t> buffer) {
        return read_some(*shared, buffer, name);
    };
}

struct ZstdReader::State {
    ByteSource source;
    std::string name;
    ZSTD_DCtx* context = ZSTD_createDCtx();
    std::vector<std::uint8_t> in = std::vector<std::uint8_t>(ZSTD_DStreamInSize());
    ZSTD_inBuffer pending{nullptr, 0, 0};
    bool whole = false;  // the frame has ended

    ~State() { ZSTD_freeDCtx(context); }
};

ZstdReader::ZstdReader(ByteSource source, std::string name, Bytes window)
    : state_(new State{.source = std::move(source), .name = std::move(name)}) {
    if (state_->context == nullptr) throw std::bad_alloc();
    const auto log = static_cast<int>(std::bit_width(window)) - 1;
    ZSTD_DCtx_setParameter(state_->context, ZSTD_d_windowLogMax,
                           std::clamp(log, ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).lowerBound, 27));
}

ZstdReader::~ZstdReader() = default;
ZstdReader::ZstdReader(ZstdReader&&) noexcept = default;
ZstdReader& ZstdReader::operator=(ZstdReader&&) noexcept = default;

Result<std::size_t> ZstdReader::read(std::span<std::uint8_t> buffer) {
    auto& state = *state_;
    for (;;) {
        if (state.pending.pos == state.pending.size) {
            const auto got = state.source(state.in);
            if (!got) return got.error();
            if (*got == 0 && !state.whole) return Error(Fault::damaged, state.name + " is cut short");
            if (*got == 0) return std::size_t{0};
            state.pending = {state.in.data(), *got, 0};
        }
        ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
        const auto code = ZSTD_decompressStream(state.context, &out, &state.pending);
        if (ZSTD_isError(code)) return zstd_error(state.name, code);
        state.whole = code == 0;
        if (out.pos > 0) return out.pos;
    }
}

}  // namespace mirrorseed
