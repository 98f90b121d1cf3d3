#include "common/url/url.h"

#include "gtest/gtest.h"

namespace causeway::url {
namespace {

TEST(Url, EscapesWhatIsNotUnreserved) {
  EXPECT_EQ(Escape("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(Escape("a b&c=d/e?f#g%h+i@j'"), "a%20b%26c%3Dd%2Fe%3Ff%23g%25h%2Bi%40j%27");
  EXPECT_EQ(EscapeSegment("@a/b+c"), "@a%2Fb%2Bc");
  EXPECT_EQ(Escape(std::string("\0\xff\xc3\xa9", 4)), "%00%FF%C3%A9");
}

TEST(Url, EncodesPairs) {
  EXPECT_EQ(EncodePairs({{"grant_type", "client_credentials"}, {"scope", "a b"}}),
            "grant_type=client_credentials&scope=a%20b");
  EXPECT_EQ(EncodePairs({}), "");
}

TEST(Url, FindsTheOrigin) {
  EXPECT_EQ(*OriginOf("https://contoso.example/api/data?x=1"), "https://contoso.example");
  EXPECT_EQ(*OriginOf("HTTPS://Contoso.Example:443"), "https://contoso.example");
  EXPECT_EQ(*OriginOf("http://127.0.0.1:80/"), "http://127.0.0.1");
  EXPECT_EQ(*OriginOf("http://127.0.0.1:8080/"), "http://127.0.0.1:8080");
  EXPECT_EQ(*OriginOf("https://contoso.example?x=/y"), "https://contoso.example");
  EXPECT_EQ(*OriginOf("http://[::1]:8080/x"), "http://[::1]:8080");
  EXPECT_EQ(*OriginOf("http://[::1]/x"), "http://[::1]");
}

TEST(Url, RefusesWhatReadersUnderstandDifferently) {
  for (const char* url :
       {"", "contoso.example", "/api/data", "//contoso.example/x", "ftp://contoso.example/", "file:///etc/passwd",
        "https://", "https:///x", "https://contoso.example@evil.example/", "https://contoso.example\\@evil.example/",
        "https://contoso.example \t/", "https://contoso.example\r\nHost: evil/", "https://contoso.example:x/",
        "https://contoso.example:99999/", "https://contoso.example:/", "https://evil.example%2f.contoso.example/",
        "https://c\xc3\xb6ntoso.example/", "javascript:alert(1)"}) {
    EXPECT_FALSE(OriginOf(url).ok()) << url;
  }
}

TEST(Url, ComparesOrigins) {
  EXPECT_TRUE(SameOrigin("https://contoso.example/a", "https://CONTOSO.example:443/b"));
  EXPECT_FALSE(SameOrigin("https://contoso.example/a", "http://contoso.example/a"));
  EXPECT_FALSE(SameOrigin("https://contoso.example/a", "https://contoso.example.evil.example/a"));
  EXPECT_FALSE(SameOrigin("https://contoso.example/a", "https://contoso.example:8443/a"));
  EXPECT_FALSE(SameOrigin("nonsense", "nonsense"));
}

TEST(Url, CutsTrailingSlashes) {
  EXPECT_EQ(WithoutTrailingSlash("https://contoso.example//"), "https://contoso.example");
  EXPECT_EQ(WithoutTrailingSlash("https://contoso.example"), "https://contoso.example");
}

}  // namespace
}  // namespace causeway::url
