using System.Text.Json;
using System.Text.Unicode;

namespace Sluice.Cli;

/// <summary>Values that are JSON objects already, such as labels written as JSON, for a line of JSON around them.</summary>
internal static class JsonObjectLine
{
    // The line around it is a level more, and readers of JSON commonly take 64.
    private static readonly JsonReaderOptions Levels = new() { MaxDepth = 63 };

    /// <summary>The same object without a line's end in it.</summary>
    /// <param name="value">Any bytes.</param>
    /// <param name="line">The object; empty where there is none.</param>
    /// <returns>False unless the whole value is one JSON object (RFC 8259) in valid UTF-8, of at most 63 levels.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> value, out byte[] line)
    {
        line = [];
        if (!IsObject(value)) return false;
        line = value.ToArray();
        // In JSON a line's end is white space, and never part of a string.
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        return true;
    }

    private static bool IsObject(ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value)) return false;
        Utf8JsonReader json = new(value, Levels);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return false;
            while (json.Read())
            {
                // To the end: what follows the object is an error, too.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
