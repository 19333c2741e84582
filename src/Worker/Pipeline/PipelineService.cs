using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Inference.Batching;
using Sluice.Inference.Warmup;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Sluice.Worker.Observability;
using Sluice.Worker.Startup;

namespace Sluice.Worker.Pipeline;

/// <summary>The one hosted service of the data path: starts the steps, drains them in order, fails fast together.</summary>
/// <remarks>
/// What it is given is loaded and checked by the time it is built, so a bad model or a missing library stops the host before anything is
/// read. Stop order: reading stops (polling and
/// committing go on); the decode workers empty their channel; the inference callers empty the batch step; the producer is flushed; a last
/// commit; the consumer leaves its group.
/// </remarks>
internal sealed class PipelineService(
    ReadStep read, DecodeStep decode, BatchStep batches, InferStep infer, PublishStep publish, AtLeastOnce delivery, RecordSink sink,
    InFlightRecords records, PipelineFailure failure,
    PipelineStart start, CostModels costs, CostStore store, KafkaOptions kafka, PipelineOptions options, TimeProvider time,
        ILogger<PipelineService> logger) : IHostedService
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(7); // for what is sent already, when the time for draining is up; and for the last commit

    private Task? _reading;
    private Task _decoding = Task.CompletedTask;
    private Task _inferring = Task.CompletedTask;
    private Task _refused = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        publish.PredictionSchemaId = await start.OpenAsync(cancellationToken);
        int callers = options.Callers;
        _inferring = Task.WhenAll(Enumerable.Range(0, callers).Select(i =>
            StepThread.Start($"sluice-infer-{i}", () => Guard("infer", () => infer.Run(failure.Stop)))));
        await start.RehearseAsync(_inferring, cancellationToken);
        _decoding = Task.WhenAll(Enumerable.Range(0, options.DecodeWorkers).Select(_ =>
            Task.Run(() => GuardAsync("decode", decode.RunAsync), CancellationToken.None)));
        _refused = Task.Run(() => GuardAsync("publish", delivery.RunRefusedAsync), CancellationToken.None);
        _reading = StepThread.Start("sluice-read", () => Guard("read", read.Run));
        Log.Started(logger, string.Join(", ", kafka.InputTopics), kafka.GroupId, kafka.OutputTopic, kafka.DeadLetterTopic,
            options.DecodeWorkers, callers);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task? reading = Interlocked.Exchange(ref _reading, null);
        if (reading is null) return; // never started, or stopped already
        Log.Draining(logger, records.Documents);
        long began = time.GetTimestamp();
        read.Drain();
        bool drained = failure.First is null && await TryDrainAsync(began);
        failure.StopNow();
        int abandoned = batches.Abandon();
        if (!drained) await Task.Run(() => sink.Flush(LastWords), CancellationToken.None);
        read.Close();
        await Task.WhenAny(Task.WhenAll(reading, _decoding, _inferring, _refused), Task.Delay(LastWords, time, CancellationToken.None));
        if (store.Save(costs) is { } refusal) Log.CostsNotKept(logger, refusal);
        if (failure.First is not null) return;
        if (drained && read.CommittedAll) Log.Drained(logger);
        else if (drained) Log.DrainedUncommitted(logger);
        else Log.DrainTimedOut(logger, options.DrainTimeout, abandoned + records.Documents);
    }

    private async Task<bool> TryDrainAsync(long began)
    {
        try
        {
            await _decoding.WaitAsync(Left(began), time); // ends because reading has completed its channel
            batches.Complete();
            await _inferring.WaitAsync(Left(began), time);
            return await Task.Run(() => TryDeliverAll(began)) && failure.First is null;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // What a topic refused for its size is sent again, so one flush may not be the last one.
    private bool TryDeliverAll(long began)
    {
        bool all;
        do all = sink.Flush(Left(began)) == 0 && records.WaitForLast(Left(began));
        while (!all && Left(began) > TimeSpan.Zero && failure.First is null);
        return all;
    }

    private TimeSpan Left(long began)
    {
        TimeSpan left = options.DrainTimeout - time.GetElapsedTime(began);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    [SuppressMessage("Design", "CA1031", Justification = "The boundary of a step: whatever it is, the worker stops and says so.")]
    private void Guard(string step, Action body)
    {
        try
        {
            body();
        }
        catch (OperationCanceledException) when (failure.Stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            failure.Report(step, e);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The boundary of a step: whatever it is, the worker stops and says so.")]
    private async Task GuardAsync(string step, Func<CancellationToken, Task> body)
    {
        try
        {
            await body(failure.Stop);
        }
        catch (OperationCanceledException) when (failure.Stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            failure.Report(step, e);
        }
    }
}
