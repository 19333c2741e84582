using System.Diagnostics;
using System.Globalization;
using Sluice.Inference.Modes;
using Sluice.Worker.Configuration;
using Sluice.Worker.Observability;

namespace Benchmarks.Monitoring;

/// <summary>What metrics add to a worker, piece by piece: to each label, and to each scrape.</summary>
internal sealed class MetricsCost
{
    private static readonly Mode[] Modes =
        [Mode.Teacher(Precision.Int8), Mode.Students(2, Precision.Int8), Mode.Students(1, Precision.Int8), Mode.Swift(Precision.Int8)];

    private readonly CountsBy<Mode> _labels = new();
    private readonly WorkerMetrics _metrics = new(new MetricsOptions { Port = 9464 }, TimeProvider.System);
    private readonly DateTimeOffset _made = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(0.3);

    /// <summary>A label is counted by its mode, and its latency noted. Thread-safe.</summary>
    public void Label()
    {
        _labels.Add(Modes[0]);
        _metrics.LabelDelivered(_made);
    }

    /// <summary>Processor time of a label.</summary>
    /// <param name="threads">That count at once.</param>
    /// <returns>Nanoseconds.</returns>
    public double LabelNs(int threads)
    {
        const int Labels = 2_000_000;
        Thread[] all = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            for (int label = 0; label < Labels; label++) Label();
        }))];
        double before = Environment.CpuUsage.TotalTime.TotalNanoseconds;
        foreach (Thread thread in all) thread.Start();
        foreach (Thread thread in all) thread.Join();
        return (Environment.CpuUsage.TotalTime.TotalNanoseconds - before) / Labels / threads;
    }

    /// <summary>Reads all values and writes them, as a request for <c>/metrics</c> does.</summary>
    /// <param name="partitions">That the worker has.</param>
    /// <returns>Bytes of the answer.</returns>
    public int Scrape(int partitions)
    {
        _metrics.Read(all => Fill(all, partitions));
        using MemoryStream text = new();
        _metrics.WriteAsync(text, openMetrics: true, CancellationToken.None).GetAwaiter().GetResult(); // ends at once: memory
        return (int)text.Length;
    }

    /// <summary>Processor time of a scrape.</summary>
    /// <param name="partitions">That the worker has.</param>
    /// <returns>Milliseconds.</returns>
    public double ScrapeMs(int partitions)
    {
        const int Scrapes = 20;
        double before = Environment.CpuUsage.TotalTime.TotalMilliseconds;
        for (int scrape = 0; scrape < Scrapes; scrape++) Scrape(partitions);
        return (Environment.CpuUsage.TotalTime.TotalMilliseconds - before) / Scrapes;
    }

    // Every series that a worker in auto has, with figures that are as long as real ones.
    private void Fill(WorkerMetrics all, int partitions)
    {
        double value = Stopwatch.GetTimestamp() / 1e6;
        for (int partition = 0; partition < partitions; partition++)
        {
            string[] labels = ["documents", partition.ToString(CultureInfo.InvariantCulture)];
            foreach (ReadMetric metric in new[]
            {
                all.Lag.Messages, all.Lag.Backlog, all.Lag.RecordAge, all.Lag.Arrivals, all.Lag.NoProgress,
            }) metric.Set(value + partition, labels);
        }

        foreach (Mode mode in Modes)
        {
            foreach (ReadMetric metric in new[]
            {
                all.Modes.Now, all.Modes.Seconds, all.Modes.Capacity, all.Modes.Accuracy, all.Batches.Count, all.Batches.Rows,
                all.Batches.Tokens, all.Batches.PaddedTokens, all.Batches.Predicted, all.Batches.Measured,
            }) metric.Set(value, mode.Name);
            all.Documents.Done.Set(_labels.Read().GetValueOrDefault(mode), mode.Name, "labelled");
            all.Batches.CostError.Set(0.0312, mode.Name, "Int8", "2");
        }

        foreach (string client in new[] { "consumer", "producer" })
        {
            foreach (ReadMetric metric in new[]
            {
                all.Clients.StatisticsAge, all.Clients.BrokersUp, all.Clients.RoundTrip, all.Clients.QueuedMessages,
                all.Clients.QueuedBytes, all.Clients.Messages, all.Clients.MessageBytes, all.Clients.SentBytes, all.Clients.ReceivedBytes,
                all.Clients.Retries, all.Clients.Timeouts, all.Clients.Errors, all.Clients.Disconnects,
            }) metric.Set(value, client);
        }

        foreach (PipelineStep step in Enum.GetValues<PipelineStep>()) all.Documents.Cpu.Set(value, step.ToString());
        foreach (ReadMetric metric in new[]
        {
            all.Lag.AllMessages, all.Lag.AllBacklog, all.Lag.OldestRecordAge, all.Lag.AllArrivals, all.Lag.Drain, all.Lag.Assigned,
            all.Documents.Read, all.Documents.InFlight, all.Documents.TokensInFlight, all.Documents.BytesInFlight, all.Kafka.Committed,
        }) metric.Set(value);
    }
}
