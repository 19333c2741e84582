using System.Text.Json;

namespace Sluice.Cli;

/// <summary>A line of <c>./sluice tokenize</c>.</summary>
/// <param name="Text">What to split.</param>
/// <param name="MaxLength">Most ids, [CLS] and [SEP] included, from 2; null for the bare tokens.</param>
internal sealed record TokenizeRequest(string Text, int? MaxLength)
{
    /// <summary>Reads a line; keys other than <c>text</c> and <c>max_length</c> are passed over.</summary>
    /// <exception cref="JsonException">It is no such object; the message says in what.</exception>
    public static TokenizeRequest Parse(ReadOnlyMemory<byte> line) => TextLine.Read(line, json =>
        new TokenizeRequest(TextLine.Text(json), json.TryGetProperty("max_length", out JsonElement length) ? LengthOf(length) : null));

    private static int LengthOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int length) && length >= 2
            ? length
            : throw new JsonException(
                $"expected \"max_length\" to be an integer from 2, since [CLS] and [SEP] take 2, found {value.GetRawText()}");
}
