using System.Text.RegularExpressions;
using Confluent.Kafka;
using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Report;
using Sluice.Cli.Demo.View;

namespace FunctionalTests.Demo;

/// <summary>Writes one of the labels a second time when all of them have come.</summary>
internal sealed class RepeatingView(IDemoView inner) : IDemoView
{
    private string _broker = "";

    public Task<T> DuringAsync<T>(string doing, Func<Task<T>> work) => inner.DuringAsync(doing, work);

    public void Done(string what)
    {
        if (Regex.Match(what, "embedded broker ([0-9.:]+)") is { Success: true } match)
            _broker = match.Groups[1].Value;
        inner.Done(what);
    }

    public void Failed(string what) => inner.Failed(what);

    public async Task WatchAsync(Func<DemoStatus> status, Task end)
    {
        await end;
        ConsumerConfig settings = new()
        {
            BootstrapServers = _broker,
            GroupId = "repeating",
            AutoOffsetReset = AutoOffsetReset.Earliest,
        };
        using IConsumer<byte[], byte[]> consumer = new ConsumerBuilder<byte[], byte[]>(settings).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, 3).Select(partition => new TopicPartitionOffset("mails.labels", partition, Offset.Beginning)));
        ConsumeResult<byte[], byte[]> label;
        do
            label = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new TimeoutException("no label for 30 s");
        while (System.Text.Encoding.UTF8.GetString(label.Message.Key)
            .StartsWith(DocumentPreparation.WarmUpPrefix, StringComparison.Ordinal));
        using IProducer<byte[], byte[]> producer =
            new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = _broker }).SetLogHandler((_, _) => { }).Build();
        await producer.ProduceAsync("mails.labels", label.Message);
    }

    public void Summary(DemoReport report) => inner.Summary(report);
}
