using System.Collections.Frozen;

namespace Sluice.Schemas.Avro;

/// <summary>Fields in the order in which they are written.</summary>
internal sealed class RecordSchema(SchemaName name, SchemaName[] aliases) : NamedSchema(SchemaKind.Record, name, aliases)
{
    private RecordField[]? _fields;
    private FrozenDictionary<string, RecordField>? _byName;

    /// <summary>The fields, in wire order.</summary>
    public IReadOnlyList<RecordField> Fields => _fields ?? throw new System.Diagnostics.UnreachableException($"{TypeName} is read before its fields are. This is a bug.");

    /// <summary>The field called <paramref name="name"/>, or null.</summary>
    public RecordField? Find(string name)
    {
        _byName ??= Fields.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
        return _byName.GetValueOrDefault(name);
    }

    /// <summary>Sets the fields, once: they may refer to this record, so it exists before them.</summary>
    internal void Complete(RecordField[] fields) => _fields = fields;
}
