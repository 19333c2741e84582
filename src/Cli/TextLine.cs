using System.Text.Json;

namespace Sluice.Cli;

/// <summary>What <c>./sluice tokenize</c> and <c>./sluice classify</c> read in a line: an object with a "text".</summary>
internal static class TextLine
{
    /// <summary>
    /// Reads a line; <paramref name="read"/> makes of its object what the command wants, with <see cref="Text"/> and
    /// <see cref="JsonElement.TryGetProperty(string, out JsonElement)"/>.
    /// </summary>
    /// <exception cref="JsonException">It is no object, or not what <paramref name="read"/> wants; the message says in what.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> line, Func<JsonElement, T> read)
    {
        using JsonDocument json = Parse(line);
        try
        {
            return read(json.RootElement);
        }
        catch (InvalidOperationException)
        {
            // JsonElement documents this one for what cannot be UTF-16: it reads keys and values only when they are asked for.
            throw new JsonException("a key or a value holds broken UTF-8 or half of a surrogate pair, which is no character");
        }
    }

    /// <summary>The text of a line.</summary>
    /// <exception cref="JsonException">There is none, or it is no text.</exception>
    public static string Text(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object || !line.TryGetProperty("text", out JsonElement text))
        {
            throw new JsonException("expected an object with a \"text\"");
        }

        if (text.ValueKind != JsonValueKind.String)
        {
            throw new JsonException($"expected \"text\" to be a string, found {text.ValueKind}");
        }

        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("\"text\" holds broken UTF-8 or half of a surrogate pair, which is no character");
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            // Its message ends with a line's number, which is that of a line within the line.
            throw new JsonException($"not JSON at byte {e.BytePositionInLine}: {e.Message.Split(" LineNumber: ")[0]}");
        }
    }
}
