using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.Documents.Avro;

namespace Worker.Tests.Documents.Avro;

public sealed class AvroNamesTests
{
    [Theory]
    [InlineData("plain_name9", "plain_name9")]
    [InlineData("max_x", "max_x005F_x")]
    [InlineData("Outer$Inner", "Outer_x0024_Inner")]
    [InlineData("old-name", "old_x002D_name")]
    [InlineData("größe", "gr_x00F6__x00DF_e")]
    [InlineData("1st", "_x0031_st")]
    [InlineData("a_x0024_", "a_x005F_x0024_")]
    [InlineData("😀", "_xD83D__xDE00_")]
    public void A_name_is_escaped_as_far_as_it_must_be(string original, string escaped) =>
        Assert.Equal((escaped, original), (AvroNames.Escape(original), AvroNames.Original(escaped)));

    [Fact]
    public void Every_name_comes_back_and_no_two_become_one() => Prop.ForAll<NonEmptyString, bool>((name, tricky) =>
    {
        string original = tricky ? "_x00" + name.Get + "_x0041_x004" : name.Get;
        string escaped = AvroNames.Escape(original);
        return AvroNames.Original(escaped) == original && escaped.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            && !char.IsAsciiDigit(escaped[0]);
    }).QuickCheckThrowOnFailure();
}
