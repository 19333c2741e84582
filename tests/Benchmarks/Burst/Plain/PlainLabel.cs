using System.Text.Json;
using System.Text.Json.Serialization;

namespace Benchmarks.Burst.Plain;

/// <summary>What a plain worker writes for a document, as JSON.</summary>
/// <param name="Label">The label of the highest score.</param>
/// <param name="Score">That score, 0 to 1.</param>
/// <param name="Partition">Of the document's record.</param>
/// <param name="Offset">Of the document's record.</param>
internal sealed record PlainLabel(string Label, float Score, int Partition, long Offset)
{
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, PlainJson.Default.PlainLabel);

    /// <exception cref="JsonException">It is none.</exception>
    public static PlainLabel Read(ReadOnlySpan<byte> value) => JsonSerializer.Deserialize(value, PlainJson.Default.PlainLabel)!;
}

/// <summary>Made at compile time: reflection would cost the baseline more than its label.</summary>
[JsonSerializable(typeof(PlainLabel))]
internal sealed partial class PlainJson : JsonSerializerContext;
