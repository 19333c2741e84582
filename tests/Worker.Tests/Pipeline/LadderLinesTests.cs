using Sluice.Inference.Models;
using Sluice.Inference.Onnx;
using Sluice.Worker.Configuration;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Pipeline;

/// <summary>Of the mail bundle: teacher, two students, of which the second is no better, swift.</summary>
public sealed class LadderLinesTests
{
    private static readonly string Mail = Path.Combine(RepositoryRoot.Find(), "models", "mail");

    [Fact]
    public void It_tells_modes_and_capacities_and_apart_what_is_not_loaded_and_what_is_of_no_use_so_far() => Assert.Equal(
        ["The lag chooses the mode of each batch, most accurate first, with capacities for documents of mixed length: "
            + "teacher 0.9917 at 90/s, students:1 0.9892 at 80/s, swift 0.9843 at 1000/s; "
            + "not loaded: students:2 (no more accurate than students:1); "
            + "of no use by these capacities: students:1 (no faster and no more accurate than teacher); "
            + "what waits is drained within 00:00:01, a better mode is taken after 00:00:01"], Told(mode: null, new ControlOptions()));

    [Fact]
    public void Where_a_floor_leaves_one_mode_there_is_nothing_to_choose() => Assert.Equal(
        ["Mode teacher labels all: of those that the lag may choose it is the only one; not loaded: students:2 (no more accurate than "
            + "students:1), students:1 (below every floor), swift (below every floor)"],
        Told(mode: null, new ControlOptions { Floor = "teacher" }));

    [Theory]
    [InlineData("teacher", "floor", false)]
    [InlineData("swift", "", false)]
    [InlineData("swift", "floor", true)]
    [InlineData("students:2", "floor", true)]
    public void A_floor_header_that_a_named_mode_does_not_heed_is_told(string mode, string header, bool told) => Assert.Equal(
        told ? [$"Sluice:Control:FloorHeader is {header}, but {mode} labels all: no document is labelled better because its header asks "
            + "for it. Leave Sluice:Model:Mode out, or set it to teacher"] : [], Told(mode, new ControlOptions { FloorHeader = header }));

    private static string[] Told(string? mode, ControlOptions control)
    {
        Lines<LadderLinesTests> lines = new();
        ModelOptions model = new ModelOptions { Path = Mail, Mode = mode }.WithDefaults(ExecutionProvider.Cpu, control);
        LadderLines.Tell(lines, model, control, ManifestReader.Read(Mail), [90, 80, 1000]);
        return lines.Take();
    }
}
