using System.Globalization;
using System.Runtime.InteropServices;
using Sluice.Inference.Batching;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Startup;

namespace Sluice.Worker.Monitoring;

/// <summary>Where the values of the metrics come from: counts and snapshots that there are anyway, read when somebody asks.</summary>
/// <param name="worker">Knows the model.</param>
/// <param name="source">Knows the lag, the group and its client.</param>
/// <param name="sink">Knows the other client.</param>
/// <param name="records">What is in flight.</param>
/// <param name="progress">Counts.</param>
/// <param name="control">Knows the mode.</param>
/// <param name="health">Knows what stands still.</param>
internal sealed class MetricsReading(WorkerService worker, RecordSource source, RecordSink sink, InFlightRecords records,
    PipelineProgress progress, ControlService control, WorkerHealth health)
{
    // Where a document was not labelled there is no mode.
    private const string NoMode = "none";

    /// <summary>Sets all that is known at this moment.</summary>
    public void Into(WorkerMetrics metrics)
    {
        metrics.Build.Info.Set(1, ProductBuild.This.Version, RuntimeInformation.FrameworkDescription);
        if (worker.Served is { } served) Set(metrics, served);
        if (control.Snapshot is { } known) Set(metrics, known);
        metrics.Lag.Paused.Set(source.Counts.Paused);
        if (source.LagSample is { } sample) Set(metrics.Lag, sample, health.Standstill);
        ProgressSnapshot done = progress.Snapshot();
        Set(metrics.Documents, done);
        Set(metrics.Batches);
        metrics.Kafka.Commits.Set(source.Counts.Commits, "done");
        metrics.Kafka.Commits.Set(source.Counts.FailedCommits, "failed");
        metrics.Kafka.Committed.Set(done.Committed);
        metrics.Kafka.Rebalances.Set(source.Counts.Assigned, "assigned");
        metrics.Kafka.Rebalances.Set(source.Counts.Revoked, "revoked");
        metrics.Kafka.Rebalances.Set(source.Counts.Lost, "lost");
        metrics.Kafka.Rebuilds.Set(source.Counts.Rebuilt);
        Set(metrics.Clients, "consumer", source.Statistics);
        Set(metrics.Clients, "producer", sink.Statistics);
    }

    private static void Set(WorkerMetrics metrics, ServedModel served)
    {
        Precision precision = served.Mode.Snapshot.Mode.Precision;
        metrics.Model.Info.Set(1, served.Bundle.Identity.Id, served.Bundle.Identity.Version, precision.ToString());
        foreach (CostKey key in served.Costs.Keys)
        {
            double error = served.Costs[key].Current.MeanError;
            if (!double.IsNaN(error)) metrics.Batches.CostError.Set(error, key.Mode, key.Precision.ToString(), Text(key.Concurrency));
        }
    }

    /// <summary>Sets what the control of the mode knows.</summary>
    internal static void Set(WorkerMetrics metrics, ControlSnapshot known)
    {
        WorkerMetrics.OfModes modes = metrics.Modes;
        foreach (RungSnapshot rung in known.Rungs)
        {
            modes.Now.Set(rung.Mode == known.Mode ? 1 : 0, rung.Mode.Name);
            modes.Seconds.Set(rung.Held.TotalSeconds, rung.Mode.Name);
            modes.Capacity.Set(rung.Capacity, rung.Mode.Name);
            modes.Accuracy.Set(rung.Accuracy, rung.Mode.Name);
        }

        foreach (ModeChanges changes in known.Changes) modes.Changes.Set(changes.Count, changes.To.Name, changes.Reason.Name());
        modes.Saturated.Set(known.Saturated ? 1 : 0);
        modes.Degraded.Set(known.IsDegraded ? 1 : 0);
        metrics.Lag.Drain.Set(known.DrainSeconds);
        metrics.Lag.DrainTarget.Set(known.DrainTarget.TotalSeconds);
    }

    /// <summary>Sets what is known of the lag.</summary>
    internal static void Set(WorkerMetrics.OfLag metrics, LagSample sample, Standstill standstill)
    {
        var standing = standstill.Partitions.ToDictionary(one => one.Partition, one => one.For.TotalSeconds);
        foreach (PartitionLag lag in sample.Partitions)
        {
            string[] labels = [lag.Partition.Topic, Text(lag.Partition.Partition)];
            metrics.Messages.Set(lag.LagMessages, labels);
            metrics.Backlog.Set(lag.BacklogRecords, labels);
            metrics.RecordAge.Set(lag.RecordAge?.TotalSeconds, labels);
            metrics.Arrivals.Set(lag.ArrivalsPerSecond, labels);
            metrics.NoProgress.Set(lag.BacklogRecords is null ? null : standing.GetValueOrDefault(lag.Partition), labels);
        }

        // Without a partition the sums are 0, and after a crash the lag is not: its partitions come with the dead member's session's end.
        bool any = sample.Partitions.Count > 0;
        metrics.AllMessages.Set(any ? sample.LagMessages : null);
        metrics.AllBacklog.Set(any ? sample.BacklogRecords : null);
        metrics.OldestRecordAge.Set(sample.RecordAge?.TotalSeconds);
        metrics.AllArrivals.Set(any ? sample.ArrivalsPerSecond : null);
        metrics.Unknown.Set(sample.UnknownPartitions);
        metrics.Assigned.Set(sample.Partitions.Count);
    }

    private void Set(WorkerMetrics.OfDocuments metrics, ProgressSnapshot done)
    {
        metrics.Read.Set(done.Consumed);
        foreach (var labels in progress.LabelsByMode.Read().GroupBy(labels => labels.Key.Name))
            metrics.Done.Set(labels.Sum(of => of.Value), labels.Key, "labelled");
        metrics.Done.Set(done.DeadLettered, NoMode, "rejected");
        metrics.Done.Set(done.Tombstones, NoMode, "tombstone");
        metrics.Done.Set(done.Dropped, NoMode, "dropped");
        metrics.Done.Set(done.PassedOver, NoMode, "passed_over");
        foreach ((string reason, long count) in progress.DeadLettersByReason.Read()) metrics.DeadLetters.Set(count, reason);
        metrics.InFlight.Set(records.Documents);
        metrics.TokensInFlight.Set(records.Tokens);
        metrics.BytesInFlight.Set(records.Bytes);
        foreach ((PipelineStep step, TimeSpan cpu) in done.Cpu) metrics.Cpu.Set(cpu.TotalSeconds, NameOf(step));
    }

    private void Set(WorkerMetrics.OfBatches metrics)
    {
        foreach (var batches in progress.Batches.ReadByMode().GroupBy(batches => batches.Mode.Name))
        {
            BatchTotals all = batches.Aggregate(BatchTotals.None, (sum, one) => sum.Plus(one.Totals));
            metrics.Count.Set(all.Batches, batches.Key);
            metrics.Rows.Set(all.Documents, batches.Key);
            metrics.Tokens.Set(all.Tokens, batches.Key);
            metrics.PaddedTokens.Set(all.AttendedTokens, batches.Key);
            metrics.Predicted.Set(all.PredictedMs / 1000, batches.Key);
            metrics.Measured.Set(all.MeasuredMs / 1000, batches.Key);
        }

        metrics.FailedRuns.Set(progress.FailedRuns);
    }

    private static void Set(WorkerMetrics.OfClients metrics, string client, ClientStatistics statistics)
    {
        if (statistics.Last is not var (figures, age)) return;
        bool sends = client == "producer";
        metrics.StatisticsAge.Set(age.TotalSeconds, client);
        metrics.BrokersUp.Set(figures.BrokersUp, client);
        metrics.RoundTrip.Set(figures.SlowestRoundTrip.TotalSeconds, client);
        metrics.QueuedMessages.Set(figures.QueuedMessages, client);
        metrics.QueuedBytes.Set(figures.QueuedBytes, client);
        metrics.Messages.Set(sends ? figures.SentMessages : figures.ReceivedMessages, client);
        metrics.MessageBytes.Set(sends ? figures.SentMessageBytes : figures.ReceivedMessageBytes, client);
        metrics.SentBytes.Set(figures.SentBytes, client);
        metrics.ReceivedBytes.Set(figures.ReceivedBytes, client);
        metrics.Retries.Set(figures.Retries, client);
        metrics.Timeouts.Set(figures.Timeouts, client);
        metrics.Errors.Set(figures.Errors, client);
        metrics.Disconnects.Set(figures.Disconnects, client);
    }

    // As docs/architecture.md calls them.
    private static string NameOf(PipelineStep step) => step switch
    {
        PipelineStep.Consume => "read",
        PipelineStep.Decode => "decode",
        PipelineStep.Batch => "batch",
        PipelineStep.Infer => "infer",
        PipelineStep.Publish => "publish",
        PipelineStep.Commit => "commit",
        _ => throw new System.Diagnostics.UnreachableException($"Step {step} has no name. This is a bug."),
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
