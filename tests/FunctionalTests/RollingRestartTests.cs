using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using FunctionalTests.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Cli.Embedded;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Worker;
using Sluice.Worker.InFlight;
using Sluice.Worker.Pipeline;

namespace FunctionalTests;

/// <summary>Workers that are replaced one after the other under a backlog, as a deployment does it.</summary>
public sealed class RollingRestartTests(RealKafka kafka) : IClassFixture<RealKafka>, IAsyncLifetime
{
    private const int Partitions = 6, Workers = 3, Count = 20_000;

    private readonly EmbeddedRegistry _registry = new();
    private Uri _registryUrl = null!;

    public async ValueTask InitializeAsync() => _registryUrl = await _registry.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Theory]
    [InlineData("AtLeastOnce")]
    [InlineData("ExactlyOnce")]
    public async Task Under_a_backlog_hardly_a_document_is_labelled_twice_and_none_is_lost(string mode)
    {
        TestTopics topics = await kafka.CreateTopicsAsync(Partitions);
        using KafkaProbe probe = new(kafka.BootstrapServers);
        for (int i = 0; i < Count; i++) probe.Send(topics.Input, Encoding.UTF8.GetBytes($"k{i}"), Encoding.UTF8.GetBytes(Text(i)));
        probe.Flush();
        Dictionary<string, string?> settings = WorkerHarness.Settings(kafka.BootstrapServers, _registryUrl, topics,
            ("Input:Format", "Text"), ("Delivery:Mode", mode), ("Kafka:CommitInterval", "00:00:01"));
        List<WorkerHarness> workers = [];
        long inFlight = 0;
        try
        {
            for (int i = 0; i < Workers; i++) workers.Add(await StartAsync(settings));
            for (int stop = 0; stop < Workers; stop++)
            {
                probe.ReadAll(topics.Output, Count * (stop + 1) / 6); // each has a backlog
                inFlight += workers[stop].Services.GetRequiredService<InFlightRecords>().Documents;
                await workers[stop].StopAsync();
                Assert.Null(workers[stop].Failure.First);
                Assert.DoesNotContain(workers[stop].Log.Lines, line => line.Id == 104); // in time
                workers.Add(await StartAsync(settings));
            }

            probe.ReadAll(topics.Output, Count);
        }
        finally
        {
            foreach (WorkerHarness worker in workers) await worker.DisposeAsync();
        }

        List<ConsumeResult<byte[]?, byte[]?>> labels = probe.ReadAll(topics.Output, Count);
        int distinct = labels.Select(KafkaProbe.PredictionOf).Select(label => (label.SourcePartition, label.SourceOffset)).Distinct()
            .Count();
        TestContext.Current.SendDiagnosticMessage("{0}: {1} repeated of {2} in flight", mode, labels.Count - distinct, inFlight);
        Assert.Equal(Count, distinct);
        Assert.True(inFlight > 0, "nothing was in flight when workers were stopped");
        Assert.InRange(labels.Count - distinct, 0, mode == "ExactlyOnce" ? 0 : inFlight * 0.005);
    }

    private static string Text(int number) => string.Join(' ', Enumerable.Repeat("good film", 1 + (number * 7 % 12)));

    private static Task<WorkerHarness> StartAsync(Dictionary<string, string?> settings) => WorkerHarness.StartAsync(settings,
        parts: services => services.AddSingleton<Func<ServedModel, ModelSteps>>(provider =>
            model => SluiceServices.Steps(provider, model with { Engine = new SlowEngine(model.Engine) })));

    /// <summary>Takes as long for each document as a student of the real model does.</summary>
    private sealed class SlowEngine(IEngine engine) : IEngine
    {
        private static readonly TimeSpan EachDocument = TimeSpan.FromMilliseconds(0.5);

        public ModelIdentity Model => engine.Model;

        public IReadOnlyList<Mode> Modes => engine.Modes;

        public string CostNameOf(Mode mode) => engine.CostNameOf(mode);

        public BatchOutcome Run(PackedTensors batch, Mode mode, IRowSink sink)
        {
            long began = Stopwatch.GetTimestamp();
            BatchOutcome outcome = engine.Run(batch, mode, sink);
            while (Stopwatch.GetElapsedTime(began) < batch.Rows * EachDocument) Thread.SpinWait(100);
            return outcome;
        }

        public void Dispose()
        {
        }
    }
}
