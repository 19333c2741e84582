using System.CommandLine;
using Benchmarks;
using Benchmarks.Gpu;
using Benchmarks.Texts;
using Microsoft.Extensions.Time.Testing;
using Sluice.Inference.Onnx;

namespace Cli.Tests.Benchmarks.Gpu;

public sealed class CapacitySectionTests
{
    private readonly BenchmarkReport _report = new("gpu", "", new Machine("", "", 1, 1, ""));
    private readonly ReportTable _trials = new("", ["model", "policy", "threads", "documents/s"]);

    [Fact]
    public void Why_every_way_of_a_model_fails_is_told_once_and_the_others_go_on()
    {
        Contender[] chosen = Choose(
            Failing("padded fp16", "first-come 16", 1, "no kernel"), Failing("padded fp16", "sorted 64", 2, "no kernel"),
            new Contender("teacher", "planned", 1, () => 100));
        Assert.Equal("teacher", Assert.Single(chosen).Model);
        Assert.Equal("capacity of padded fp16, in every way: InvalidDataException: no kernel", Assert.Single(_report.Faults));
        Assert.Equal(["failed", "failed", 100.0], _trials.Rows.Select(row => row[^1]));
    }

    [Fact]
    public void Ways_that_fail_among_others_are_named_by_their_reason()
    {
        Choose(new Contender("teacher", "large", 1, () => 100), Failing("teacher", "large", 2, "no memory"),
            Failing("teacher", "large", 4, "no memory"), Failing("teacher", "small", 1, "no kernel"));
        Assert.Equal(
            [
                "capacity of teacher, large with 2, 4 threads: InvalidDataException: no memory",
                "capacity of teacher, small with 1 threads: InvalidDataException: no kernel",
            ],
            _report.Faults);
    }

    [Fact]
    public void The_fastest_of_a_model_is_chosen_and_of_a_padded_one_the_usual_policy_besides()
    {
        Contender[] chosen = Choose(
            new Contender("padded fp32", "first-come 16", 1, () => 10), new Contender("padded fp32", "first-come 16", 2, () => 11),
            new Contender("padded fp32", "sorted 64", 1, () => 20), new Contender("teacher", "planned", 1, () => 50),
            new Contender("teacher", "planned", 2, () => 100));
        Assert.Equal(["sorted 64 1", "first-come 16 2", "planned 2"], chosen.Select(one => $"{one.Policy} {one.Threads}"));
    }

    private static Contender Failing(string model, string policy, int threads, string why) =>
        new(model, policy, threads, () => throw new InvalidDataException(why));

    private Contender[] Choose(params Contender[] ways)
    {
        GpuRun run = new(
            new BenchmarkRun(_report, 1, new ShortTexts(null), _ => { }, 0) { Given = new RootCommand().Parse([]), Save = () => { } },
            null!, ExecutionProvider.Cpu, TestContext.Current.CancellationToken); // nothing here looks at the bundle
        FakeTimeProvider time = new();
        return [.. CapacitySection.Choose(run, ways, new TimeShare(TimeSpan.FromSeconds(9), time),
            new TimeShare(TimeSpan.FromSeconds(9), time), _trials)];
    }
}
