using Sluice.Inference.Modes;

namespace Inference.Tests.Modes;

public sealed class ProvenanceTests
{
    [Theory]
    [InlineData("students:3", 3, "students:3")]
    [InlineData("students:3", 1, "students:1")]
    [InlineData("teacher", null, "teacher")]
    [InlineData("swift", null, "swift")]
    public void What_answered_is_the_mode_or_the_prefix_that_was_left_of_it(string asked, int? used, string answered) =>
        Assert.Equal(answered, new Provenance(Mode.TryParse(asked, Precision.Int8)!, used).AnsweredBy.Name);
}
