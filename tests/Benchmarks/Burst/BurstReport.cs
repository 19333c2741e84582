using System.Globalization;
using Benchmarks.Burst.Outcomes;
using Benchmarks.Burst.Runs;

namespace Benchmarks.Burst;

/// <summary>Tables and figures of bench burst, of what was run.</summary>
/// <param name="report">Receives them.</param>
/// <param name="results">What was measured.</param>
/// <param name="judged">Whether goals hold: not in a trial.</param>
internal sealed class BurstReport(BenchmarkReport report, BurstResults results, bool judged)
{
    /// <summary>Seconds within which the oracle serves a document: <c>Control:DrainTarget</c>'s default.</summary>
    public const double OracleDelay = 1;

    private const string None = "-";

    public void AddTables()
    {
        AddCapacities();
        if (results.Bursts.Count > 0)
        {
            if (results.Of(BurstSession.Auto, "mix").Count > 0) AddThroughput();
            AddBursts();
            AddLatencies();
            AddAccuracies();
            AddUses();
            AddSteps();
            AddMemory();
            if (results.Bursts.Any(burst => burst.Texts == "mail")) AddSeconds();
        }

        if (results.Days.Count > 0) AddDays();
    }

    /// <summary>All that hold of what was run.</summary>
    public void AddFigures() => new BurstFigures(report, results, judged).Add();

    private void AddCapacities()
    {
        ReportTable table = report.AddTable("Capacity: documents/s of a backlog", "system", "mix", "times the best plain fp32", "mail");
        if (results.Plain.Count == 0) return;
        double best = results.BestPlain(BurstSession.Fp32).PerSecond;
        foreach (PlainCapacity plain in results.Plain)
        {
            string name = $"plain {plain.Graph}, {plain.Policy.Name}";
            table.AddRow(name, plain.PerSecond, plain.PerSecond / best,
                results.PlainOnMail.SingleOrDefault(mail => mail.Name == plain.Name)?.PerSecond ?? (object)None);
        }

        if (!results.Rungs.TryGetValue("mix", out Rungs? mix)) return;
        Rung[] mail = [.. results.Rungs.GetValueOrDefault("mail")?.All ?? []];
        foreach (Rung rung in mix.All)
            table.AddRow($"our {rung.Mode}", rung.Capacity, rung.Capacity / best,
                mail.SingleOrDefault(one => one.Mode == rung.Mode)?.Capacity ?? (object)None);
    }

    private void AddThroughput()
    {
        BurstOutcome ours = results.Of(BurstSession.Auto, "mix")[^1];
        string size = Size(ours);
        ReportTable table = report.AddTable(new ReportTable(
            $"Throughput in the burst of {size} of the mix, labels/s",
            [
                "system", "a backlog, alone", "in the burst itself", "in the stretch of sluice auto", "while documents waited",
                "sluice auto over its best", "over the same stretch",
            ])
        {
            Remark = "Alone: nothing is sent meanwhile. The stretch: from the burst's start to when sluice auto had nothing waiting, the "
                + "same seconds of the same arrivals for all, with the same work of Kafka and load beside them. Figures against plain "
                + "workers divide what sluice auto did while documents waited by the best that the rival showed in any way; the figure "
                + "against our teacher is over the same stretch.",
        });
        foreach (string system in BurstSession.Systems)
        {
            if (results.Of(system, "mix").SingleOrDefault(one => Size(one) == size) is not { } burst) continue;
            table.AddRow(system, results.Alone(system) ?? (object)None, burst.LabelsInFirst(burst.Burst.Seconds),
                burst.LabelsInFirst(ours.BacklogSeconds), burst.Throughput, ours.Throughput / results.Best(system),
                ours.Throughput / burst.LabelsInFirst(ours.BacklogSeconds));
        }
    }

    private void AddBursts()
    {
        ReportTable table = report.AddTable("Bursts: what was sustained, and when it was over", "system", "texts", "burst", "arrivals/s",
            "labels/s while documents waited", "greatest lag", "drained after, s", "left after the calm", "predicted, s", "lost",
            "labelled twice");
        foreach (BurstOutcome burst in results.Bursts)
            table.AddRow([.. Names(burst), burst.Burst.PerSecond, burst.Throughput, burst.GreatestBacklog, Or(burst.DrainedAfter),
                burst.Left, burst.PredictedSeconds, burst.Course.Lost, burst.Course.Duplicated]);
    }

    private void AddLatencies()
    {
        string[] texts = [.. results.Bursts.Select(burst => burst.Texts).Distinct()];
        ReportTable table = report.AddTable(new ReportTable(
            "From due to label, ms; ∞ where documents were not labelled",
            ["system", "texts", "burst", "calm p50", "p99", "burst p50", "p99 ", "calm after p50", "p99  "])
        {
            Remark = "The goal for p99 holds in bursts that the cheapest mode can clear while Kafka and the load work beside it on the "
                + "same cores: what the worker fixed to it labelled a second in its largest burst, where that was too large for it. "
                + string.Join(' ', texts.Select(one => string.Create(CultureInfo.InvariantCulture, $"On {one} that is "
                + $"{results.CapacityBesideLoad(one):#,##0} a second, and {results.CapacityAlone(one):#,##0} alone."))),
        });
        foreach (BurstOutcome burst in results.Bursts)
        {
            double[][] phases = [burst.CalmLatencies, burst.BurstLatencies, burst.AfterLatencies];
            table.AddRow([.. Names(burst), .. phases.SelectMany(seconds =>
                new object[] { 1000 * Percentile.Of(seconds, 0.5), 1000 * Percentile.Of(seconds, 0.99) })]);
        }
    }

