using System.Globalization;
using Sluice.Worker.Delivery;

namespace Benchmarks.Deliveries;

/// <summary>All that <c>./sluice bench delivery</c> measures: systems take turns, each round begins with another one.</summary>
internal sealed class DeliverySession
{
    private const double LeastRatio = 0.8, MostAge = 2, Half = 0.5;
    private static readonly TimeSpan Default = new DeliveryOptions().TransactionInterval;
    private static readonly int[] Intervals = [20, 50, 100, 200]; // milliseconds
    private static readonly string[] ThroughputColumns =
        ["system", "documents/s", "of the bare loop", "B/document", "processor us/document"];
    private static readonly string[] LatencyColumns = ["system", "documents/s", "p50 ms", "p95 ms", "p99 ms", "p50, times the bare loop's"];

    private readonly BenchmarkRun _run;
    private readonly DeliveryLengths _lengths;
    private readonly string _kafka;
    private readonly Uri _registry;
    private readonly CancellationToken _cancel;
    private readonly Dictionary<bool, double> _live = []; // throughput of the loops under load, by whether they promise exactly once
    private int _labelBytes;

    public DeliverySession(BenchmarkRun run, DeliveryLengths lengths, string kafka, Uri registry, CancellationToken cancel) =>
        (_run, _lengths, _kafka, _registry, _cancel) = (run, lengths, kafka, registry, cancel);

    /// <summary>Measures parts, and adds their tables and figures.</summary>
    public async Task RunAsync(IReadOnlyCollection<DeliveryPart> parts)
    {
        _labelBytes = await FindLabelBytesAsync();
        _run.Report.AddVersion("label", $"{_labelBytes} bytes");
        DeliveryContestant[] systems = [.. Pair(exactlyOnce: false), .. Pair(exactlyOnce: true)];
        await ThroughputsAsync(systems, 1, _lengths.WarmUp);
        if (parts.Contains(DeliveryPart.Throughput)) await ThroughputAsync(systems);
        if (parts.Contains(DeliveryPart.Latency)) await LatencyAsync(systems);
        if (parts.Contains(DeliveryPart.Intervals)) await IntervalsAsync();
    }

    private async Task ThroughputAsync(DeliveryContestant[] systems)
    {
        ThroughputResult[][] found = await ThroughputsAsync(systems, _lengths.Rounds, _lengths.Backlog);
        AddThroughput($"Throughput of a backlog of {_lengths.Backlog:#,##0} documents, {_lengths.Rounds} rounds", systems, found);
        for (int at = 0; at < systems.Length; at += 2)
        {
            (Sample bare, Sample worker) = (Of(found[at], one => one.PerSecond), Of(found[at + 1], one => one.PerSecond));
            (string name, double goal) = systems[at].IsExactlyOnce ? ("exactly_once", 40_000.0) : ("at_least_once", 60_000.0);
            double ratio = worker.Over(bare).Median;
            bool met = worker.Median >= goal || ratio >= LeastRatio; // either will do
            _run.Report.AddFigure($"{name}_bare", bare.Median, "documents/s");
            _run.Report.AddFigure($"{name}", worker.Median, "documents/s", goal, met);
            _run.Report.AddFigure($"{name}_over_bare", ratio, "1", LeastRatio, met);
            _run.Report.AddFigure($"{name}_allocated", Of(found[at + 1], one => one.Bytes).Median, "B/document");
        }
    }

    private async Task LatencyAsync(DeliveryContestant[] systems)
    {
        await FindLoadsAsync(systems);
        List<LatencyResult>[] found = [.. systems.Select(_ => new List<LatencyResult>())];
        for (int round = 0; round < _lengths.Rounds; round++)
        {
            foreach (int turn in Turns(round, systems.Length))
            {
                found[turn].Add(await LatencyAsync(systems[turn], Half * _live[systems[turn].IsExactlyOnce]));
            }
        }

        ReportTable table = _run.Report.AddTable(
            $"From when a document is due to when its label is read, at half of that, {_lengths.Load.TotalSeconds} s each",
            LatencyColumns);
        for (int at = 0; at < systems.Length; at++)
        {
            Sample p50 = Of(found[at], one => one.P50), times = p50.Over(Of(found[at & ~1], one => one.P50));
            table.AddRow(systems[at].Name, Half * _live[systems[at].IsExactlyOnce], p50, Of(found[at], one => one.P95),
                Of(found[at], one => one.P99), times);
            if (systems[at].IsWorker)
                _run.Report.AddFigureAtMost($"{(systems[at].IsExactlyOnce ? "exactly" : "at_least")}_once_p50_over_bare", times.Median, "1",
                    MostAge);
        }
    }

    // Half of a loop's throughput of a backlog may be more than there is where load and reader share its cores.
    private async Task FindLoadsAsync(DeliveryContestant[] systems)
    {
        ReportTable table = _run.Report.AddTable("Throughput while load and reader share the machine", "system", "documents/s");
        foreach (DeliveryContestant bare in systems.Where(system => !system.IsWorker))
        {
            List<double> found = [];
            for (int round = 0; round < _lengths.Rounds; round++)
            {
                found.Add(await LiveAsync(bare));
            }

            Sample live = Sample.Of(found);
            table.AddRow(bare.Name, live);
            _live[bare.IsExactlyOnce] = live.Median;
        }
    }

