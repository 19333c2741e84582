using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Worker.Documents;
using Sluice.Worker.InFlight;

namespace Sluice.Cli.DeadLetters;

/// <summary>Who wrote a dead-letter record.</summary>
internal enum DeadLetterWriter
{
    /// <summary>Nobody who says so.</summary>
    Unknown,

    /// <summary>A worker.</summary>
    Sluice,

    /// <summary>Spring for Apache Kafka.</summary>
    Spring,

    /// <summary>Kafka Connect.</summary>
    Connect,

    /// <summary>Kafka Streams, since 4.2 (KIP-1034).</summary>
    Streams,
}

/// <summary>What the headers of a record in a dead-letter topic tell: anybody may have written them, so each is bounded, and null or empty
/// where it is not what it should be.</summary>
/// <param name="Writer">Whose headers they are; the worker's own go before others'.</param>
/// <param name="Reason">One word: a name of <see cref="RejectionReasons"/>, or the last part of the name of an exception's class;
/// <see cref="NoReason"/> where none is told.</param>
/// <param name="Message">In words; empty where nothing is told.</param>
/// <param name="Topic">The topic that it came from; null where none is told, or what is told is no topic's name.</param>
/// <param name="Partition">The partition, at least 0.</param>
/// <param name="Offset">The offset, at least 0.</param>
/// <param name="Added">Which of the headers were added when it became a dead-letter record; the others are its own.</param>
internal sealed partial record Provenance(DeadLetterWriter Writer, string Reason, string Message, string? Topic, int? Partition,
    long? Offset, Func<int, bool> Added)
{
    public const string NoReason = "unknown";

    private const int MostBytes = 4096; // of a header that is read as text
    private const string Streams = "__streams.errors.";

    /// <summary>Where it came from, as <c>topic:partition:offset</c>, as far as that is told.</summary>
    public string Source => Topic is null ? "?" : $"{Topic}:{Shown(Partition)}:{Shown(Offset)}";

    /// <summary>Reads the headers of a record.</summary>
    public static Provenance Of(IReadOnlyList<RecordHeader> headers)
    {
        int added = DeadLetterHeaders.AddedFrom(headers);
        if (added < headers.Count)
            return Told(DeadLetterWriter.Sluice, headers, DeadLetterHeaders.Reason, DeadLetterHeaders.Message, DeadLetterHeaders.Topic,
                DeadLetterHeaders.Partition, DeadLetterHeaders.Offset, at => at >= added);
        if (Has(headers, SpringHeaders.Topic))
            return Told(DeadLetterWriter.Spring, headers, SpringHeaders.ExceptionClass, SpringHeaders.ExceptionMessage, SpringHeaders.Topic,
                SpringHeaders.Partition, SpringHeaders.Offset, Begins(SpringHeaders.Prefix));
        if (Has(headers, ConnectHeaders.Topic))
            return Told(DeadLetterWriter.Connect, headers, ConnectHeaders.ExceptionClass, ConnectHeaders.ExceptionMessage,
                ConnectHeaders.Topic, ConnectHeaders.Partition, ConnectHeaders.Offset, Begins(ConnectHeaders.Prefix));
        if (Has(headers, Streams + "topic"))
            return Told(DeadLetterWriter.Streams, headers, Streams + "exception", Streams + "message", Streams + "topic",
                Streams + "partition", Streams + "offset", Begins(Streams));
        return new(DeadLetterWriter.Unknown, NoReason, "", null, null, null, _ => false);

        Func<int, bool> Begins(string prefix) => at => headers[at].Name.StartsWith(prefix, StringComparison.Ordinal);
    }

    /// <summary>The last header of a name as text; null where there is none, or its value is null.</summary>
    public static string? Text(IReadOnlyList<RecordHeader> headers, string name) =>
        Value(headers, name) is { } value ? Encoding.UTF8.GetString(value.AsSpan(0, int.Min(value.Length, MostBytes))) : null;

    /// <summary>Whether a text may be the name of a topic that documents are in.</summary>
    public static bool IsTopic(string name) => TopicName().IsMatch(name) && name is not ("." or "..");

    /// <summary>The word that a reason is known by: of the name of a class, such as org.apache.kafka.connect.errors.DataException, the last
    /// part; <see cref="NoReason"/> of what is none.</summary>
    public static string ReasonOf(string text)
    {
        string word = text[(text.LastIndexOfAny(['.', '$']) + 1)..];
        return Word().IsMatch(word) ? word : NoReason;
    }

    private static Provenance Told(DeadLetterWriter writer, IReadOnlyList<RecordHeader> headers, string reason, string message,
        string topic, string partition, string offset, Func<int, bool> added)
    {
        string? source = Text(headers, topic);
        long? number = Number(headers, partition);
        return new(writer, ReasonOf(Text(headers, reason) ?? ""), Text(headers, message) ?? "",
            source is not null && IsTopic(source) ? source : null, number <= int.MaxValue ? (int?)number : null, Number(headers, offset),
            added);
    }

    // Spring's numbers are bytes, those of all others digits; a person may have written Spring's headers by hand.
    private static long? Number(IReadOnlyList<RecordHeader> headers, string name)
    {
        byte[] value = Value(headers, name) ?? [];
        bool isBytes = name.StartsWith(SpringHeaders.Prefix, StringComparison.Ordinal);
        long number = value.Length switch
        {
            sizeof(int) when isBytes => BinaryPrimitives.ReadInt32BigEndian(value),
            sizeof(long) when isBytes => BinaryPrimitives.ReadInt64BigEndian(value),
            _ => long.TryParse(value.AsSpan(0, int.Min(value.Length, 20)), NumberStyles.None, CultureInfo.InvariantCulture, out long digits)
                && value.Length <= 20 ? digits : -1,
        };
        return number >= 0 ? number : null;
    }

    private static bool Has(IReadOnlyList<RecordHeader> headers, string name) => Value(headers, name) is not null;

    private static byte[]? Value(IReadOnlyList<RecordHeader> headers, string name)
    {
        for (int at = headers.Count - 1; at >= 0; at--)
            if (headers[at].Name == name) return headers[at].Value;
        return null;
    }

    private static string Shown(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "?";

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,249}\z")]
    private static partial Regex TopicName();

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,60}\z")]
    private static partial Regex Word();
}
