using System.CommandLine;
using Benchmarks;
using Benchmarks.Gpu;
using Benchmarks.Texts;
using Microsoft.Extensions.Time.Testing;
using Sluice.Inference.Onnx;

namespace Cli.Tests.Benchmarks.Gpu;

public sealed class SectionsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly BenchmarkReport _report = new("gpu", "", new Machine("", "", 1, 1, ""));
    private int _saves;
    private Action _writing = () => { };

    [Fact]
    public async Task The_report_is_written_after_each_section()
    {
        List<int> before = [];
        await RunAsync(Take("a", 1, () => before.Add(_saves)), Take("b", 1, () => before.Add(_saves)));
        Assert.Equal([0, 1], before);
        Assert.Equal(2, _saves);
        Assert.Equal(["whole", "whole"], Outcomes());
        Assert.Empty(_report.Faults);
    }

    [Fact]
    public async Task One_that_fails_is_a_fault_and_the_others_go_on()
    {
        bool ran = false;
        await RunAsync(Take("a", 1, () => throw new InvalidOperationException("no such graph")), Take("b", 1, () => ran = true));
        Assert.True(ran);
        Assert.Equal(["failed: InvalidOperationException: no such graph", "whole"], Outcomes());
        Assert.Equal(["a: InvalidOperationException: no such graph"], _report.Faults);
    }

    [Fact]
    public async Task One_whose_turn_comes_after_the_bound_is_left_out()
    {
        _writing = () => _time.Advance(TimeSpan.FromSeconds(100)); // not within a section, which may or may not be cut off by then
        await RunAsync(Take("a", 1, () => { }), Take("b", 1, () => Assert.Fail("there was no time")));
        Assert.Equal(["whole", "left out: the time was over"], Outcomes());
    }

    [Fact]
    public async Task One_that_does_not_end_is_cut_off_at_the_bound()
    {
        using ManualResetEventSlim over = new();
        Task running = RunAsync(new Section("endless", 1, (_, _) => over.Wait()), Take("b", 1, () => Assert.Fail("there was no time")));
        while (!running.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await running;
        over.Set();
        Assert.Equal("cut off by the bound of the run", Outcomes()[0]);
        Assert.Equal("left out: the time was over", Outcomes()[1]);
        Assert.StartsWith("endless was cut off after ", Assert.Single(_report.Faults), StringComparison.Ordinal);
        Assert.True(_saves > 0);
    }

    [Fact]
    public async Task What_a_section_left_out_stands_in_the_report_once()
    {
        await RunAsync(new Section("a", 1, (_, share) =>
        {
            share.Has("swift", TimeSpan.MaxValue);
            share.Has("swift", TimeSpan.MaxValue);
            share.Has("teacher", TimeSpan.MaxValue);
        }));
        Assert.Equal(["left out: swift, teacher"], Outcomes());
    }

    private Section Take(string name, double seconds, Action measure) => new(name, 1, (_, _) =>
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        measure();
    });

    private string[] Outcomes() => [.. Assert.Single(_report.Tables).Rows.Select(row => (string)row[^1])];

    private Task RunAsync(params Section[] sections)
    {
        BenchmarkRun run = new(_report, 1, new ShortTexts(null), _ => { }, 0)
        {
            Given = new RootCommand().Parse([]),
            Save = () =>
            {
                _saves++;
                _writing();
            },
        };
        GpuRun gpu = new(run, null!, ExecutionProvider.Cpu, TestContext.Current.CancellationToken); // no section here looks at the bundle
        return Sections.RunAsync(sections, gpu, new Timetable(TimeSpan.FromSeconds(60), _time), _time,
            TestContext.Current.CancellationToken);
    }
}
