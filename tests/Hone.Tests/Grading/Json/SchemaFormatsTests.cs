using System.Text.Json;
using Hone.Grading.Json.Schema;

namespace Hone.Tests.Grading.Json;

public class SchemaFormatsTests
{
    [Theory]
    [InlineData("date-time", "1963-06-19T08:30:06.283185Z 1963-06-19t08:30:06z 1990-12-31T15:59:50.123-08:00 1998-12-31T23:59:60Z", "1990-02-31T15:59:59Z 1998-12-31T22:59:60Z 06/19/1963 1963-06-19T08:30:06 1963-06-19T08:30:06+01 1963-06-1T00:00:00Z 1963-06-19T25:00:00Z")]
    [InlineData("date", "1963-06-19 2020-02-29", "2021-02-29 2020-13-01 06/19/1963 1963-6-19 1963-06-1৪")]
    [InlineData("time", "08:30:06Z 23:59:60Z 01:29:60+01:30 12:00:00.5-05:00", "08:30:06 24:00:00Z 00:60:00Z 22:59:60Z 8:30:06Z 01:02:03+24:00")]
    [InlineData("duration", "P4DT12H30M5S P4Y PT0S P0D P1M PT1M PT36H P1DT12H P2W", "PT1D 4DT12H30M5S P P1YT P2D1Y P2S PT P1Y2W")]
    [InlineData("email", "joe.bloggs@example.com te~st@example.com joe@[127.0.0.1]", "2962 .test@example.com te..st@example.com test.@example.com a@ @b joe@-x.com")]
    [InlineData("idn-email", "실례@실례.테스트 joe@example.com", "2962")]
    [InlineData("hostname", "www.example.com xn--4gbwdl.xn--wgbh1c a 1host", "-bad bad- a..b not_a_host .com example.com.")]
    [InlineData("ipv4", "192.168.0.1 0.0.0.0 255.255.255.255", "127.0.0.0.1 256.1.1.1 127.0 0x7f000001 087.10.0.1 1.2.3.4.")]
    [InlineData("ipv6", "::1 :: ::abef d6:: ::ffff:192.168.0.1 1:2:3:4:5:6:7:8", "12345:: 1:2:3:4:5:6:7:8:9 ::laptop fe80::a%eth1 [::1] 1::d6::42 127.0.0.1")]
    [InlineData("uri", "http://foo.bar/?baz=qux#quux ftp://ftp.is.co.za/rfc/rfc1808.txt mailto:John.Doe@example.com urn:oasis:names tel:+1-816-555-1212", "//foo.bar /abc \\\\WINDOWS\\file http://foo<bar :// bar,baz http://ex/%zz")]
    [InlineData("uri-reference", "/abc #frag //foo.bar a", "\\\\WINDOWS\\file #frag\\ment")]
    [InlineData("uuid", "2EB8AA08-AA98-11EA-B4AA-73B441D16380 2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08-aa98-11ea-b4aa-73b441d1638 2eb8aa08aa9811eab4aa73b441d16380")]
    [InlineData("json-pointer", "/foo/bar~0/baz~1/%a / //", "/foo/bar~ /~2 foo #/a")]
    [InlineData("relative-json-pointer", "1 0/foo 0# 120/a", "/foo -1/a 01 +1 0##")]
    [InlineData("regex", "([abc])+\\s+$ a|b", "^(abc] [")]
    public void A_format_takes_its_own(string format, string good, string bad)
    {
        var holds = SchemaFormats.All[format];

        Assert.All(good.Split(' '), text => Assert.True(holds(text), text));
        Assert.All(bad.Split(' '), text => Assert.False(holds(text), text));
    }

    [Fact]
    public void A_format_asserts_only_where_it_is_asked_to()
    {
        var json = JsonElement.Parse("""{"format":"ipv4"}""");
        var note = JsonSchema.Read(json, "s", assertsFormats: false, Assert.Fail)!;
        var rule = JsonSchema.Read(json, "s", assertsFormats: true, Assert.Fail)!;

        Assert.True(note.Fits(JsonElement.Parse("\"x\""), out _));
        Assert.False(rule.Fits(JsonElement.Parse("\"x\""), out _));
        Assert.True(rule.Fits(JsonElement.Parse("7"), out _));
    }
}
