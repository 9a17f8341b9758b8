using Akka.Configuration;
using Xunit;

namespace Netpoll.Actors.Tests.Engine;

/// <summary>What a configuration may say, and how it is asked.</summary>
public sealed class HoconSpec
{
    private static Config Parse(string text) => ConfigurationFactory.ParseString(text);

    [Fact]
    public void Objects_paths_and_comments()
    {
        var config = Parse(
            """
            # a comment
            a { b = 1, c : two // another
              d.e.f = "three # not a comment"
              "g.h" = 4
            }
            a.b2 = 5
            """);
        Assert.Equal(1, config.GetInt("a.b"));
        Assert.Equal("two", config.GetString("a.c"));
        Assert.Equal("three # not a comment", config.GetString("a.d.e.f"));
        Assert.Equal(4, config.GetInt("a.\"g.h\""));
        Assert.Equal(5, config.GetInt("a.b2"));
        Assert.True(config.HasPath("a.d.e"));
        Assert.False(config.HasPath("a.d.x"));
        Assert.Equal(1, config.GetConfig("a").GetInt("b"));
        Assert.Null(config.GetConfig("x"));
    }

    [Fact]
    public void What_is_said_later_wins_and_objects_are_merged()
    {
        var config = Parse("a { b = 1, c = 2 }\na { b = 3 }\na.d = 4, e = 5, e = 6");
        Assert.Equal(3, config.GetInt("a.b"));
        Assert.Equal(2, config.GetInt("a.c"));
        Assert.Equal(4, config.GetInt("a.d"));
        Assert.Equal(6, config.GetInt("e"));
    }

    [Fact]
    public void Lists()
    {
        var config = Parse(
            """
            text = [a, "b c", d]
            numbers = [1, 2,
              3]
            empty = []
            """);
        Assert.Equal(["a", "b c", "d"], config.GetStringList("text"));
        Assert.Equal([1, 2, 3], config.GetIntList("numbers"));
        Assert.Empty(config.GetStringList("empty"));
        Assert.Empty(config.GetStringList("none"));
    }

    [Fact]
    public void Substitutions()
    {
        var config = Parse(
            """
            base { timeout = 5s, name = base }
            copy = ${base}
            text = ${base.name}
            gone = ${?no.such.path}
            """);
        Assert.Equal(TimeSpan.FromSeconds(5), config.GetTimeSpan("copy.timeout"));
        Assert.Equal("base", config.GetString("copy.name"));
        Assert.Equal("base", config.GetString("base.name"));
        Assert.Equal("base", config.GetString("text"));
        Assert.ThrowsAny<Exception>(() => Parse("a = ${no.such.path}"));
    }

