using Benchmarks.Batching;
using Confluent.Kafka;
using FastBertTokenizer;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;

namespace Benchmarks.Burst.Plain;

/// <summary>
/// A worker as people write one today, with care: Confluent's client, FastBertTokenizer, a padded graph with ONNX Runtime's fusions, a
/// producer, and offsets stored after the label's delivery. It knows nothing of this project but where the graph lies.
/// </summary>
/// <remarks>One thread reads and tokenizes, as many as are set run the model; none waits for a batch to fill. Of the consumer's and the
/// producer's settings only those are changed that would cost it time.</remarks>
internal sealed class PlainWorker : IDisposable
{
    private const int Waiting = 512, CommitMs = 1000;

    private readonly PlainOptions _options;
    private readonly ModelBundle _bundle;
    private readonly PaddedModel _model;
    private readonly BertTokenizer _tokenizer = new();
    private readonly PlainQueue _queue;
    private readonly IConsumer<byte[]?, string> _consumer;
    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly Dictionary<int, PlainOffsets> _offsets = [];

    /// <param name="options">What it is told.</param>
    /// <param name="say">Gets a line when it has its partitions, and when something is wrong.</param>
    public PlainWorker(PlainOptions options, Action<string> say)
    {
        _options = options;
        _bundle = ModelBundle.Load(options.Model);
        _model = new PaddedModel(
            Path.Combine(options.Model, $"baseline-teacher-{options.Graph}.onnx"), _bundle.Identity.Labels.Count, options.Threads);
        using (StreamReader vocabulary = new(Path.Combine(options.Model, "vocab.txt")))
            _tokenizer.LoadVocabulary(vocabulary, convertInputToLowercase: true);
        _queue = new PlainQueue(options.Policy, Waiting);
        _consumer = new ConsumerBuilder<byte[]?, string>(new ConsumerConfig
        {
            BootstrapServers = options.Kafka,
            GroupId = options.Group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoOffsetStore = false, // what is stored is committed by the client, once a second
            AutoCommitIntervalMs = CommitMs,
        }).SetPartitionsAssignedHandler((_, partitions) => say($"Assigned: {partitions.Count} partitions")).Build();
        _producer = new ProducerBuilder<byte[]?, byte[]>(new ProducerConfig
        {
            BootstrapServers = options.Kafka,
            LingerMs = 0, // the client's 5 ms would only make labels late
        }).Build();
    }

    /// <summary>Labels until cancelled; then ends without finishing what waits.</summary>
    /// <exception cref="KafkaException">The client gave up.</exception>
    public void Run(CancellationToken cancel)
    {
        WarmUp();
        Thread[] inference = [.. Enumerable.Range(0, _options.Runs).Select(run => new Thread(Infer) { Name = $"infer-{run}" })];
        foreach (Thread thread in inference) thread.Start();
        _consumer.Subscribe(_options.Input);
        try
        {
            while (true)
            {
                ConsumeResult<byte[]?, string> record = _consumer.Consume(cancel);
                lock (_offsets) Of(record.Partition).Begin(record.Offset);
                _queue.Add(new PlainDocument(record, Tokenize(record.Message.Value)));
            }
        }
        catch (OperationCanceledException)
        {
            // Told to end.
        }
        finally
        {
            _queue.Close();
            foreach (Thread thread in inference) thread.Join();
            _producer.Flush(CancellationToken.None);
            _consumer.Close();
        }
    }

    public void Dispose()
    {
        _consumer.Dispose();
        _producer.Dispose();
        _model.Dispose();
    }

    private void WarmUp() => _model.Run([new int[_bundle.Identity.MaxTokens]]);

    private int[] Tokenize(string text)
    {
        (Memory<long> ids, _, _) = _tokenizer.Encode(text, _bundle.Identity.MaxTokens);
        int[] narrow = new int[ids.Length];
        for (int i = 0; i < narrow.Length; i++) narrow[i] = (int)ids.Span[i];
        return narrow;
    }

    private void Infer()
    {
        int labels = _bundle.Identity.Labels.Count;
        float[] scores = new float[labels];
        while (_queue.Take() is { } batch)
        {
            float[] logits = _model.Logits([.. batch.Select(document => document.Ids)]);
            for (int row = 0; row < batch.Length; row++)
            {
                Scores.Softmax(logits.AsSpan(row * labels, labels), scores);
                int best = scores.AsSpan().IndexOf(scores.Max());
                Publish(batch[row].Record, _bundle.Identity.Labels[best], scores[best]);
            }
        }
    }

    private void Publish(ConsumeResult<byte[]?, string> source, string label, float score)
    {
        byte[] value = new PlainLabel(label, score, source.Partition.Value, source.Offset.Value).Write();
        _producer.Produce(_options.Output, new Message<byte[]?, byte[]> { Key = source.Message.Key, Value = value }, report =>
        {
            if (report.Error.IsError) Environment.FailFast($"A label was not delivered: {report.Error}"); // nothing is skipped
            lock (_offsets)
            {
                if (Of(source.Partition).Complete(source.Offset) is { } next)
                    _consumer.StoreOffset(new TopicPartitionOffset(source.TopicPartition, next));
            }
        });
    }

    private PlainOffsets Of(Partition partition) => System.Runtime.InteropServices.CollectionsMarshal
        .GetValueRefOrAddDefault(_offsets, partition.Value, out _) ??= new PlainOffsets();
}
