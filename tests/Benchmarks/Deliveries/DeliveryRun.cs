using System.Diagnostics;
using Confluent.Kafka;

namespace Benchmarks.Deliveries;

/// <summary>What was measured of a system at one time.</summary>
/// <param name="PerSecond">Documents delivered a second.</param>
/// <param name="Bytes">Managed bytes that this process allocated for each.</param>
/// <param name="CpuMicroseconds">Processor time of this process for each: of the system and its client, not of the broker.</param>
internal readonly record struct ThroughputResult(double PerSecond, double Bytes, double CpuMicroseconds);

/// <summary>Ages of labels when their reader has them, since their documents were due.</summary>
/// <param name="P50">Milliseconds.</param>
/// <param name="P95">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
internal readonly record struct LatencyResult(double P50, double P95, double P99);

/// <summary>Measures one system at one time.</summary>
internal static class DeliveryRun
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2), StandsStill = TimeSpan.FromSeconds(60);

    /// <summary>How fast a backlog is delivered, from its tenth to its end: the start of a system is no part of it.</summary>
    /// <param name="contestant">Started here.</param>
    /// <param name="topics">With the backlog.</param>
    /// <param name="documents">How many it has.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<ThroughputResult> ThroughputAsync(DeliveryContestant contestant, DeliveryTopics topics, int documents,
        CancellationToken cancel)
    {
        await using DeliverySystem system = await contestant.Start(topics);
        long first = WaitFor(system, documents / 10, cancel);
        (long bytes, TimeSpan cpu, long began) = (GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        long last = WaitFor(system, documents, cancel);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds, count = last - first;
        return new ThroughputResult(count / seconds, (GC.GetTotalAllocatedBytes() - bytes) / count,
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / count);
    }

    /// <summary>How fast documents are delivered and read while they are sent as fast as can be: what the system reaches where load and
    /// reader share the machine with it.</summary>
    /// <param name="contestant">Started here.</param>
    /// <param name="topics">Empty.</param>
    /// <param name="documents">How many.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Documents a second.</returns>
    public static async Task<double> LiveAsync(DeliveryContestant contestant, DeliveryTopics topics, int documents,
        CancellationToken cancel)
    {
        using DocumentLoad load = new(topics);
        await using DeliverySystem system = await StartAsync(contestant, topics, load, cancel);
        long began = Stopwatch.GetTimestamp();
        await LoadAsync(system, topics, documents, () => load.SendAll(documents), cancel);
        return documents / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>How old labels are when they are read, at an even load.</summary>
    /// <param name="contestant">Started here.</param>
    /// <param name="topics">Empty.</param>
    /// <param name="perSecond">Documents a second.</param>
    /// <param name="time">How long; the first quarter does not count.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<LatencyResult> LatencyAsync(DeliveryContestant contestant, DeliveryTopics topics, double perSecond,
        TimeSpan time, CancellationToken cancel)
    {
        using DocumentLoad load = new(topics);
        await using DeliverySystem system = await StartAsync(contestant, topics, load, cancel);
        int count = (int)(perSecond * time.TotalSeconds);
        double[] ages = await LoadAsync(system, topics, count, () => load.SendEvenly(perSecond, time, cancel), cancel);
        ages = ages[(count / 4)..];
        Array.Sort(ages);
        return new LatencyResult(At(ages, 0.5), At(ages, 0.95), At(ages, 0.99));
    }

    // Some documents first: when they are through it has all of its partitions.
    private static async Task<DeliverySystem> StartAsync(DeliveryContestant contestant, DeliveryTopics topics, DocumentLoad load,
        CancellationToken cancel)
    {
        DeliverySystem system = await contestant.Start(topics);
        load.SendAll(DeliveryTopics.Partitions);
        WaitFor(system, DeliveryTopics.Partitions, cancel);
        return system;
    }

    // Ages in the order in which the labels are read, milliseconds.
    private static async Task<double[]> LoadAsync(DeliverySystem system, DeliveryTopics topics, int count, Action send,
        CancellationToken cancel)
    {
        Task<double[]> reading = Task.Factory.StartNew(() => ReadAges(system, topics, DeliveryTopics.Partitions + count, cancel), cancel,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.Factory.StartNew(send, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return (await reading)[DeliveryTopics.Partitions..];
    }

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];

    private static double[] ReadAges(DeliverySystem system, DeliveryTopics topics, int count, CancellationToken cancel)
    {
        double[] ages = new double[count];
        using IConsumer<byte[]?, byte[]?> reader = topics.OpenReader();
        for (int read = 0; read < count;)
        {
            cancel.ThrowIfCancellationRequested();
            if (reader.Consume(StandsStill) is not { } label)
                throw new TimeoutException($"No label came within {StandsStill.TotalSeconds} s; {read} of {count} had.", system.Failure);
            ages[read++] = (DocumentLoad.Now - DocumentLoad.DueOf(label.Message.Key)) / 1000.0;
        }

        return ages;
    }

    private static long WaitFor(DeliverySystem system, long count, CancellationToken cancel)
    {
        long delivered = system.Delivered, moved = Stopwatch.GetTimestamp();
        while (delivered < count)
        {
            cancel.WaitHandle.WaitOne(Look);
            cancel.ThrowIfCancellationRequested();
            long now = system.Delivered;
            if (now > delivered) moved = Stopwatch.GetTimestamp();
            delivered = now;
            if (system.Failure is { } failure) throw new InvalidOperationException("The system that is measured has failed.", failure);
            if (Stopwatch.GetElapsedTime(moved) > StandsStill)
                throw new TimeoutException($"Nothing was delivered for {StandsStill.TotalSeconds} s; {delivered} of {count} are.");
        }

        return delivered;
    }
}