    [Theory]
    [InlineData("10ms", 10)]
    [InlineData("10 ms", 10)]
    [InlineData("7", 7)]
    [InlineData("1.5s", 1500)]
    [InlineData("2 seconds", 2000)]
    [InlineData("5 minutes", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1d", 86_400_000)]
    public void Durations(string text, double millis) =>
        Assert.Equal(TimeSpan.FromMilliseconds(millis), Parse($"time = {text}").GetTimeSpan("time"));

    [Fact]
    public void A_duration_may_be_infinite() => Assert.Equal(Timeout.InfiniteTimeSpan, Parse("time = infinite").GetTimeSpan("time"));

    [Theory]
    [InlineData("128000b", 128_000)]
    [InlineData("1k", 1024)]
    [InlineData("64 KiB", 65_536)]
    [InlineData("1kB", 1000)]
    [InlineData("2 MiB", 2_097_152)]
    [InlineData("2PB", 2_000_000_000_000_000)]
    [InlineData("2 petabytes", 2_000_000_000_000_000)]
    [InlineData("2P", 2_251_799_813_685_248)]
    [InlineData("2 PiB", 2_251_799_813_685_248)]
    [InlineData("2EB", 2_000_000_000_000_000_000)]
    [InlineData("2 Ei", 2_305_843_009_213_693_952)]
    [InlineData("2 exbibytes", 2_305_843_009_213_693_952)]
    [InlineData("10", 10)]
    public void Sizes(string text, long bytes) => Assert.Equal(bytes, Parse($"size = {text}").GetByteSize("size", null));

    [Fact]
    public void Booleans_and_numbers()
    {
        var config = Parse("on = on, off = off, true = true, false = false, int = -3, long = 5000000000, double = 1.25");
        Assert.True(config.GetBoolean("on"));
        Assert.False(config.GetBoolean("off", true));
        Assert.True(config.GetBoolean("true"));
        Assert.False(config.GetBoolean("false", true));
        Assert.Equal(-3, config.GetInt("int"));
        Assert.Equal(5_000_000_000, config.GetLong("long"));
        Assert.Equal(1.25, config.GetDouble("double"));
        Assert.ThrowsAny<Exception>(() => Parse("a = maybe").GetBoolean("a"));
    }

    [Fact]
    public void What_is_not_there_is_the_default()
    {
        var config = Config.Empty.WithFallback(Parse("a = 1"));
        Assert.Equal(9, config.GetInt("x", 9));
        Assert.Equal("d", config.GetString("x", "d"));
        Assert.Null(config.GetString("x"));
        Assert.True(config.GetBoolean("x", true));
        Assert.Equal(TimeSpan.FromSeconds(3), config.GetTimeSpan("x", TimeSpan.FromSeconds(3)));
        Assert.Null(config.GetByteSize("x", null));
    }

    [Fact]
    public void A_fallback_fills_the_gaps()
    {
        var config = Parse("a { b = 1 }").WithFallback(Parse("a { b = 2, c = 3 }\nd = 4"));
        Assert.Equal(1, config.GetInt("a.b"));
        Assert.Equal(3, config.GetInt("a.c"));
        Assert.Equal(4, config.GetInt("d"));
        Assert.Equal(3, config.GetConfig("a").GetInt("c"));
        Assert.False(config.IsEmpty);
        Assert.True(ConfigurationFactory.Empty.IsEmpty);
    }

    [Fact]
    public void Quoted_text_keeps_its_form()
    {
        var config = Parse(
            """"
            escaped = "a \"quoted\" \n line"
            raw = """C:\no\escape"""
            words = several words in a row
            """");
        Assert.Equal("a \"quoted\" \n line", config.GetString("escaped"));
        Assert.Equal(@"C:\no\escape", config.GetString("raw"));
        Assert.Equal("several words in a row", config.GetString("words"));
    }

    [Fact]
    public void A_field_may_follow_a_named_objects_end()
    {
        var nested = Parse("a { b { x = 1 } c { y = 2 } d = 3 }");
        Assert.Equal(1, nested.GetInt("a.b.x"));
        Assert.False(nested.HasPath("a.b.y"));
        Assert.Equal(2, nested.GetInt("a.c.y"));
        Assert.Equal(3, nested.GetInt("a.d"));
        Assert.Equal(2, Parse("a { b = 1 } c = 2").GetInt("c"));
        Assert.Equal(2, Parse("a { b = 1 } \"c d\" = 2").GetInt("c d"));
    }

    [Theory]
    [InlineData("a=1 b=2")]
    [InlineData("a=[1,2] b=[3]")]
    [InlineData("a={x=1} b=2")]
    [InlineData("a = 1,, b = 2")]
    [InlineData(", a = 1")]
    public void Between_other_fields_is_one_comma_or_the_lines_end(string text) => Assert.ThrowsAny<Exception>(() => Parse(text));

    [Fact]
    public void A_value_that_is_missing_is_not_the_next_line()
    {
        Assert.ThrowsAny<Exception>(() => Parse("a=\nb=1"));
        Assert.ThrowsAny<Exception>(() => Parse("a ="));
        Assert.Equal(1, Parse("a =\n 1").GetInt("a"));
    }

    [Theory]
    [InlineData("http://x.y/z")]
    [InlineData("x:y")]
    [InlineData("x=y")]
    [InlineData("$x")]
    [InlineData("x?y")]
    [InlineData("x!y")]
    [InlineData("x@y")]
    [InlineData("x*y")]
    [InlineData("x&y")]
    [InlineData("x^y")]
    [InlineData("x`y")]
    [InlineData(@"C:\dir")]
    [InlineData(@"x\y")]
    public void Text_with_a_character_that_means_something_must_be_quoted(string text)
    {
        Assert.ThrowsAny<Exception>(() => Parse($"a = {text}"));
        Assert.Equal(text, Parse($"a = \"\"\"{text}\"\"\"").GetString("a"));
    }

    [Fact]
    public void A_key_with_a_character_that_means_something_must_be_quoted()
    {
        Assert.ThrowsAny<Exception>(() => Parse("a* = 1"));
        Assert.Equal(1, Parse("\"a*\" = 1").GetInt("\"a*\""));
        Assert.Equal("", Assert.Single(Parse("\"\" = 1").AsEnumerable()).Key);
    }

    [Fact]
    public void A_comment_may_stand_between_a_key_and_its_value() => Assert.Equal(1, Parse("a # note\n = 1").GetInt("a"));

    [Fact]
    public void A_substitution_may_lead_through_another_one()
    {
        var config = Parse("a = { x = { y = 1 } }\nb = ${a.x}\nc = ${b.y}\nd = ${a}\ne = ${d.x.y}");
        Assert.Equal(1, config.GetInt("c"));
        Assert.Equal(1, config.GetInt("e"));
    }

    [Fact]
    public void A_field_may_add_to_what_it_was()
    {
        var config = Parse("a = { x = 1 }\na = ${a} { y = 2 }");
        Assert.Equal(1, config.GetInt("a.x"));
        Assert.Equal(2, config.GetInt("a.y"));
    }

    [Theory]
    [InlineData("{ x = 1 }")]
    [InlineData("[1]")]
    public void An_object_or_a_list_is_no_single_value(string value)
    {
        var config = Parse($"a = {value}");
        Assert.ThrowsAny<Exception>(() => config.GetInt("a", 7));
        Assert.ThrowsAny<Exception>(() => config.GetLong("a", 7));
        Assert.ThrowsAny<Exception>(() => config.GetDouble("a", 7));
        Assert.ThrowsAny<Exception>(() => config.GetBoolean("a", true));
        Assert.ThrowsAny<Exception>(() => config.GetTimeSpan("a", TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public void A_value_that_cannot_be_read_is_named()
    {
        var config = Parse("a = bogus");
        Assert.Contains("bogus", Assert.ThrowsAny<Exception>(() => config.GetInt("a")).Message, StringComparison.Ordinal);
        Assert.Contains("bogus", Assert.ThrowsAny<Exception>(() => config.GetTimeSpan("a")).Message, StringComparison.Ordinal);
        Assert.Contains("bogus", Assert.ThrowsAny<Exception>(() => config.GetBoolean("a")).Message, StringComparison.Ordinal);
    }
}
