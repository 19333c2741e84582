using Confluent.Kafka;

namespace Benchmarks.Deliveries;

/// <summary>What a promise costs without a worker around it: Confluent's client alone, a thread that reads records and writes one of a
/// label's size for each. The client's settings are its own, but for those that make the promise.</summary>
internal abstract class BareLoop : DeliverySystem
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _value;
    private volatile Exception? _failure;
    private long _delivered;

    /// <param name="topics">What it reads and writes.</param>
    /// <param name="valueBytes">Bytes of what it writes.</param>
    protected BareLoop(DeliveryTopics topics, int valueBytes)
    {
        (Topics, _value) = (topics, new byte[valueBytes]);
        _thread = new Thread(RunToEnd) { Name = "bare-loop" };
    }

    public override long Delivered => Interlocked.Read(ref _delivered);

    public override Exception? Failure => _failure;

    protected DeliveryTopics Topics { get; }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ended.Task;
        _stop.Dispose();
    }

    /// <summary>Begins.</summary>
    public DeliverySystem Begin()
    {
        _thread.Start();
        return this;
    }

    /// <summary>Reads and writes until told to stop.</summary>
    protected abstract void Run(CancellationToken stop);

    /// <summary>Opens a consumer in a group of its own.</summary>
    protected IConsumer<byte[]?, byte[]?> OpenConsumer() => new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
    {
        BootstrapServers = Topics.Kafka,
        GroupId = $"{Topics.Name}-{Guid.NewGuid():N}",
        AutoOffsetReset = AutoOffsetReset.Earliest,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
    }).SetLogHandler((_, _) => { }).Build();

    /// <summary>Opens a producer.</summary>
    protected IProducer<byte[]?, byte[]?> OpenProducer(ProducerConfig config)
    {
        config.BootstrapServers = Topics.Kafka;
        config.EnableIdempotence = true;
        config.Acks = Acks.All;
        config.DeliveryReportFields = "none";
        return new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>What is made of a record.</summary>
    protected Message<byte[]?, byte[]?> Of(ConsumeResult<byte[]?, byte[]?> read) => new() { Key = read.Message.Key, Value = _value };

    protected void Count(int delivered) => Interlocked.Add(ref _delivered, delivered);

    private void RunToEnd()
    {
        try
        {
            Run(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Told to end.
        }
        catch (KafkaException e)
        {
            _failure = e;
        }
        finally
        {
            _ended.SetResult();
        }
    }
}