    private void AddAccuracies()
    {
        ReportTable table = report.AddTable("Labels as expected, % (mails by their truth, the mix by our int8 teacher), and modes",
            "system", "texts", "burst", "calm", "burst ", "calm after", "time in modes, from the burst on", "changes",
            "all teacher again after, s", "accuracy given up", "of the oracle's", "of one's that keeps to a mode");
        foreach (BurstOutcome burst in results.Bursts)
        {
            double oracle = burst.OracleGivenUp(OracleDelay);
            table.AddRow([.. Names(burst), 100 * burst.CalmRight, 100 * burst.BurstRight, 100 * burst.AfterRight, Shares(burst.Modes),
                burst.Modes.Changes, burst.System == BurstSession.Auto ? Or(burst.FullAgainAfter) : None, burst.GivenUp,
                Over(burst.GivenUp, oracle), Over(burst.GivenUp, burst.OracleGivenUp(OracleDelay, mixes: false))]);
        }
    }

    private void AddUses()
    {
        ReportTable table = report.AddTable("Cores busy in the burst", "system", "texts", "burst", "the system", "not inference, %",
            "Kafka", "load and watch", "sent late by at most, ms");
        foreach (BurstOutcome burst in results.Bursts)
        {
            BurstCpu cpu = burst.Cpu;
            table.AddRow([.. Names(burst), cpu.System, Or(100 * cpu.NotInference), Or(cpu.Broker), cpu.Load,
                burst.Course.Run.LatestSend.TotalMilliseconds]);
        }
    }

    private void AddMemory()
    {
        ReportTable table = report.AddTable(new ReportTable(
            "Resident memory of the system from burst to burst, MiB",
            ["system", "texts", "burst", "before", "peak", "after the calm", "after over before", "modes for the first time"])
        {
            Remark = "sluice auto and our swift go through all sizes on the mix in one process. What a mode allocates at its first visit "
                + "stays; what grows in a burst without a first visit is growth.",
        });
        foreach (BurstOutcome burst in results.Bursts)
        {
            (double before, double peak, double after) = burst.Memory;
            table.AddRow([.. Names(burst), before, peak, after, after / before,
                burst.FirstModes.Count == 0 ? None : string.Join(", ", burst.FirstModes)]);
        }
    }

    private void AddSteps()
    {
        BurstOutcome[] told = [.. results.Bursts.Where(burst => burst.Cpu.Steps.Count > 0)];
        if (told.Length == 0) return;
        string[] steps = [.. told[0].Cpu.Steps.Keys];
        ReportTable table = report.AddTable("Where the system's CPU time went in the burst, %",
            ["system", "texts", "burst", .. steps, "Kafka's client, runtime"]);
        foreach (BurstOutcome burst in told)
        {
            BurstCpu cpu = burst.Cpu;
            double[] shares = [.. steps.Select(step => 100 * cpu.Steps.GetValueOrDefault(step) / cpu.System)];
            table.AddRow([.. Names(burst), .. shares.Cast<object>(), 100 - shares.Sum()]);
        }
    }

    private void AddSeconds()
    {
        const int Before = 3;
        BurstOutcome[] bursts = [.. results.Bursts.Where(burst => burst.Texts == "mail")];
        ReportTable table = report.AddTable("Mails, second by second: labels, and % of them that are right",
            ["second of the burst", "arrivals", .. bursts.SelectMany(burst => new[] { burst.System, $"right, {burst.System}" })]);
        for (int second = -Before; second < Math.Min(2 * bursts[0].Burst.Seconds, bursts[0].Seconds); second++)
        {
            double from = bursts[0].Burst.From + second;
            table.AddRow([second, bursts[0].Course.ArrivalsIn(from, from + 1), .. bursts.SelectMany(burst =>
            {
                Load.Delivery[] labels = [.. burst.Course.LabelsAt(from, from + 1)];
                return new object[]
                {
                    labels.Length, labels.Length == 0 ? None : 100.0 * labels.Count(burst.Course.IsRight) / labels.Length,
                };
            })]);
        }
    }

    private void AddDays()
    {
        double minutes = results.Days[0].Course.Run.Schedule.Seconds / 60;
        ReportTable table = report.AddTable($"A bursty day of the mix, {minutes:0.0} minutes", "system", "documents", "p50, ms", "p99, ms",
            "greatest lag", "left", "as our teacher, %", "time in modes", "changes a minute", "accuracy given up", "of the oracle's",
            "of one's that keeps to a mode", "MiB at a third", "MiB at the end", "lost", "labelled twice");
        foreach (DayOutcome day in results.Days)
        {
            double oracle = day.OracleGivenUp(OracleDelay);
            table.AddRow(day.Course.Run.System, day.Course.Run.Schedule.Arrivals.Count, 1000 * Percentile.Of(day.Latencies, 0.5),
                1000 * Percentile.Of(day.Latencies, 0.99), day.GreatestBacklog, day.Left, 100 * day.Right, Shares(day.Modes),
                day.Modes.Changes / minutes, day.GivenUp, Over(day.GivenUp, oracle),
                Over(day.GivenUp, day.OracleGivenUp(OracleDelay, mixes: false)), day.MemoryAt(1 / 3.0),
                day.MemoryAt(1), day.Course.Lost, day.Course.Duplicated);
        }
    }

    private static object[] Names(BurstOutcome burst) => [burst.System, burst.Texts, Size(burst)];

    private static string Size(BurstOutcome burst) => burst.Burst.Name["burst ".Length..];

    private static object Over(double value, double oracle) => Or(oracle > 0 ? value / oracle : null);

    private static object Or(double? value) => value is { } number && !double.IsNaN(number) ? number : None;

    private static string Shares(ModeTimes modes) =>
        string.Join(", ", modes.Shares.Select(mode => $"{mode.Mode} {100 * mode.Share:0}%"));
}
