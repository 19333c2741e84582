using System.Globalization;
using Benchmarks.Burst.Load;
using Benchmarks.Burst.Outcomes;
using Benchmarks.Burst.Runs;
using Benchmarks.Students;
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

    /// <summary>All of them, ours first.</summary>
    public static readonly string[] Systems = [Auto, Fixed, Teacher, PlainDynamic, PlainFp32];

    /// <summary>Kinds of the baseline graphs.</summary>
    public const string Fp32 = "padded-fp32", Dynamic = "padded-dynamic-int8";

    /// <summary>Calm arrivals as a share of the best plain worker's capacity.</summary>
    public const double Calm = 0.3;

    /// <summary>Size of the burst of mails.</summary>
    public const int MailMultiple = 20;

    // Seconds of a day below which it has too few bursts to tell anything.
    private const double LeastDay = 60;

    private readonly LoadBench _bench = new(server, time);
    private readonly ModelBundle _bundle = ModelBundle.Load(Path.Combine(BenchmarkData.RepositoryRoot(), "models", "mail"));
    private readonly long _began = time.GetTimestamp();

    public BurstResults Results { get; } = new();

    public async Task RunAsync()
    {
        Timetable timetable = Timetable.Of(plan, ManifestAccuracy.Read(_bundle.Directory, "int8", "test").Count);
        Tell(timetable);
        run.Note("labelling the mix by our int8 teacher, for what counts as right");
        TextSet mix = TextSet.Mix(_bundle, run.Texts, plan.Lengths.TextsOfAKind), mail = TextSet.Mail();
        try
        {
            await MeasureCapacitiesAsync(mix, mail);
        }
        catch (Exception fault) when (IsOfOneSystem(fault))
        {
            run.Report.AddFault($"capacities, without which no rate can be set: {fault.Message}");
            return;
        }

        foreach (PlannedBursts bursts in timetable.Bursts) await BurstsAsync(bursts, bursts.Texts == mail.Name ? mail : mix);
        if (plan.Has(BurstPart.Day)) await DayAsync(mix);
    }

    private void Tell(Timetable timetable)
    {
        run.Note($"plan: capacities {Minutes(timetable.Capacities)} min, {timetable.Bursts.Count} runs of bursts "
            + $"{Minutes(timetable.BurstSeconds)}, {(plan.Has(BurstPart.Day) ? $"a day of {Minutes(timetable.Day)} for each of "
            + $"{Timetable.DaySystems}, " : "")}in all {Minutes(timetable.Seconds)} of {Minutes(plan.Time.TotalSeconds)}");
        foreach (PlannedBursts bursts in timetable.LeftOut)
            run.Report.AddFault($"{bursts}: no time for it in the plan; give more --minutes.");
    }

    private async Task MeasureCapacitiesAsync(TextSet mix, TextSet mail)
    {
        run.Note("capacities: a backlog on the same broker");
        Capacities capacities = new(_bench, _bundle.Directory, plan.Lengths, run.Note);
        Results.Plain.AddRange(await capacities.PlainAsync(Fp32, mix, cancel));
        Results.Plain.AddRange(await capacities.PlainAsync(Dynamic, mix, cancel));
        if (plan.Has(BurstPart.Mail)) Results.PlainOnMail.AddRange(await capacities.PlainAsync(Fp32, mail, cancel));
        foreach (TextSet texts in plan.Has(BurstPart.Mail) ? [mix, mail] : new[] { mix })
            Results.Rungs[texts.Name] = await capacities.OursAsync(_bundle, texts, mode => Ours(mode, mode), cancel);
    }

    private async Task DayAsync(TextSet mix)
    {
        ServedSystem[] systems = [SystemOf(Auto, mix), SystemOf(Teacher, mix), SystemOf(Fixed, mix)];
        TimeSpan each = (Left / systems.Length) - TimeSpan.FromSeconds(Timetable.StartOfARun);
        double seconds = Math.Min(plan.Lengths.Day, Math.Floor(each.TotalSeconds)), unit = Results.BestPlain(Fp32).PerSecond;
        if (seconds < Math.Min(plan.Lengths.Day, LeastDay))
        {
            run.Report.AddFault($"the bursty day: {Left.TotalMinutes:0} of --minutes were left; give more, or --only day.");
            return;
        }

        if (seconds < plan.Lengths.Day)
        {
            string cut = $"the bursty day to {Minutes(seconds)} of its {Minutes(plan.Lengths.Day)} minutes for each system";
            run.Note($"cut: {cut}");
            run.Report.AddVersion($"cut to end within {Minutes(plan.Time.TotalSeconds)} minutes", cut);
        }

        Schedule day = Schedule.Day(seconds, Calm * unit, unit * plan.Lengths.Multiples[^1] / 2);
        foreach (ServedSystem system in systems)
            if (await TryAsync(system, mix, day) is { } course) Results.Days.Add(new DayOutcome(course, Results.Rungs[mix.Name]));
    }

    private async Task BurstsAsync(PlannedBursts bursts, TextSet texts)
    {
        BurstLengths lengths = plan.Lengths;
        double unit = BestFp32(texts).PerSecond;
        Schedule schedule = Schedule.Bursts(Calm * unit, unit, bursts.Multiples, lengths.Calm, lengths.Burst, lengths.After);
        if (await TryAsync(SystemOf(bursts.System, texts), texts, schedule) is not { } course) return;
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
        if (Left < TimeSpan.FromSeconds(schedule.Seconds + Timetable.StartOfARun))
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
        fault is InvalidOperationException or TimeoutException or IOException or InvalidDataException or FormatException
            or KafkaException;

    private static string Minutes(double seconds) => (seconds / 60).ToString("0.0", CultureInfo.InvariantCulture);

    private TimeSpan Left => plan.Time - time.GetElapsedTime(_began);

    private PlainCapacity BestFp32(TextSet texts) =>
        texts.Name == "mail" ? Results.PlainOnMail.MaxBy(plain => plain.PerSecond)! : Results.BestPlain(Fp32);

    private ServedSystem SystemOf(string name, TextSet texts) => name switch
    {
        Auto => Ours(Auto, "auto"),
        Teacher => Ours(Teacher, "teacher"),
        Fixed => Ours(Fixed, "swift"),
        PlainDynamic => Plain(PlainDynamic, Results.BestPlain(Dynamic)),
        _ => Plain(PlainFp32, BestFp32(texts)),
    };

    private ServedSystem Ours(string name, string mode) => ServedSystem.Sluice(
        name, _bundle.Directory, mode, registry, metricsPort: int.Parse(FreePort.Find(), CultureInfo.InvariantCulture));

    private ServedSystem Plain(string name, PlainCapacity best) =>
        ServedSystem.Plain(name, _bundle.Directory, best.Graph, best.Policy, best.Threads);
}
