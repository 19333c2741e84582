using System.Text.Json;

namespace Sluice.Worker.Commands;

/// <summary>A line of <c>./sluice tokenize</c>.</summary>
/// <param name="Text">What to split.</param>
/// <param name="MaxLength">Most ids, [CLS] and [SEP] included, from 2; null for the bare tokens.</param>
internal sealed record TokenizeRequest(string Text, int? MaxLength)
{
    /// <summary>Reads a line; keys other than <c>text</c> and <c>max_length</c> are passed over.</summary>
    /// <exception cref="JsonException">It is no such object; the message says in what.</exception>
    public static TokenizeRequest Parse(ReadOnlyMemory<byte> line)
    {
        using JsonDocument json = Document(line);
        JsonElement root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("text", out JsonElement text))
        {
            throw new JsonException("expected an object with a \"text\"");
        }

        return new TokenizeRequest(TextOf(text), root.TryGetProperty("max_length", out JsonElement length) ? LengthOf(length) : null);
    }

    private static JsonDocument Document(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw new JsonException($"not JSON: {e.Message}");
        }
    }

    private static string TextOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw new JsonException($"expected \"text\" to be a string, found {value.ValueKind}");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("\"text\" holds broken UTF-8 or half of a surrogate pair, which is no character");
        }
    }

    private static int LengthOf(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int length) && length >= 2
        ? length
        : throw new JsonException($"expected \"max_length\" to be an integer from 2, since [CLS] and [SEP] take 2, found {value.GetRawText()}");
}
