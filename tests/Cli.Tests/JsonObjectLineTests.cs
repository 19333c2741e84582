using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Cli;

namespace Cli.Tests;

public sealed class JsonObjectLineTests
{
    [Theory]
    [InlineData("""{"a":"é\n","n":1.50,"n":2}""", """{"a":"é\n","n":1.50,"n":2}""")]
    [InlineData("\r\n{\r\n\"a\" :\n1}\n", "  {  \"a\" : 1} ")]
    [InlineData("""{"half":"\ud800"}""", """{"half":"\ud800"}""")]
    public void An_object_stays_as_it_is_but_for_its_lines_ends(string value, string expected)
    {
        Assert.True(JsonObjectLine.TryWrite(Encoding.UTF8.GetBytes(value), out byte[] line));
        Assert.Equal(expected, Encoding.UTF8.GetString(line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("[1]")]
    [InlineData("\"a\"")]
    [InlineData("17")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":\"\n\"}")]
    [InlineData("\uFEFF{}")]
    public void What_is_not_one_object_is_none(string value) =>
        Assert.False(JsonObjectLine.TryWrite(Encoding.UTF8.GetBytes(value), out _));

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_none() => Assert.False(JsonObjectLine.TryWrite([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8], out _));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void An_object_is_as_deep_as_a_line_around_it_can_be_read(int levels, bool isTaken)
    {
        string value = string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);
        Assert.Equal(isTaken, JsonObjectLine.TryWrite(Encoding.UTF8.GetBytes(value), out byte[] line));
        if (isTaken) JsonDocument.Parse($"{{\"value\":{Encoding.UTF8.GetString(line)}}}").Dispose();
    }

    /// <summary>Whatever comes, what is taken is one line that any reader of JSON takes.</summary>
    [Fact]
    public void Damaged_objects_are_refused_or_are_a_line_of_JSON() => Prop.ForAll<int>(seed =>
    {
        Random random = new(seed);
        byte[] value = "{\"a\":[1,-2.5e3,true,null,\"x\\u00e9\\\"y\"],\r\n\"b\":{\"c\":\"é\"}}"u8.ToArray();
        for (int change = random.Next(4); change > 0; change--) value[random.Next(value.Length)] = (byte)random.Next(256);
        if (!JsonObjectLine.TryWrite(value.AsSpan(0, random.Next(4) == 0 ? random.Next(value.Length) : value.Length), out byte[] line))
            return true;
        using JsonDocument read = JsonDocument.Parse(Encoding.UTF8.GetString(line));
        return read.RootElement.ValueKind == JsonValueKind.Object && !line.AsSpan().ContainsAny((byte)'\n', (byte)'\r');
    }).QuickCheckThrowOnFailure();
}
