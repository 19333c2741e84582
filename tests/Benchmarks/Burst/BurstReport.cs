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
            AddBursts();
            AddLatencies();
            AddAccuracies();
            AddUses();
            AddSteps();
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
        ReportTable table = report.AddTable("From due to label, ms; ∞ where documents were not labelled", "system", "texts", "burst",
            "calm p50", "p99", "burst p50", "p99 ", "calm after p50", "p99  ");
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
        ReportTable table = report.AddTable("Cores busy in the burst, and resident memory of the system, MiB", "system", "texts", "burst",
            "the system", "not inference, %", "Kafka", "load and watch", "sent late by at most, ms", "before", "after", "peak");
        foreach (BurstOutcome burst in results.Bursts)
        {
            BurstCpu cpu = burst.Cpu;
            (double before, double after, double peak) = burst.Memory;
            table.AddRow([.. Names(burst), cpu.System, Or(100 * cpu.NotInference), Or(cpu.Broker), cpu.Load,
                burst.Course.Run.LatestSend.TotalMilliseconds, before, after, peak]);
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
            "of one's that keeps to a mode", "lost", "labelled twice");
        foreach (DayOutcome day in results.Days)
        {
            double oracle = day.OracleGivenUp(OracleDelay);
            table.AddRow(day.Course.Run.System, day.Course.Run.Schedule.Arrivals.Count, 1000 * Percentile.Of(day.Latencies, 0.5),
                1000 * Percentile.Of(day.Latencies, 0.99), day.GreatestBacklog, day.Left, 100 * day.Right, Shares(day.Modes),
                day.Modes.Changes / minutes, day.GivenUp, Over(day.GivenUp, oracle),
                Over(day.GivenUp, day.OracleGivenUp(OracleDelay, mixes: false)), day.Course.Lost, day.Course.Duplicated);
        }
    }

    private static object[] Names(BurstOutcome burst) => [burst.System, burst.Texts, burst.Burst.Name["burst ".Length..]];

    private static object Over(double value, double oracle) => Or(oracle > 0 ? value / oracle : null);

    private static object Or(double? value) => value is { } number && !double.IsNaN(number) ? number : None;

    private static string Shares(ModeTimes modes) =>
        string.Join(", ", modes.Shares.Select(mode => $"{mode.Mode} {100 * mode.Share:0}%"));
}
