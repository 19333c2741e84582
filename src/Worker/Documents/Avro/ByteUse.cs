using Avro;

namespace Sluice.Worker.Documents.Avro;

/// <summary>
/// Which types take no bytes: null, fixed of size 0, and records of nothing else. Nothing in a payload bounds how many of their values it
/// holds.
/// </summary>
internal sealed class ByteUse
{
    private readonly Dictionary<Schema, int> _records = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// How many values stand in one of <paramref name="schema"/>, if none of them ever takes a byte; else 0. No more than
    /// <see cref="int.MaxValue"/>.
    /// </summary>
    /// <remarks>A record that holds itself without end counts as taking bytes; its reading fails at the depth limit.</remarks>
    public int ValuesWithoutBytes(Schema schema) => schema switch
    {
        RecordSchema record => Of(record),
        FixedSchema @fixed => @fixed.Size == 0 ? 1 : 0,
        _ => schema.Tag == Schema.Type.Null ? 1 : 0,
    };

    private int Of(RecordSchema record)
    {
        if (_records.TryGetValue(record, out int known)) return known;
        _records.Add(record, 0);
        long values = 1;
        bool none = true;
        // No short cut: the fields are looked at in the order of the text, so that a type is known before it is met again, however long the
        // chain of references.
        foreach (Field field in record.Fields)
        {
            int inside = ValuesWithoutBytes(field.Schema);
            none &= inside > 0;
            values += inside;
        }

        return _records[record] = none ? (int)Math.Min(values, int.MaxValue) : 0;
    }
}
