using Microsoft.Extensions.Logging;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Pipeline;

/// <summary>The data path: starts the steps, drains them in order, fails fast together.</summary>
/// <remarks>Stop order: reading stops (polling and committing go on); what waits for the registry is dropped; the decode workers empty
/// their channel; the inference threads empty the batch step; the producer is flushed; a last commit; the consumer leaves its group.
/// </remarks>
internal sealed class PipelineService(
    ReadStep read, LagReader lag, PublishStep publish, IDelivery delivery, RejectionBrake brake, OutputPartitions partitions,
    RecordSink sink, InFlightRecords records, ParkedRecords parked, InferenceThreads threads, Func<ServedModel, ModelSteps> stepsOf,
    ControlService control, PipelineFailure failure, CostStore store, KafkaOptions kafka, PipelineOptions options, TimeProvider time,
    ILogger<PipelineService> logger)
{
    // For what is sent already, when the time for draining is up; and for the last commit.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(7);

    private Task? _reading;
    private Task _lagging = Task.CompletedTask;
    private Task _decoding = Task.CompletedTask;
    private Task _refused = Task.CompletedTask;
    private Task _holding = Task.CompletedTask;
    private Task _partitions = Task.CompletedTask;
    private Task _controlling = Task.CompletedTask;
    private ServedModel? _served;
    private BatchStep? _batches;
    private long? _droppedBefore; // when the rest was handed back
    private int _abandonedHeld; // rejected documents that were held when it stopped

    /// <summary>Starts the steps; reading begins. Once.</summary>
    /// <param name="served">What the inference threads have warmed up with.</param>
    public void Start(ServedModel served)
    {
        (DecodeStep decode, BatchStep batches, InferStep infer) = stepsOf(served);
        (_served, _batches) = (served, batches);
        publish.Labels = served.Labels;
        threads.Serve(infer);
        _decoding = Task.WhenAll(Enumerable.Range(0, options.DecodeWorkers).Select(_ =>
            Task.Run(() => failure.GuardAsync("decode", decode.RunAsync), CancellationToken.None)));
        _refused = Task.Run(() => failure.GuardAsync("publish", delivery.RunRefusedAsync), CancellationToken.None);
        _holding = Task.Run(() => failure.GuardAsync("publish", delivery.RunHeldAsync), CancellationToken.None);
        _partitions = Task.Run(() => failure.GuardAsync("publish", partitions.RunAsync), CancellationToken.None);
        _controlling = StepThread.Start("sluice-control",
            () => failure.Guard("control", () => control.Run(served, batches, failure.Stop)));
        _reading = StepThread.Start("sluice-read", () => failure.Guard("read", read.Run));
        _lagging = StepThread.Start("sluice-lag", () => failure.Guard("lag", lag.Run));
        Log.Started(logger, string.Join(", ", kafka.InputTopics), kafka.GroupId, kafka.OutputTopic, kafka.DeadLetterTopic,
            options.DecodeWorkers, options.InferenceThreads);
    }

    /// <summary>Drains within <see cref="PipelineOptions.DrainTimeout"/>, commits and leaves the group; nothing where it never
    /// started or has stopped already.</summary>
    public async Task StopAsync()
    {
        Task? reading = Interlocked.Exchange(ref _reading, null);
        if (reading is null) return; // never started, or stopped already
        Log.Draining(logger, records.Documents);
        long began = time.GetTimestamp();
        read.Drain();
        parked.Abandon(); // nobody knows when the registry answers
        bool drained = failure.First is null && await TryDrainAsync(began);
        failure.StopNow();
        int abandoned = _batches!.Abandon();
        _abandonedHeld += brake.Abandon();
        if (!drained) await Task.Run(() => sink.Flush(LastWords), CancellationToken.None);
        read.Close();
        lag.Stop();
        Task all = Task.WhenAll(reading, _lagging, _decoding, threads.Ended, _refused, _holding, _partitions, _controlling);
        await Task.WhenAny(all, Task.Delay(LastWords, time, CancellationToken.None));
        if (store.Save(_served!.Costs) is { } refusal) Log.CostsNotKept(logger, refusal);
        if (failure.First is not null) return;
        TellEnd(drained, abandoned + records.Documents);
    }

    private void TellEnd(bool drained, long left)
    {
        if (_abandonedHeld > 0) Log.HeldAtStop(logger, _abandonedHeld);
        if (parked.DroppedAtStop > 0) Log.ParkedAtStop(logger, parked.DroppedAtStop);
        if (!drained) Log.DrainTimedOut(logger, options.DrainTimeout, left);
        else if (!read.CommittedAll) Log.DrainedUncommitted(logger);
        else if (_abandonedHeld + parked.DroppedAtStop > 0) Log.DrainedButHeld(logger);
        else if (_droppedBefore is { } before) Log.HandedBack(logger, records.Counts.Dropped - before);
        else Log.Drained(logger);
    }

    private async Task<bool> TryDrainAsync(long began)
    {
        try
        {
            await WaitOrHandBackAsync(_decoding, began); // ends because reading has completed its channel
            _batches!.Complete();
            await WaitOrHandBackAsync(threads.Ended, began);
            return await Task.Run(() => TryDeliverAll(began)) && failure.First is null;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // A third of the time is for all that was read. Then what is labelled behind a document that is not would be labelled again, so that
    // one is still labelled, and the rest is the next reader's.
    private async Task WaitOrHandBackAsync(Task task, long began)
    {
        if (_droppedBefore is null)
        {
            try
            {
                await task.WaitAsync(Left(began, options.DrainTimeout / 3), time);
                return;
            }
            catch (TimeoutException)
            {
                _droppedBefore = records.Counts.Dropped;
                records.HandBack();
            }
        }

        await task.WaitAsync(Left(began), time);
    }

    // What a topic refused for its size is sent again, so one flush may not be the last one. What a step that failed has left nobody
    // finishes, nor what is held as long as no label is delivered.
    private bool TryDeliverAll(long began)
    {
        bool all;
        do
        {
            all = sink.Flush(Left(began)) == 0;
            if (all) _abandonedHeld += brake.Abandon();
            all = all && records.WaitForLast(Left(began), failure.Stop);
        }
        while (!all && Left(began) > TimeSpan.Zero && failure.First is null);
        return all;
    }

    private TimeSpan Left(long began) => Left(began, options.DrainTimeout);

    private TimeSpan Left(long began, TimeSpan whole)
    {
        TimeSpan left = whole - time.GetElapsedTime(began);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
