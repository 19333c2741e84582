using System.Buffers;
using System.Text;
using Confluent.Kafka;
using Sluice.Cli.Demo.Replay;
using Sluice.Cli.Demo.Settings;
using Sluice.Cli.Embedded;
using Sluice.Schemas;
using Sluice.Worker.Documents;

namespace FunctionalTests.Demo;

public sealed class LabelReaderTests : IDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start(partitionsDefault: 2);
    private readonly DemoTopics _topics = DemoTopics.With("");
    private readonly Ledger _ledger = new([.. new[] { "a", "b", "c" }.Select(id => new DemoDocument(id, "ham", [1]))]);
    private readonly Window _window = new(10, 1000);

    public LabelReaderTests()
    {
        foreach (string topic in _topics.All)
            _broker.CreateTopic(topic);
    }

    [Fact]
    public async Task Reading_to_the_end_finds_labels_duplicates_and_dead_letter_records()
    {
        await ProduceAsync(_topics.Labels, "a", Prediction("a"));
        await ProduceAsync(_topics.Labels, "b", Prediction("b"));
        await ProduceAsync(_topics.Labels, "a", Prediction("a"));
        await ProduceAsync(_topics.DeadLetters, "c", [], ("sluice.error.reason", "no-text"), ("sluice.error.message", "body is null"));
        foreach (string id in (string[])["a", "b", "c"]) _ledger.Sent(id, 0);
        using LabelReader reader = Create();

        reader.ReadToEnd(CancellationToken.None);

        Assert.Equal((2, 1, 1, 0),
            (_ledger.Counts.Labelled, _ledger.Counts.Rejected, _ledger.Counts.Duplicated, _ledger.Counts.Unexpected));
        Assert.Equal("no-text: body is null", _ledger.Outcomes().Single(o => o.Id == "c").Rejection);
        Assert.Equal("m", reader.Last!.ModelId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01020304050607")]
    [InlineData("000000000102")]
    public async Task A_value_that_is_no_prediction_is_a_failure_not_a_hang(string hex)
    {
        await ProduceAsync(_topics.Labels, "a", Convert.FromHexString(hex));
        using LabelReader reader = Create();

        Assert.ThrowsAny<Exception>(() => reader.ReadToEnd(CancellationToken.None));
    }

    public void Dispose()
    {
        _window.Dispose();
        _broker.Dispose();
    }

    private LabelReader Create() =>
        new(
            new Dictionary<string, string> { ["bootstrap.servers"] = _broker.BootstrapServers },
            _topics, _ => _ledger, _window, TimeProvider.System);

    private async Task ProduceAsync(string topic, string key, byte[] value, params (string Name, string Text)[] headers)
    {
        using IProducer<string, byte[]> producer = new ProducerBuilder<string,
            byte[]>(new ProducerConfig { BootstrapServers = _broker.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        var message = new Message<string, byte[]> { Key = key, Value = value, Headers = [] };
        foreach ((string name, string text) in headers)
            message.Headers.Add(name, Encoding.UTF8.GetBytes(text));
        await producer.ProduceAsync(topic, message);
    }

    private static byte[] Prediction(string id)
    {
        var output = new ArrayBufferWriter<byte>();
        WireHeader.Write(output, 1);
        new Prediction
        {
            DocumentId = id,
            Label = "ham",
            Scores = [],
            ModelId = "m",
            ModelVersion = "1",
            Mode = PredictionMode.Teacher,
            Precision = "int8",
            Tokens = 3,
            Truncated = false,
            SourceTopic = "mails",
            SourcePartition = 0,
            SourceOffset = 0,
            LabelledAt = DateTimeOffset.UnixEpoch,
        }.Write(output);
        return output.WrittenSpan.ToArray();
    }
}
