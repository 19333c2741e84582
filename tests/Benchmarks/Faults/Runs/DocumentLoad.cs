using System.Buffers;
using System.Buffers.Binary;
using Benchmarks.Burst.Load;
using Confluent.Kafka;
using Sluice.Schemas;
using Sluice.Worker.Documents;

namespace Benchmarks.Faults.Runs;

/// <summary>Writes the documents of a run at an even pace: of a hundred one is no document at all, and every fifth goes with others in a
/// transaction, of which two in five are aborted.</summary>
/// <remarks>What was written is read from the topic afterwards: nothing is counted here that a figure rests on. Each of the two ways has a
/// thread of its own, so that a transaction that waits for a coordinator keeps nobody else.</remarks>
/// <param name="kafka">Bootstrap servers.</param>
/// <param name="topics">Where to.</param>
/// <param name="schemaId">The registry's id of document.avsc.</param>
/// <param name="perSecond">Documents a second that readers are to see.</param>
/// <param name="seed">Chooses keys, poison and which transactions are aborted.</param>
/// <param name="time">The clock.</param>
internal sealed class DocumentLoad(string kafka, LoadTopics topics, int schemaId, double perSecond, int seed, TimeProvider time)
{
    private const int Keys = 997, Texts = 240, LongestText = 12, PoisonOf = 100;
    private const double TransactionalShare = 0.2, AbortedShare = 0.4;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20), AnswerTimeout = TimeSpan.FromSeconds(30),
        FlushTimeout = TimeSpan.FromSeconds(120), TransactionPause = TimeSpan.FromMilliseconds(500);

    private static readonly byte[] Poison = [0xFF];

    private readonly byte[][] _values = [.. Enumerable.Range(0, Texts).Select(text => Framed(schemaId, text))];
    private int _failed, _broken;

    /// <summary>Documents that the brokers did not take.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <summary>Transactions that ended otherwise than they were meant to.</summary>
    public int BrokenTransactions => Volatile.Read(ref _broken);

    /// <summary>Writes until it is stopped, then waits until all is written, two minutes at most.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(OnOwnThread(() => SendPlain(stop)), OnOwnThread(() => SendTransactions(stop)));

    private static Task OnOwnThread(Action run) =>
        Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void SendPlain(CancellationToken stop)
    {
        using IProducer<byte[], byte[]> producer = Create(new ProducerConfig());
        long began = time.GetTimestamp(), sent = 0;
        while (!stop.WaitHandle.WaitOne(Tick))
        {
            for (long due = (long)(time.GetElapsedTime(began).TotalSeconds * perSecond * (1 - TransactionalShare)); sent < due; sent++)
                Send(producer, 2 * sent);
        }

        producer.Flush(FlushTimeout);
    }

    private void SendTransactions(CancellationToken stop)
    {
        // Of what is written so, only what is committed counts.
        int each = Math.Max(1, (int)(perSecond * TransactionalShare / (1 - AbortedShare) * TransactionPause.TotalSeconds));
        long sent = 0;
        IProducer<byte[], byte[]>? producer = null;
        try
        {
            for (int transaction = 0; !stop.WaitHandle.WaitOne(TransactionPause); transaction++)
            {
                try
                {
                    producer ??= CreateTransactional();
                    producer.BeginTransaction();
                    for (int i = 0; i < each; i++) Send(producer, (2 * sent++) + 1);
                    producer.Flush(AnswerTimeout);
                    if (Chance(transaction) < AbortedShare) producer.AbortTransaction(AnswerTimeout);
                    else producer.CommitTransaction(AnswerTimeout);
                }
                catch (KafkaException)
                {
                    // Its next owner of the name ends what it left; whether it was committed, the topic tells.
                    Interlocked.Increment(ref _broken);
                    producer?.Dispose();
                    producer = null;
                }
            }
        }
        finally
        {
            producer?.Dispose();
        }

        // What a broken one left open would hold readers up until the brokers end it.
        if (BrokenTransactions > 0) CreateTransactional().Dispose();
    }

    private IProducer<byte[], byte[]> CreateTransactional()
    {
        IProducer<byte[], byte[]> producer = Create(new ProducerConfig
        {
            TransactionalId = $"{topics.Name}-load",
            TransactionTimeoutMs = (int)AnswerTimeout.TotalMilliseconds,
            MessageTimeoutMs = (int)AnswerTimeout.TotalMilliseconds,
        });
        try
        {
            producer.InitTransactions(AnswerTimeout);
            return producer;
        }
        catch
        {
            producer.Dispose();
            throw;
        }
    }

    private IProducer<byte[], byte[]> Create(ProducerConfig config)
    {
        config.BootstrapServers = kafka;
        config.EnableIdempotence = true;
        config.LingerMs = 5;
        config.QueueBufferingMaxMessages = 2_000_000;
        config.TopicMetadataRefreshIntervalMs = 2000; // partitions are added
        return new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    private void Send(IProducer<byte[], byte[]> producer, long number)
    {
        ulong chance = Mixed(number);
        byte[] key = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(key, (int)(chance % Keys));
        byte[] value = chance / Keys % PoisonOf == 0 ? Poison : _values[number / 2 % Texts];
        producer.Produce(topics.Input, new Message<byte[], byte[]> { Key = key, Value = value }, report =>
        {
            if (report.Error.IsError) Interlocked.Increment(ref _failed);
        });
    }

    private double Chance(int transaction) => (Mixed(-1 - transaction) >> 11) / (double)(1UL << 53);

    // SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    private ulong Mixed(long number)
    {
        ulong mixed = ((ulong)(uint)seed << 32) + ((ulong)number * 0x9E3779B97F4A7C15);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    private static byte[] Framed(int schemaId, int text)
    {
        ArrayBufferWriter<byte> output = new();
        WireHeader.Write(output, schemaId);
        new Document($"d{text}", null, string.Join(' ', Enumerable.Repeat("good film", 1 + (text * 7 % LongestText)))).Write(output);
        return output.WrittenSpan.ToArray();
    }
}
