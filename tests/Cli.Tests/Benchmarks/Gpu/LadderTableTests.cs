using Benchmarks;
using Benchmarks.Gpu;
using Benchmarks.Students;
using Sluice.Inference.Modes;

namespace Cli.Tests.Benchmarks.Gpu;

public sealed class LadderTableTests
{
    private readonly BenchmarkReport _report = new("gpu", "", new Machine("", "", 1, 1, ""));

    [Fact]
    public void Rungs_stand_by_accuracy_with_those_that_are_not_worth_it_told()
    {
        LadderTable.Add(
            _report,
            new Dictionary<Mode, Sample>
            {
                [Mode.Swift(Precision.Fp16)] = Sample.Of([900, 1000, 1100]),
                [Mode.Students(1, Precision.Fp16)] = Sample.Of([600, 500, 400]),
                [Mode.Students(2, Precision.Fp16)] = Sample.Of([300, 300, 300]),
                [Mode.Teacher(Precision.Fp16)] = Sample.Of([100, 100, 100]),
            },
            new Dictionary<string, ModeAccuracy>
            {
                ["teacher"] = Right(99),
                ["students:1"] = Right(98),
                ["students:2"] = Right(97),
                ["swift"] = Right(96),
            });
        ReportTable table = Assert.Single(_report.Tables);
        Assert.Equal(["teacher", "students:1", "students:2", "swift"], table.Rows.Select(row => row[0]));
        Assert.Equal([1.0, 5, 3, 10], table.Rows.Select(row => ((Sample)row[3]).Median));
        Assert.Equal(["yes", "yes", "no: students:1 is as right and as fast", "yes"], table.Rows.Select(row => row[4]));
    }

    [Fact]
    public void A_bundle_without_counts_has_no_ladder()
    {
        LadderTable.Add(_report, new Dictionary<Mode, Sample> { [Mode.Teacher(Precision.Fp16)] = Sample.Of([100]) },
            new Dictionary<string, ModeAccuracy>());
        Assert.Empty(_report.Tables);
    }

    private static ModeAccuracy Right(int count) => new(count, count, 100, 0);
}
