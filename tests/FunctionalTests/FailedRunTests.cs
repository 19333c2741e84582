using System.Text;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using FunctionalTests.Inference;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Students;
using Sluice.Worker;
using Sluice.Worker.Pipeline;

namespace FunctionalTests;

/// <summary>A worker whose model fails on a document, and one whose engine is lost.</summary>
[Collection(TestClusterTests.Name)]
public sealed class FailedRunTests(TestCluster cluster)
{
    private const int Count = 200, Sound = 50;
    private const string GpuIsGone = "CUDA failure 719: unspecified launch failure ; GPU=0 ; expr=cudaStreamSynchronize(s)";
    private readonly TestTopics _topics = cluster.CreateTopics();

    /// <summary>ONNX Runtime itself refuses the document, for a token id that the embeddings do not have.</summary>
    [Theory]
    [InlineData("teacher")]
    [InlineData("students:2")]
    [InlineData("swift")]
    public async Task A_document_on_which_the_model_fails_becomes_a_dead_letter_record_and_its_mates_are_labelled(string mode)
    {
        const int PoisonTokens = 11;
        using KafkaProbe probe = Send(Count, number => number == 77 ? PoisonTokens : 3 + (number % 5));
        await using WorkerHarness worker = await WorkerHarness.StartAsync(Settings(mode),
            parts: With(engine => new PoisonedEngine(engine, PoisonTokens)));
        Assert.Equal(Count - 1, Sources(probe.ReadAll(_topics.Output, Count - 1)).Distinct().Count());
        ConsumeResult<byte[]?, byte[]?> record = Assert.Single(probe.ReadAll(_topics.DeadLetters, 1));
        Assert.Equal("run-failed", PoisonMessageTests.Header(record, "sluice.error.reason"));
        Assert.Contains($"on this document of {PoisonTokens} tokens, alone", PoisonMessageTests.Header(record, "sluice.error.message"),
            StringComparison.Ordinal);
        Assert.Equal("k77", Encoding.UTF8.GetString(record.Message.Key!));
        await worker.StopAsync();
        Assert.Null(worker.Failure.First);
        Assert.Equal((1, Count - 1, Count), (worker.Progress.DeadLettered, worker.Progress.Published, worker.Progress.Committed));
        Assert.Contains(worker.Log.Lines, line => line.Id == 501);
        Assert.Equal(probe.HighWatermarks(_topics.Input, 4), probe.Committed(_topics.Group, _topics.Input, 4));
    }

    [Fact]
    public async Task A_lost_engine_ends_the_worker_with_5_nothing_undelivered_is_committed_and_the_next_start_labels_it() =>
        await LoseAsync("teacher", With(engine => new LostEngine(engine, Sound)));

    /// <summary>A group answers with fewer students where some fail; where the GPU is lost, the first fails as well.</summary>
    [Fact]
    public async Task A_group_whose_students_are_all_lost_ends_the_worker_with_5_too()
    {
        int ran = 0;
        using TinyGroup group = new(new HelperThreads(1), _ =>
        {
            if (Interlocked.Increment(ref ran) > 5) throw PackageFailure.Of<OnnxRuntimeException>(GpuIsGone);
        });
        await LoseAsync("students:2", With(_ => group.Engine));
    }

    /// <summary>What nobody finishes any more is not waited for: the drain has ten minutes here.</summary>
    [Fact]
    public async Task An_engine_lost_while_a_stop_drains_ends_the_stop_at_once()
    {
        using KafkaProbe probe = Send(Count, number => 3 + (number % 5));
        using StringWriter errors = new();
        using CancellationTokenSource stop = new();
        RecordedLog log = new();
        Dictionary<string, string?> settings = Settings("teacher");
        settings["Pipeline:DrainTimeout"] = "00:10:00";
        int code = await WorkerProgram.RunAsync(
            () => WorkerHost.Create(settings, logging => logging.AddProvider(log),
                With(engine => new EngineLostInDrain(engine, stop, log))),
            new LastLine(errors, isJson: false), stop.Token).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(ExitCodes.EngineLost, code);
        Assert.Empty(probe.ReadAll(_topics.Output, 0));
        Assert.DoesNotContain(probe.Committed(_topics.Group, _topics.Input, 4), one => one.Value > 0);
    }

