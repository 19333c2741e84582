using Benchmarks.Burst.Outcomes;
using Benchmarks.Burst.Runs;

namespace Cli.Tests.Benchmarks.Burst;

public sealed class ProcessUseTests
{
    [Fact]
    public void A_process_is_read_as_proc_has_it_whatever_its_name()
    {
        string stat = "42 (a) b (c) S 1 42 42 0 -1 4194560 100 0 0 0 1234 66 0 0 20 0 25 0 1000 123 456";
        ProcessUse use = ProcessUse.Parse(stat, ["Name:\tdotnet", "VmHWM:\t  2048 kB", "VmRSS:\t    1024 kB", "Threads:\t25"]);
        Assert.Equal(new ProcessUse(13, 1 << 20, 2 << 20), use);
        ProcessUse own = ProcessUse.TryRead(Environment.ProcessId)!.Value;
        Assert.True(own is { CpuSeconds: > 0, ResidentBytes: > 1 << 20 } && own.PeakBytes >= own.ResidentBytes);
        Assert.Null(ProcessUse.TryRead(int.MaxValue));
    }

    [Fact]
    public void Cores_are_counted_between_the_samples_closest_to_both_ends()
    {
        UseSample[] uses =
        [
            new(0, new(1, 0, 0), new(10, 0, 0), 1, Infer(0)), new(10.01, new(2, 0, 0), new(11, 0, 0), 2, Infer(0.5)),
            new(20.01, new(22, 0, 0), new(16, 0, 0), 3, Infer(18.5)), new(21, new(30, 0, 0), new(20, 0, 0), 9, Infer(20)),
        ];
        BurstCpu cpu = BurstCpu.Of(uses, 10, 20);
        Assert.Equal([2, 0.5, 0.1, 0.1], new[] { cpu.System, cpu.Broker!.Value, cpu.Load, cpu.NotInference!.Value }.Select(value =>
            Math.Round(value, 9)));
        Assert.Null(BurstCpu.Of([.. uses.Select(use => use with { Broker = null })], 10, 20).Broker);
        Assert.Null(BurstCpu.Of([.. uses.Select(use => use with { Steps = new Dictionary<string, double>() })], 10, 20).NotInference);

        static Dictionary<string, double> Infer(double seconds) => new() { ["infer"] = seconds };
    }

    [Fact]
    public void Steps_are_read_out_of_what_a_worker_answers()
    {
        const string Text = """
            # TYPE sluice_step_cpu_seconds_total counter
            sluice_step_cpu_seconds_total{step="decode"} 3
            sluice_step_cpu_seconds_total{step="infer"} 1.5e1
            # TYPE sluice_busy_seconds histogram
            sluice_busy_seconds_bucket{le="1"} 3
            sluice_busy_seconds_bucket{le="+Inf"} 4
            sluice_busy_seconds_count 3
            # TYPE sluice_other_total counter
            sluice_other_total{step="infer"} 4

            """;
        Assert.Equal(new Dictionary<string, double> { ["decode"] = 3, ["infer"] = 15 }, ScrapedMetrics.StepCpuSeconds(Text));
        Assert.Empty(ScrapedMetrics.StepCpuSeconds("# TYPE sluice_other gauge\nsluice_other 1\n"));
    }
}
