namespace Sluice.Schemas.Avro;

/// <summary>Which types take no bytes: null, fixed of size 0, and records of nothing else. Skipping them must not cost time, for nothing bounds their number.</summary>
internal sealed class ByteUse
{
    private readonly Dictionary<RecordSchema, bool> _records = [];

    /// <summary>Whether every value of <paramref name="schema"/> takes no bytes. A record that holds itself without end counts as taking some; its reading fails at the depth limit.</summary>
    public bool IsNone(Schema schema) => schema switch
    {
        RecordSchema record => IsNone(record),
        FixedSchema @fixed => @fixed.Size == 0,
        _ => schema.Kind == SchemaKind.Null,
    };

    private bool IsNone(RecordSchema record)
    {
        if (_records.TryGetValue(record, out bool none)) return none;
        _records.Add(record, false);
        none = true;
        // No short cut: the fields are looked at in the order of the text, so that a type is known before it is met again, however long the chain of references.
        foreach (RecordField field in record.Fields) none &= IsNone(field.Type);
        return _records[record] = none;
    }
}
