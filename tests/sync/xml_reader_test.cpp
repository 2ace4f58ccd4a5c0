#include "sync/xml_reader.hpp"

#include "core/text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mirrorseed::sync {
namespace {

struct Seen {
    std::string text, fault;
};

Seen read(std::string_view xml, std::size_t step = 1 << 20) {
    Seen seen;
    XmlReader reader({.begin = [&](auto name, int depth, const auto& attributes) -> Status {
                          if (name == "bad") return Error(Fault::refused, "not this");
                          seen.text += std::to_string(depth) + std::string(name);
                          for (const auto& [key, value] : attributes)
                              seen.text.append(" ").append(key).append("=").append(value);
                          seen.text += "(";
                          return {};
                      },
                      .end = [&](auto name, int depth, auto text) -> Status {
                          seen.text += std::string(text) + ")" + std::string(name) + std::to_string(depth);
                          return {};
                      }});
    Status status;
    for (; status && !xml.empty(); xml.remove_prefix(std::min(step, xml.size())))
        status = reader.read(as_bytes(xml.substr(0, step)));
    if (status) status = reader.finish();
    if (!status) seen.fault = status.error().text();
    return seen;
}

TEST(XmlReader, TellsElementsWithTheirTextHoweverTheyCome) {
    const std::string xml =
        "<?xml version='1.0'?>\n<a x='1' y:z='&lt;&#65;'><y:b>t&amp;t<!-- no --></y:b><c/></a>\n";
    const auto whole = read(xml);
    EXPECT_EQ(whole.text, "0a x=1 z=<A(1b(t&t)b11c()c1)a0");
    EXPECT_EQ(whole.fault, "");
    for (const std::size_t step : {1U, 2U, 7U})
        EXPECT_EQ(read(xml, step).text, whole.text);
}

TEST(XmlReader, RefusesWhatIsNoXmlAndSaysWhere) {
    EXPECT_EQ(read("<a>\n<b></a>").fault, "line 2: no XML: mismatched tag");
    EXPECT_NE(read("").fault, "");
    EXPECT_NE(read("<a>").fault, "");
    EXPECT_NE(read("<a/><a/>").fault, "");
    EXPECT_NE(read("hello").fault, "");
    EXPECT_EQ(read("<a>\n\n<bad/></a>").fault, "line 3: not this");
}

TEST(XmlReader, RefusesDocumentTypesAndSoEntities) {
    EXPECT_EQ(read("<!DOCTYPE a [<!ENTITY e 'ha'>]><a>&e;&e;</a>").fault,
              "line 1: it declares a document type");
    EXPECT_EQ(read("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>").fault,
              "line 1: it declares a document type");
    EXPECT_NE(read("<a>&e;</a>").fault, "");
}

TEST(XmlReader, IsBounded) {
    std::string deep;
    for (int i = 0; i < 200; ++i)
        deep += "<a>";
    EXPECT_NE(read(deep).fault.find("it goes too deep"), std::string::npos);
    EXPECT_NE(read("<a>" + std::string(2 << 20, 'x')).fault.find("a text without end"), std::string::npos);
    const std::string much(6 << 20, 'x');
    for (const auto* begin : {"<a b='", "<a><!--", "<a><?p ", "<"})
        EXPECT_NE(read(begin + much, 1 << 16).fault.find("without end"), std::string::npos) << begin;
    EXPECT_EQ(read("<a><!--" + std::string(1 << 20, 'x') + "--></a>", 1 << 16).fault, "");
}

}  // namespace
}  // namespace mirrorseed::sync
