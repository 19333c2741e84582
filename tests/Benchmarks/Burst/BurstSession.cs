using System.Globalization;
using Benchmarks.Burst.Load;
using Benchmarks.Burst.Outcomes;
using Benchmarks.Burst.Plain;
using Benchmarks.Burst.Runs;
using Confluent.Kafka;
using Sluice.Inference.Models;
using TestKit;

namespace Benchmarks.Burst;

/// <summary>One run of bench burst: capacities first, by which rates are set, then systems under bursts in the order of their worth.
/// </summary>
/// <param name="run">The benchmark.</param>
/// <param name="plan">How long, and which parts.</param>
/// <param name="server">The broker.</param>
/// <param name="registry">Base address of a registry.</param>
/// <param name="time">The clock.</param>
/// <param name="cancel">Ends it with an exception.</param>
internal sealed class BurstSession(BenchmarkRun run, BurstPlan plan, KafkaServer server, Uri registry, TimeProvider time,
    CancellationToken cancel)
{
    /// <summary>Names of what is compared, as they stand in tables.</summary>
    public const string PlainFp32 = "plain fp32", PlainDynamic = "plain dynamic int8", Teacher = "our teacher", Fixed = "our swift",
        Auto = "sluice auto";

    /// <summary>Kinds of the baseline graphs.</summary>
    public const string Fp32 = "padded-fp32", Dynamic = "padded-dynamic-int8";

    /// <summary>Calm arrivals as a share of the best plain worker's capacity.</summary>
    public const double Calm = 0.3;

    /// <summary>Size of the burst of mails.</summary>
    public const int MailMultiple = 20;

    /// <summary>Beside the largest, the burst that those see who sustain none: any is too large for them.</summary>
    private const int Low = 10;

    private readonly LoadBench _bench = new(server, time);
    private readonly ModelBundle _bundle = ModelBundle.Load(Path.Combine(BenchmarkData.RepositoryRoot(), "models", "mail"));
    private readonly long _began = time.GetTimestamp();

    public BurstResults Results { get; } = new();

    public async Task RunAsync()
    {
        run.Note("labelling the mix by our int8 teacher, for what counts as right");
        TextSet mix = TextSet.Mix(_bundle, run.Texts), mail = TextSet.Mail();
        try
        {
            await MeasureCapacitiesAsync(mix, mail);
        }
        catch (Exception fault) when (IsOfOneSystem(fault))
        {
            run.Report.AddFault($"capacities, without which no rate can be set: {fault.Message}");
            return;
        }

        if (plan.Has(BurstPart.Mix)) await SweepAsync(mix);
        if (plan.Has(BurstPart.Mail)) await MailAsync(mail);
        if (plan.Has(BurstPart.Day)) await DayAsync(mix);
    }

    private async Task MeasureCapacitiesAsync(TextSet mix, TextSet mail)
    {
        run.Note("capacities: a backlog on the same broker");
        Capacities capacities = new(_bench, _bundle.Directory, plan.Lengths, run.Note);
        Results.Plain.AddRange(await capacities.PlainAsync(Fp32, mix, plan.Lengths.Policies, cancel));
        Results.Plain.AddRange(await capacities.PlainAsync(Dynamic, mix, plan.Lengths.Policies, cancel));
        if (plan.Has(BurstPart.Mail))
        {
            IEnumerable<PlainPolicy> best = Results.Plain.Where(plain => plain.Graph == Fp32)
                .OrderByDescending(plain => plain.PerSecond).Take(2).Select(plain => plain.Policy);
            Results.PlainOnMail.AddRange(await capacities.PlainAsync(Fp32, mail, [.. best], cancel));
        }

        foreach (TextSet texts in plan.Has(BurstPart.Mail) ? [mix, mail] : new[] { mix })
            Results.Rungs[texts.Name] = await capacities.OursAsync(_bundle, texts, mode => Ours(mode, mode), cancel);
    }

    private async Task SweepAsync(TextSet mix)
    {
        double unit = Results.BestPlain(Fp32).PerSecond;
        int most = plan.Lengths.Multiples[^1];
        await BurstsAsync(Ours(Auto, "auto"), mix, unit, plan.Lengths.Multiples);
        foreach (int multiple in plan.Lengths.Multiples.Where(multiple => multiple == most || multiple == Low))
        {
            await BurstsAsync(Plain(PlainFp32, Results.BestPlain(Fp32)), mix, unit, [multiple]);
            await BurstsAsync(Ours(Teacher, "teacher"), mix, unit, [multiple]);
        }

        await BurstsAsync(Plain(PlainDynamic, Results.BestPlain(Dynamic)), mix, unit, [most]);
        await BurstsAsync(Ours(Fixed, "swift"), mix, unit, plan.Lengths.Multiples);
    }

    private async Task MailAsync(TextSet mail)
    {
        PlainCapacity best = Results.PlainOnMail.MaxBy(plain => plain.PerSecond)!;
        await BurstsAsync(Ours(Auto, "auto"), mail, best.PerSecond, [MailMultiple]);
        await BurstsAsync(Plain(PlainFp32, best), mail, best.PerSecond, [MailMultiple]);
        await BurstsAsync(Ours(Teacher, "teacher"), mail, best.PerSecond, [MailMultiple]);
        await BurstsAsync(Ours(Fixed, "swift"), mail, best.PerSecond, [MailMultiple]);
    }

    private async Task DayAsync(TextSet mix)
    {
        ServedSystem[] systems = [Ours(Auto, "auto"), Ours(Teacher, "teacher"), Ours(Fixed, "swift")];
        TimeSpan each = (Left / systems.Length) - BurstPlan.StartOfARun;
        double seconds = Math.Min(plan.Lengths.Day, Math.Floor(each.TotalSeconds)), unit = Results.BestPlain(Fp32).PerSecond;
        if (seconds < Math.Min(plan.Lengths.Day, 60))
        {
            run.Report.AddFault($"the bursty day: {Left.TotalMinutes:0} of --minutes were left; give more, or --only day.");
            return;
        }

        Schedule day = Schedule.Day(seconds, Calm * unit, unit * plan.Lengths.Multiples[^1] / 2);
        foreach (ServedSystem system in systems)
            if (await TryAsync(system, mix, day) is { } course) Results.Days.Add(new DayOutcome(course, Results.Rungs[mix.Name]));
    }

    private async Task BurstsAsync(ServedSystem system, TextSet texts, double unit, IReadOnlyList<int> multiples)
    {
        BurstLengths lengths = plan.Lengths;
        Schedule schedule = Schedule.Bursts(Calm * unit, unit, multiples, lengths.Calm, lengths.Burst, lengths.After);
        if (await TryAsync(system, texts, schedule) is not { } course) return;
        for (int phase = 0; phase < schedule.Phases.Count; phase++)
        {
            if (!schedule.Phases[phase].IsBurst) continue;
            BurstOutcome outcome = new(course, phase, Results.Rungs[texts.Name]);
            Results.Bursts.Add(outcome);
            run.Note($"  {outcome.Burst.Name}: {outcome.Throughput:0.0} labels/s, "
                + $"p99 {Percentile.Of(outcome.BurstLatencies, 0.99):0.00} s, "
                + (outcome.DrainedAfter is { } seconds ? $"drained {seconds:0.0} s after it" : $"{outcome.Left} left"));
        }
    }

    /// <returns>Null where time is over, or the system failed: the report says so, and the others go on.</returns>
    private async Task<Course?> TryAsync(ServedSystem system, TextSet texts, Schedule schedule)
    {
        string what = $"{system.Name} on {texts.Name}, {string.Join(", ", schedule.Phases.Where(phase => phase.PerSecond > 0
            && phase.Name is not "calm" && !phase.Name.StartsWith("after", StringComparison.Ordinal)).Select(phase => phase.Name))}";
        if (Left < TimeSpan.FromSeconds(schedule.Seconds) + BurstPlan.StartOfARun)
        {
            run.Report.AddFault($"{what}: no time was left; give more --minutes.");
            return null;
        }

        run.Note($"{time.GetElapsedTime(_began):hh\\:mm\\:ss} {what}");
        try
        {
            LoadRun loaded = await _bench.RunAsync(system, texts, schedule, cancel);
            if (loaded.NotSent > 0) run.Report.AddFault($"{what}: the broker did not take {loaded.NotSent} documents of the load.");
            return new Course(loaded);
        }
        catch (Exception fault) when (IsOfOneSystem(fault))
        {
            run.Report.AddFault($"{what}: {fault.Message}");
            return null;
        }
    }

    private static bool IsOfOneSystem(Exception fault) =>
        fault is InvalidOperationException or TimeoutException or IOException or InvalidDataException or KafkaException;

    private TimeSpan Left => plan.Time - time.GetElapsedTime(_began);

    private ServedSystem Ours(string name, string mode) => ServedSystem.Sluice(
        name, _bundle.Directory, mode, registry, metricsPort: int.Parse(FreePort.Find(), CultureInfo.InvariantCulture));

    private ServedSystem Plain(string name, PlainCapacity best) =>
        ServedSystem.Plain(name, _bundle.Directory, best.Graph, best.Policy, best.Threads);
}
