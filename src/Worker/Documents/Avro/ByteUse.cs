using Avro;

namespace Sluice.Worker.Documents.Avro;

/// <summary>
/// Which types take no bytes: null, fixed of size 0, and records of nothing else. Nothing in a payload bounds how many of their values it
/// holds.
/// </summary>
internal sealed class ByteUse
{
    private readonly Dictionary<RecordSchema, (int Values, int Levels)> _records = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// How many values stand in one of <paramref name="schema"/>, no more than <see cref="int.MaxValue"/>, and how many records stand in
    /// one another there, if none of them ever takes a byte; else 0 and 0.
    /// </summary>
    public (int Values, int Levels) WithoutBytes(Schema schema) => schema switch
    {
        RecordSchema record => _records.GetValueOrDefault(record),
        FixedSchema @fixed => @fixed.Size == 0 ? (1, 0) : default,
        _ => schema.Tag == Schema.Type.Null ? (1, 0) : default,
    };

    /// <summary>Looks at a record whose fields are all known, and the records in them settled.</summary>
    /// <remarks>
    /// A schema's text has that order, so that no chain of references is long enough to be followed by calls. A record that holds itself
    /// without end counts as taking bytes: it is not settled when its own field is looked at, and its reading fails at the depth limit.
    /// </remarks>
    public void Settle(RecordSchema record)
    {
        (long values, int levels) = (1, 0);
        foreach (Field field in record.Fields)
        {
            (int inside, int deep) = WithoutBytes(field.Schema);
            if (inside == 0) return;
            (values, levels) = (values + inside, Math.Max(levels, deep));
        }

        _records.Add(record, ((int)Math.Min(values, int.MaxValue), levels + 1));
    }
}
