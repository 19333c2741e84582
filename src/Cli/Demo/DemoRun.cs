using Sluice.Cli.Demo.Clusters;
using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.Settings;
using Sluice.Cli.Demo.View;
using Sluice.Inference.Modes;
using Sluice.Schemas;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Wording;

namespace Sluice.Cli.Demo;

/// <summary>One run of the demo: mails in, labels out, both in a ledger.</summary>
internal sealed class DemoRun(DemoOptions options, IDemoView view, TimeProvider time)
{
    /// <summary>Documents labelled before the clock runs, so that code is compiled and the model's memory is there.</summary>
    private const int WarmUpDocuments = 32;

    /// <summary>With a burst, whose rates are chosen by what these took: a second or more of two cores.</summary>
    private const int BurstWarmUpDocuments = 96;

    /// <summary>Of these so many in flight: fewer wait than would make the worker choose a cheaper mode.</summary>
    private const int BurstWarmUpInFlight = 4;

    /// <summary>How long a worker that did choose one has to choose the first again.</summary>
    private static readonly TimeSpan CalmDown = TimeSpan.FromSeconds(10), Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs to the end, or as far as it comes.</summary>
    /// <exception cref="InvalidDataException">The file of mails is missing or broken.</exception>
    /// <exception cref="DemoException">The run could not begin; the message says why.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before there was anything to report.</exception>
    public async Task<DemoReport> RunAsync(CancellationToken cancellation)
    {
        // 1. The mails.
        IReadOnlyList<LabelledMail> mails = MailFile.Read(options.Mails);

        // 2. Broker and registry, with topics of this run.
        await using IDemoCluster cluster = options.Cluster is { } servers
            ? new RealCluster(servers, options.Registry!, time.GetUtcNow(), view.Failed)
            : await EmbeddedCluster.StartAsync(cancellation);
        await cluster.CreateTopicsAsync(options.Partitions, cancellation);
        view.Done(cluster.Description);

        // 3. Mails to Avro documents.
        int schema = await RegisterAsync(cluster, cancellation);
        IReadOnlyList<DemoDocument> documents = DocumentPreparation.Encode(mails, schema);
        IReadOnlyList<DemoDocument> first = DocumentPreparation.Encode(DocumentPreparation.WarmUp(mails,
            options.Burst is null ? WarmUpDocuments : BurstWarmUpDocuments), schema);
        string which = options.Mails == DemoPaths.HeldOutMails ? "that the model has never seen" : $"of {options.Mails}";
        long kib = documents.Sum(document => (long)document.Value.Length) / 1024;
        view.Done($"{Numbers.Count(documents.Count)} mails {which} as Avro documents, {Numbers.Count(kib)} KiB");

        // 4. The worker, in this process, warm.
        await using DemoWorker worker = await view.DuringAsync("starting the worker", () =>
            DemoWorker.StartAsync(options, cluster, cancellation));
        string[] strange = [.. documents.Select(document => document.Label).Distinct().Except(worker.Labels)];
        if (strange.Length > 0)
            view.Done($"the mails' labels {Words(strange)} are none of the model's, {Words(worker.Labels)}: accuracy is not comparable");
        var ledgers = new Ledgers(new Ledger(first), new Ledger());
        await using var flow = new Flow(options, cluster, worker, ledgers, time);
        await view.DuringAsync("warming up", () => WarmUpAsync(flow, worker, ledgers, first, cancellation));
        view.Done($"worker reads {cluster.Topics.Documents}, writes {cluster.Topics.Labels}; "
            + $"warm after {ledgers.WarmUp.Counts.Documents} documents");

        // 5. The run.
        ArrivalSchedule? schedule = options.Rate is { } rate ? ArrivalSchedule.Steady(rate) : null;
        if (options.Burst is { } burst)
        {
            schedule = ScheduleOf(burst, worker, ledgers.WarmUp);
            documents = DocumentPreparation.Encode(DocumentPreparation.Again(mails, schedule.Documents), schema);
        }

        ledgers.Main.Expect(documents);
        var clock = new RunClock(worker, time);
        Task<string?> run = flow.RunAsync(documents, ledgers.Main, schedule, options.InFlight, cancellation);
        LiveMeter meter = new(ledgers.Main, worker, options.Burst is null ? null : schedule, time);
        await view.WatchAsync(() => meter.Read() with { HasAccuracy = strange.Length == 0 }, run);
        string? cut = await run;
        clock.Stop();

        // 6. Worker drained, offsets committed, topics read to their end: only now do the ledgers hold all.
        await view.DuringAsync("draining the worker", async () =>
        {
            await flow.CloseAsync(() => worker.StopAsync(cancellation), cancellation);
            return true;
        });
        DemoReport report = ReportBuilder.Of(options, ledgers, clock, worker.Progress, flow.LastPrediction, schedule, cut, time);
        return report with { HasAccuracy = strange.Length == 0 };
    }

    private static string Words(IReadOnlyList<string> labels) =>
        string.Join(", ", labels.Take(5).Select(label => ForeignText.OneLine(label))) + (labels.Count > 5 ? ", ..." : "");

    private static async Task<int> RegisterAsync(IDemoCluster cluster, CancellationToken cancellation)
    {
        using var registry = new RegistryClient(cluster.RegistryOptions);
        return await registry.RegisterAsync(SubjectName.OfValue(cluster.Topics.Documents), Document.SchemaText, cancellation);
    }

    private ArrivalSchedule ScheduleOf(BurstOptions burst, DemoWorker worker, Ledger warmUp)
    {
        Mode mode = worker.FirstMode;
        double capacity = worker.CapacityOf(mode, warmUp.Outcomes());
        double calm = options.Rate ?? burst.CalmFor(capacity);
        var schedule = ArrivalSchedule.Burst(calm, burst);
        view.Done($"{mode.Name} labels {Numbers.Rate(capacity)}/s here: calm {Numbers.Rate(calm)}/s, the burst "
            + $"{Numbers.Rate(calm * burst.Times)}/s");
        return schedule;
    }

    private async Task<bool> WarmUpAsync(Flow flow, DemoWorker worker, Ledgers ledgers, IReadOnlyList<DemoDocument> first,
        CancellationToken cancellation)
    {
        string? fault = await flow.RunAsync(first, ledgers.WarmUp, null, options.Burst is null ? options.InFlight : BurstWarmUpInFlight,
            cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (fault is not null) throw new DemoException($"The first documents got no labels: {fault}.");
        for (long warm = time.GetTimestamp(); worker.Mode != worker.FirstMode && time.GetElapsedTime(warm) < CalmDown;)
            await Task.Delay(Look, time, cancellation);
        return true;
    }
}
