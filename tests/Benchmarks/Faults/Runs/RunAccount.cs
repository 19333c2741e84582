using System.Globalization;
using System.Text;
using Benchmarks.Burst.Load;
using Benchmarks.Faults.Account;
using Confluent.Kafka;
using Sluice.Schemas;
using Sluice.Worker.Documents;

namespace Benchmarks.Faults.Runs;

/// <summary>Reads the topics of a run into its ledger.</summary>
/// <param name="kafka">Bootstrap servers.</param>
/// <param name="topics">Those of the run.</param>
/// <param name="start">What its times are counted from.</param>
internal sealed class RunAccount(string kafka, LoadTopics topics, DateTimeOffset start) : IDisposable
{
    private readonly TopicReader _documents = new(kafka, topics.Input), _labels = new(kafka, topics.Output),
        _dead = new(kafka, topics.DeadLetters);

    public Ledger Ledger { get; } = new();

    /// <summary>Reads all documents; once, when no more are written.</summary>
    public void ReadDocuments() => _documents.ReadOn(record =>
        Ledger.AddDocument(new Place(record.Partition.Value, record.Offset.Value), At(record)));

    /// <summary>Reads on what came of them.</summary>
    public void ReadOutcomes()
    {
        _labels.ReadOn(record => Ledger.Add(Label(record)));
        _dead.ReadOn(record => Ledger.Add(DeadLetter(record)));
    }

    public void Dispose()
    {
        _documents.Dispose();
        _labels.Dispose();
        _dead.Dispose();
    }

    private Found Label(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (WireHeader.Read(record.Message.Value, out _, out ReadOnlySpan<byte> payload) != WireHeaderResult.Ok)
            throw new InvalidDataException($"{record.TopicPartitionOffset} is no label.");
        Prediction prediction = Prediction.Read(payload);
        return new Found(new Place(prediction.SourcePartition, prediction.SourceOffset), prediction.Revision, At(record),
            (record.Partition.Value, Sender.DocumentOf(record.Message.Key)), IsLabel: true);
    }

    private Found DeadLetter(ConsumeResult<byte[]?, byte[]?> record) => new(
        new Place((int)Header(record, "sluice.source.partition"), Header(record, "sluice.source.offset")), 0, At(record), default,
        IsLabel: false);

    private double At(ConsumeResult<byte[]?, byte[]?> record) => (record.Message.Timestamp.UtcDateTime - start.UtcDateTime).TotalSeconds;

    private static long Header(ConsumeResult<byte[]?, byte[]?> record, string name) => record.Message.Headers.TryGetLastBytes(name,
        out byte[] value) ? long.Parse(Encoding.UTF8.GetString(value), CultureInfo.InvariantCulture)
        : throw new InvalidDataException($"{record.TopicPartitionOffset} has no header {name}.");
}