    private async Task IntervalsAsync()
    {
        DeliveryContestant[] systems = [.. Intervals.SelectMany(ms => Pair(exactlyOnce: true, TimeSpan.FromMilliseconds(ms)))];
        ThroughputResult[][] found = await ThroughputsAsync(systems, _lengths.Rounds, _lengths.Backlog);
        AddThroughput("The interval of transactions: throughput", systems, found);
        ReportTable table = _run.Report.AddTable("The interval of transactions: age of labels at half of each bare loop's live throughput",
            LatencyColumns);
        for (int at = 0; at < systems.Length; at += 2)
        {
            double load = Half * await LiveAsync(systems[at]);
            LatencyResult[] results = [await LatencyAsync(systems[at], load), await LatencyAsync(systems[at + 1], load)];
            for (int one = 0; one < 2; one++)
                table.AddRow(systems[at + one].Name, load, results[one].P50, results[one].P95, results[one].P99,
                    results[one].P50 / results[0].P50);
        }
    }

    /// <summary>Lets systems take turns at one backlog, each in a group of its own.</summary>
    /// <returns>Of each system one a round.</returns>
    private async Task<ThroughputResult[][]> ThroughputsAsync(DeliveryContestant[] systems, int rounds, int backlog)
    {
        DeliveryTopics topics = await DeliveryTopics.CreateAsync(_kafka);
        using (DocumentLoad load = new(topics)) load.SendAll(backlog);
        List<ThroughputResult>[] found = [.. systems.Select(_ => new List<ThroughputResult>())];
        for (int round = 0; round < rounds; round++)
        {
            foreach (int turn in Turns(round, systems.Length))
            {
                _run.Note($"throughput, {systems[turn].Name}: round {round + 1} of {rounds}");
                found[turn].Add(await DeliveryRun.ThroughputAsync(systems[turn], topics, backlog, _cancel));
            }
        }

        await topics.DeleteAsync();
        return [.. found.Select(one => one.ToArray())];
    }

    private async Task<double> LiveAsync(DeliveryContestant system)
    {
        _run.Note($"throughput under load, {system.Name}");
        DeliveryTopics topics = await DeliveryTopics.CreateAsync(_kafka);
        double perSecond = await DeliveryRun.LiveAsync(system, topics, _lengths.Backlog, _cancel);
        await topics.DeleteAsync();
        return perSecond;
    }

    private async Task<LatencyResult> LatencyAsync(DeliveryContestant system, double perSecond)
    {
        _run.Note($"age of labels, {system.Name}");
        DeliveryTopics topics = await DeliveryTopics.CreateAsync(_kafka);
        LatencyResult result = await DeliveryRun.LatencyAsync(system, topics, perSecond, _lengths.Load, _cancel);
        await topics.DeleteAsync();
        return result;
    }

    // The loop writes as many bytes as the worker: those of its first label.
    private async Task<int> FindLabelBytesAsync()
    {
        DeliveryTopics topics = await DeliveryTopics.CreateAsync(_kafka);
        using (DocumentLoad load = new(topics)) load.SendAll(1);
        await using DeliverySystem worker = await SluiceSystem.StartAsync(topics, _registry, DeliveryMode.AtLeastOnce);
        using Confluent.Kafka.IConsumer<byte[]?, byte[]?> reader = topics.OpenReader();
        return reader.Consume(TimeSpan.FromSeconds(30))?.Message.Value?.Length
            ?? throw new TimeoutException("The worker gave no label within 30 s.", worker.Failure);
    }

    private DeliveryContestant[] Pair(bool exactlyOnce, TimeSpan? interval = null)
    {
        string promise = exactlyOnce ? "exactly once" : "at least once";
        if (interval is { } given) promise += string.Create(CultureInfo.InvariantCulture, $", {given.TotalMilliseconds} ms");
        DeliveryMode mode = exactlyOnce ? DeliveryMode.ExactlyOnce : DeliveryMode.AtLeastOnce;
        return
        [
            new($"bare loop, {promise}", exactlyOnce, IsWorker: false, topics => Task.FromResult(
                (exactlyOnce ? (BareLoop)new BareTransactions(topics, _labelBytes, interval ?? Default)
                    : new BareAtLeastOnce(topics, _labelBytes)).Begin())),
            new($"Sluice, {promise}", exactlyOnce, IsWorker: true, topics => SluiceSystem.StartAsync(topics, _registry, mode, interval)),
        ];
    }

    private void AddThroughput(string title, DeliveryContestant[] systems, ThroughputResult[][] found)
    {
        ReportTable table = _run.Report.AddTable(title, ThroughputColumns);
        for (int at = 0; at < systems.Length; at++)
        {
            Sample perSecond = Of(found[at], one => one.PerSecond);
            table.AddRow(systems[at].Name, perSecond, perSecond.Over(Of(found[at & ~1], one => one.PerSecond)), // a pair's loop comes first
                Of(found[at], one => one.Bytes), Of(found[at], one => one.CpuMicroseconds));
        }
    }

    private static IEnumerable<int> Turns(int round, int count) => Enumerable.Range(0, count).Select(turn => (round + turn) % count);

    private static Sample Of<T>(IEnumerable<T> results, Func<T, double> value) => Sample.Of(results.Select(value));
}
