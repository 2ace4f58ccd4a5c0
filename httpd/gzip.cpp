#include "httpd/gzip.hpp"

#include <zlib.h>

#include <memory>
#include <new>

namespace mirrorseed::httpd {
namespace {

// The rows of a listing are so alike that higher levels save little and cost much.
constexpr int level = 4;
constexpr int window = 15, with_gzip_header = 16, memory_level = 8;

}  // namespace

// In one go: its length is known, and bounds what comes out.
std::string gzip(std::string_view text) {
    z_stream stream{};
    if (::deflateInit2(&stream, level, Z_DEFLATED, window + with_gzip_header, memory_level,
                       Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
    const std::unique_ptr<z_stream, int (*)(z_stream*)> ending(&stream, ::deflateEnd);
    std::string out(::deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (::deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::bad_alloc();
    out.resize(stream.total_out);
    out.shrink_to_fit();
    return out;
}

}  // namespace mirrorseed::httpd
