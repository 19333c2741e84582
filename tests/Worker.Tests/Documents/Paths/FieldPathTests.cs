using Sluice.Worker.Documents.Paths;

namespace Worker.Tests.Documents.Paths;

public sealed class FieldPathTests
{
    [Theory]
    [InlineData("text", "text")]
    [InlineData("mail.body", "mail|body")]
    [InlineData("tags[]", "tags|[]")]
    [InlineData("items[].title", "items|[]|title")]
    [InlineData("a[].b[].c", "a|[]|b|[]|c")]
    [InlineData("grid[][]", "grid|[]|[]")]
    [InlineData("attributes{}", "attributes|{}")]
    [InlineData("attributes{}[].größe", "attributes|{}|[]|größe")]
    [InlineData("log\\.level", "log.level")]
    [InlineData("a\\[\\].b\\\\\\{\\}", "a[]|b\\{}")]
    [InlineData(" a b ", " a b ")]
    public void A_path_is_names_with_steps_through_arrays_and_maps(string text, string steps)
    {
        Assert.Null(FieldPath.FaultOf(text));
        FieldPath path = FieldPath.Parse(text);
        Assert.Equal(steps, string.Join('|', path.Steps.ToArray()));
        Assert.Equal(path.Steps.ToArray().Any(step => step.Kind != PathStepKind.Name), path.IsJoined);
    }

    [Theory]
    [InlineData("", "write them with single dots")]
    [InlineData("a..b", "write them with single dots")]
    [InlineData(".a", "write them with single dots")]
    [InlineData("a.", "write them with single dots")]
    [InlineData("a. .b", "write them with single dots")]
    [InlineData("[]", "write them with single dots")]
    [InlineData("{}", "write them with single dots")]
    [InlineData("a.[]", "[] and {} stand directly behind a name")]
    [InlineData("a.b.{}.c", "[] and {} stand directly behind a name")]
    [InlineData("a[0]", "behind a name only []")]
    [InlineData("a[", "behind a name only []")]
    [InlineData("a]", "behind a name only []")]
    [InlineData("a[]b", "behind a name only []")]
    [InlineData("a[}", "behind a name only []")]
    [InlineData("a{x}", "behind a name only []")]
    [InlineData("a\\", "behind a name only []")]
    [InlineData("a\\b", "behind a name only []")]
    public void What_is_no_path_is_told_with_what_would_do(string text, string fault)
    {
        Assert.StartsWith(fault, FieldPath.FaultOf(text)!, StringComparison.Ordinal);
        if (text.Length > 0) Assert.Contains($"'{text}' is no path", Assert.Throws<FormatException>(() => FieldPath.Parse(text)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_has_at_most_64_steps()
    {
        Assert.Null(FieldPath.FaultOf(string.Join('.', Enumerable.Repeat("a", FieldPath.MostSteps))));
        Assert.Contains("more than 64 steps", FieldPath.FaultOf(string.Join('.', Enumerable.Repeat("a", FieldPath.MostSteps + 1))),
            StringComparison.Ordinal);
        Assert.Contains("more than 64 steps", FieldPath.FaultOf("a" + string.Concat(Enumerable.Repeat("[]", FieldPath.MostSteps))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_empty_path_is_the_whole_value() => Assert.Equal(0, FieldPath.Parse("").Steps.Length);
}