    private async Task LoseAsync(string mode, Action<IServiceCollection> parts)
    {
        using KafkaProbe probe = Send(Count, number => 3 + (number % 5));
        using StringWriter errors = new();
        RecordedLog log = new();
        string? toldAtItsEnd = null;
        int code = await WorkerProgram.RunAsync(
            () => WorkerHost.Create(Settings(mode), logging => logging.AddProvider(log), services =>
            {
                parts(services);
                services.AddHostedService(_ => new DisposedService(() => toldAtItsEnd = errors.ToString()));
            }),
            new LastLine(errors, isJson: false), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(ExitCodes.EngineLost, code);
        Assert.Matches($@"^The worker stopped: The engine on the CPU labels nothing of \d tokens in mode {mode} \(Int8\) any more, neither "
            + $@"{Regex.Escape(_topics.Input)}\[\d\]@\d+ nor a made-up document: {Regex.Escape(GpuIsGone)}\. ",
            errors.ToString());
        Assert.EndsWith("no offset is committed, and the next start labels it.\n", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(errors.ToString(), toldAtItsEnd); // what is native may abort as the host is disposed of
        Assert.Single(log.Lines, line => line.Id == 105);

        (int, long)[] delivered = [.. Sources(probe.ReadAll(_topics.Output, 0))];
        Assert.InRange(delivered.Distinct().Count(), 1, Count - 1);
        Dictionary<int, long> committed = probe.Committed(_topics.Group, _topics.Input, 4);
        foreach ((int partition, long watermark) in committed)
            for (long offset = 0; offset < watermark; offset++) Assert.Contains((partition, offset), delivered);

        await using WorkerHarness next = await WorkerHarness.StartAsync(Settings(mode));
        int labels = delivered.Length + Count - (int)committed.Values.Sum(); // what was delivered and not committed comes again
        List<ConsumeResult<byte[]?, byte[]?>> all = probe.ReadAll(_topics.Output, labels);
        Assert.Equal((labels, Count), (all.Count, Sources(all).Distinct().Count()));
        Assert.Empty(probe.ReadAll(_topics.DeadLetters, 0));
        await next.StopAsync();
        Assert.Equal(probe.HighWatermarks(_topics.Input, 4), probe.Committed(_topics.Group, _topics.Input, 4));
    }

    private static IEnumerable<(int Partition, long Offset)> Sources(IEnumerable<ConsumeResult<byte[]?, byte[]?>> labels) =>
        labels.Select(KafkaProbe.PredictionOf).Select(label => (label.SourcePartition, label.SourceOffset));

    /// <summary>Documents of so many tokens each.</summary>
    private KafkaProbe Send(int count, Func<int, int> tokensOf)
    {
        KafkaProbe probe = new(cluster.BootstrapServers);
        for (int number = 0; number < count; number++)
        {
            string text = string.Join(' ', Enumerable.Repeat("good", tokensOf(number) - 2));
            probe.Send(_topics.Input, Encoding.UTF8.GetBytes($"k{number}"), Encoding.UTF8.GetBytes(text));
        }

        probe.Flush();
        return probe;
    }

    private Dictionary<string, string?> Settings(string mode) => WorkerHarness.Settings(cluster.BootstrapServers, cluster.RegistryUrl,
        _topics, ("Input:Format", "Text"), ("Model:Mode", mode),
        ("Kafka:Consumer:session.timeout.ms", "3000")); // so long the embedded broker waits for a member that has left

    /// <summary>Has the worker serve with another engine than the one that it has loaded.</summary>
    private static Action<IServiceCollection> With(Func<IEngine, IEngine> engine) => services =>
        services.AddSingleton<Func<ServedModel, ModelSteps>>(provider =>
            model => SluiceServices.Steps(provider, model with { Engine = engine(model.Engine) }));

    private sealed class DisposedService(Action disposed) : IHostedService, IDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => disposed();
    }

    /// <summary>Stands before an engine that belongs to somebody else.</summary>
    private abstract class EngineBefore(IEngine engine) : IEngine
    {
        public ModelIdentity Model => engine.Model;

        public IReadOnlyList<Mode> Modes => engine.Modes;

        public string CostNameOf(Mode mode) => engine.CostNameOf(mode);

        public abstract BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink);

        public void Dispose()
        {
        }
    }

    /// <summary>Labels some documents, and from then on nothing.</summary>
    private sealed class LostEngine(IEngine engine, int documents) : EngineBefore(engine)
    {
        private readonly IEngine _engine = engine;
        private int _labelled;

        public override BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
        {
            if (Volatile.Read(ref _labelled) >= documents) throw PackageFailure.Of<OnnxRuntimeException>(GpuIsGone);
            BatchOutcome outcome = _engine.Run(batch, mode, sink);
            Interlocked.Add(ref _labelled, batch.Rows);
            return outcome;
        }
    }

    /// <summary>Has the worker stop, and labels nothing once that drains.</summary>
    private sealed class EngineLostInDrain(IEngine engine, CancellationTokenSource stop, RecordedLog log) : EngineBefore(engine)
    {
        private const int Draining = 102;

        public override BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
        {
            stop.Cancel();
            log.WaitForAsync(Draining).GetAwaiter().GetResult();
            throw PackageFailure.Of<OnnxRuntimeException>(GpuIsGone);
        }
    }

    /// <summary>Gives documents of a length a token that no vocabulary has; not those that are made up of [SEP] alone.</summary>
    private sealed class PoisonedEngine(IEngine engine, int tokens) : EngineBefore(engine)
    {
        private readonly IEngine _engine = engine;

        public override BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
        {
            int[] ids = batch.Ids.ToArray();
            for (int row = 0; row < batch.Rows; row++)
            {
                int first = batch.Cls[row] + 1;
                if (batch.Lengths[row] == tokens && ids[first] != ids[first + tokens - 2]) ids[first] = 100_000;
            }

            return _engine.Run(new PackedTensors
            {
                Ids = ids,
                Positions = batch.Positions,
                Gather = batch.Gather,
                Scatter = batch.Scatter,
                Lengths = batch.Lengths,
                Cls = batch.Cls,
                MaxLength = batch.MaxLength,
            }, mode, sink);
        }
    }
}
