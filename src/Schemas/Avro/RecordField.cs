namespace Sluice.Schemas.Avro;

/// <summary>One field of a record.</summary>
internal sealed class RecordField(string name, Schema type, int position, string[] aliases)
{
    /// <summary>Name, unique in its record.</summary>
    public string Name { get; } = name;

    /// <summary>Type.</summary>
    public Schema Type { get; } = type;

    /// <summary>Index in the record, from 0.</summary>
    public int Position { get; } = position;

    /// <summary>Earlier names, under which a writer may have known the field.</summary>
    public IReadOnlyList<string> Aliases { get; } = aliases;

    /// <summary>The value that a reader takes when the writer has no such field; null where the schema gives none.</summary>
    public AvroValue? Default { get; internal set; }
}
