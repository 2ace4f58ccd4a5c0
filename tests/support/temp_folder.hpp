// A folder that is gone when the test is over, and words for filling and reading it.
#pragma once

#include <string>
#include <string_view>

namespace mirrorseed::test {

class TempFolder {
public:
    TempFolder();
    // Where there is a file system in memory, on that: syncing costs nothing there.
    static TempFolder in_memory();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::string& path() const { return path_; }
    std::string at(std::string_view name) const { return path_ + "/" + std::string(name); }

    // Makes missing folders on the way. Times are seconds since 1970; 0 leaves them.
    void write(std::string_view name, std::string_view content, long time = 0) const;
    void link(std::string_view name, std::string_view target) const;
    void mode(std::string_view name, unsigned bits) const;
    void remove(std::string_view name) const;
    std::string read(std::string_view name) const;
    bool has(std::string_view name) const;

private:
    explicit TempFolder(const std::string& place);
    std::string path_;
};

}  // namespace mirrorseed::test
