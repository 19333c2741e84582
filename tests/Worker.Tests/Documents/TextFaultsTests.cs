using Sluice.Worker.Documents;
using Sluice.Worker.Wording;

namespace Worker.Tests.Documents;

public sealed class TextFaultsTests
{
    [Theory]
    [InlineData("a b", "null null", "null-text: every text field (a, b) is null")]
    [InlineData("a b", "null missing", "missing-text: field 'b' is not there")]
    [InlineData("a b", "null present", null)]
    [InlineData("comments[].txt", "null", "null-text: every text field (comments[].txt) is null, or no element of comments[] has txt; "
        + "name in Sluice:Input:TextFields what its elements have, or have the producer fill one of them")]
    [InlineData("a tags{}", "null null", "null-text: every text field (a, tags{}) is null, or tags{} has no element; "
        + "name in Sluice:Input:TextFields what its elements have, or have the producer fill one of them")]
    [InlineData("a[].b{}.c.d", "null", "null-text: every text field (a[].b{}.c.d) is null, or no element of a[].b{} has c.d; "
        + "name in Sluice:Input:TextFields what its elements have, or have the producer fill one of them")]
    public void Of_what_was_found_tells_what_is_missing_and_what_may_be(string names, string states, string? told)
    {
        string[] paths = names.Split(' ');
        DocumentFields fields = new(paths.Length);
        foreach ((int i, string state) in states.Split(' ').Index())
            fields.Text[i] = new FieldText(Enum.Parse<FieldState>(state, ignoreCase: true));
        Assert.Equal(told, TextFaults.Of(fields, paths)?.Told());
    }

    [Fact]
    public void A_way_out_that_is_known_stands_for_that_of_the_fault()
    {
        WayOut known = new("do this", Setting.Envelope);
        Assert.Equal(known, TextFaults.Of(new DocumentFields(1), ["a[]"], known)!.WayOut);
    }
}
