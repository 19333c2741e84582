using Benchmarks.Burst.Load;
using TestKit;

namespace Benchmarks.Burst.Runs;

/// <summary>Puts systems under loads, one at a time, each with topics and a group of its own.</summary>
/// <param name="server">The broker.</param>
/// <param name="time">The clock; the broker's must be the same, so both are on one machine.</param>
internal sealed class LoadBench(KafkaServer server, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1), Glance = TimeSpan.FromMilliseconds(50),
        FirstLabelTimeout = TimeSpan.FromMinutes(2);

    private static readonly Dictionary<string, double> NoSteps = [];

    /// <summary>Documents a second that a system clears of a backlog that lies there when it begins to read.</summary>
    /// <param name="system">What labels.</param>
    /// <param name="texts">What is labelled.</param>
    /// <param name="count">Documents of the backlog.</param>
    /// <param name="limit">It ends then, cleared or not, but not before the first label.</param>
    /// <param name="cancel">Ends it with an exception.</param>
    public Task<double> DrainAsync(ServedSystem system, TextSet texts, int count, TimeSpan limit, CancellationToken cancel) =>
        OnTopicsAsync("drain", topics => DrainAsync(topics, system, texts, count, limit, cancel));

    /// <summary>A system under a load.</summary>
    /// <param name="system">What labels.</param>
    /// <param name="texts">What is sent.</param>
    /// <param name="schedule">When.</param>
    /// <param name="cancel">Ends it with an exception.</param>
    public Task<LoadRun> RunAsync(ServedSystem system, TextSet texts, Schedule schedule, CancellationToken cancel) =>
        OnTopicsAsync("burst", topics => RunAsync(topics, system, texts, schedule, cancel));

    private async Task<T> OnTopicsAsync<T>(string name, Func<LoadTopics, Task<T>> run)
    {
        LoadTopics topics = await LoadTopics.CreateAsync(server.BootstrapServers, name);
        try
        {
            return await run(topics);
        }
        finally
        {
            if (!server.IsOurs) await topics.DeleteAsync();
        }
    }

    private async Task<double> DrainAsync(
        LoadTopics topics, ServedSystem system, TextSet texts, int count, TimeSpan limit, CancellationToken cancel)
    {
        using Sender sender = new(topics, time);
        sender.SendAll(texts, count);
        using LabelTopic labels = new(topics);
        await using SystemProcess process = await SystemProcess.StartAsync(system, topics, cancel);
        DateTimeOffset began = time.GetUtcNow();
        long clock = time.GetTimestamp();
        for (long labelled = 0; labelled == 0 || (labelled < count && time.GetElapsedTime(clock) < limit);)
        {
            process.MustRun();
            if (time.GetElapsedTime(clock) > FirstLabelTimeout)
                throw new TimeoutException($"{system.Name} labelled nothing in {FirstLabelTimeout}. It said: {process.LastLines}");
            await Task.Delay(Glance, time, cancel);
            labelled = await labels.CountAsync();
        }

        process.Kill(); // of its end nothing is asked, and it has a backlog to leave
        IReadOnlyList<Delivery> found = labels.ReadAll(began);
        return found.Count / found[^1].At;
    }

    private async Task<LoadRun> RunAsync(
        LoadTopics topics, ServedSystem system, TextSet texts, Schedule schedule, CancellationToken cancel)
    {
        using LabelTopic labels = new(topics);
        using Sender sender = new(topics, time);
        using ScrapedMetrics? metrics = system.MetricsPort is { } port ? new ScrapedMetrics(port) : null;
        await using SystemProcess process = await SystemProcess.StartAsync(system, topics, cancel);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        DateTimeOffset start = time.GetUtcNow() + Tick;
        long began = time.GetTimestamp();
        Task sending = Task.Factory.StartNew(() => sender.Send(texts, schedule, start, stop.Token), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        List<UseSample> uses = [];
        try
        {
            foreach (double moment in Moments(schedule))
            {
                TimeSpan wait = Tick + TimeSpan.FromSeconds(moment) - time.GetElapsedTime(began);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancel);
                process.MustRun();
                double at = (time.GetElapsedTime(began) - Tick).TotalSeconds;
                uses.Add(await SampleAsync(process, metrics, at, schedule.Phases.Any(phase => phase.From == moment || phase.To == moment)));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await sending;
        }

        await Task.Delay(Glance, time, cancel); // what is due in the last moment of a calm is labelled in milliseconds
        IReadOnlyDictionary<int, long> committed = await labels.CommittedAsync();
        return new LoadRun(system.Name, texts, schedule, labels.ReadAll(start), uses, committed, await labels.CountDeadLettersAsync(),
            sender.Failed, sender.Latest);
    }

    private async Task<UseSample> SampleAsync(SystemProcess process, ScrapedMetrics? metrics, double at, bool atPhase) => new(
        at,
        ProcessUse.TryRead(process.Id) ?? default,
        server.ProcessId is { } broker ? ProcessUse.TryRead(broker) : null,
        Environment.CpuUsage.TotalTime.TotalSeconds,
        atPhase && metrics is not null ? await metrics.StepCpuSecondsAsync() : NoSteps);

    private static IEnumerable<double> Moments(Schedule schedule) =>
        Enumerable.Range(0, (int)schedule.Seconds + 1).Select(second => (double)second)
            .Concat(schedule.Phases.SelectMany(phase => new[] { phase.From, phase.To })).Distinct().Order();
}
