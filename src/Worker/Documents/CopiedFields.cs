using System.Text;
using Sluice.Schemas;

namespace Sluice.Worker.Documents;

/// <summary>Takes what a label has of its document out of the fields that were read. Immutable, thread-safe.</summary>
/// <param name="names">The paths, as they are configured; the names in the label.</param>
internal sealed class CopiedFields(string[] names)
{
    /// <summary>A label is held until it is delivered; a longer text is left out of it.</summary>
    public const int MostBytes = 4096;

    /// <summary>How many fields are copied at most.</summary>
    public int Count => names.Length;

    /// <summary>The texts of the fields that the document in <paramref name="value"/> has, by name, in the configured order.</summary>
    public IReadOnlyDictionary<string, string> Of(DocumentFields fields, ReadOnlySpan<byte> value)
    {
        if (names.Length == 0) return Prediction.NoFields;
        Dictionary<string, string> copied = new(names.Length);
        for (int i = 0; i < names.Length; i++)
            if (fields.Copied[i] is { State: FieldState.Present, Length: <= MostBytes } field)
                copied.Add(names[i], Encoding.UTF8.GetString(fields.BytesOf(field, value)));
        return copied;
    }

    /// <summary>Bytes that copied texts take in memory until their label is delivered.</summary>
    public static int BytesOf(IReadOnlyDictionary<string, string> copied)
    {
        int bytes = 0;
        if (copied.Count > 0)
            foreach (string text in copied.Values) bytes += text.Length * sizeof(char);
        return bytes;
    }
}
