using System.Text;
using Sluice.Schemas;

namespace Sluice.Worker.Documents;

/// <summary>Takes what a label has of its document out of the fields that were read. Immutable, thread-safe.</summary>
/// <param name="names">The paths, as they are configured; the names in the label.</param>
internal sealed class CopiedFields(string[] names)
{
    /// <summary>Bytes of one text, in UTF-8. A label is held until it is delivered; a longer text is left out of it.</summary>
    public const int MostBytes = 4096;

    /// <summary>How many fields are copied at most.</summary>
    public int Count => names.Length;

    /// <summary>Memory that the copies of one document may take, in bytes: what has to be free for it while they are not made.</summary>
    /// <param name="fields">How many fields are copied at most.</param>
    /// <param name="valueBytes">Bytes of the document's value.</param>
    public static long RoomFor(int fields, int valueBytes) => (long)MostTogether(fields, valueBytes) * sizeof(char);

    /// <summary>The texts of the fields that the document in <paramref name="value"/> has, by name, in the configured order; of those that
    /// are longer together than the document, and than <see cref="MostBytes"/>, each that still has room behind those that were taken. Only
    /// symbols of enums, numbers and logical types can be, and fields that are named twice.</summary>
    public IReadOnlyDictionary<string, string> Of(DocumentFields fields, ReadOnlySpan<byte> value)
    {
        if (names.Length == 0) return Prediction.NoFields;
        Dictionary<string, string> copied = new(names.Length);
        int left = MostTogether(names.Length, value.Length);
        for (int i = 0; i < names.Length; i++)
        {
            FieldText field = fields.Copied[i];
            if (field.State != FieldState.Present || field.Length > int.Min(left, MostBytes)) continue;
            copied.Add(names[i], Encoding.UTF8.GetString(fields.BytesOf(field, value)));
            left -= field.Length;
        }

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

    private static int MostTogether(int fields, int valueBytes) => int.Min(fields * MostBytes, int.Max(valueBytes, MostBytes));
}
