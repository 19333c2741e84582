using System.Text.Json;

namespace Sluice.Worker.Documents;

/// <summary>The paths that lead on from an array or an object that stands where a text is wanted, as the end of a message.</summary>
internal static class JsonInside
{
    /// <param name="path">Where it stands.</param>
    /// <param name="kind">Its first token.</param>
    /// <param name="json">It, and whatever follows.</param>
    /// <returns>Empty where nothing is inside.</returns>
    public static string Of(string path, JsonTokenType kind, ReadOnlySpan<byte> json) => kind switch
    {
        JsonTokenType.StartObject => $"; {path}.NAME leads to a field of it",
        JsonTokenType.StartArray => json[1..].TrimStart(" \t\r\n"u8) switch
        {
            [(byte)'{', ..] => $"; its elements are objects, and {path}[].NAME leads to a field of each",
            [(byte)'[', ..] => $"; its elements are arrays, and {path}[][] leads to the elements of each",
            _ => $"; {path}[] leads to each of its elements",
        },
        _ => "",
    };

    /// <summary>The same where it is itself one of many.</summary>
    /// <param name="path">Where they stand.</param>
    /// <param name="found">Its kind, in the words of <see cref="JsonKind"/>.</param>
    public static string OfElement(string path, string found) =>
        found == JsonKind.Of(JsonTokenType.StartObject) ? $"; {path}.NAME leads to a field of each"
        : found == JsonKind.Of(JsonTokenType.StartArray) ? $"; {path}[] leads to the elements of each"
        : "";
}
