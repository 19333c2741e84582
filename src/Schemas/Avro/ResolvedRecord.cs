namespace Sluice.Schemas.Avro;

/// <summary>A record: the writer's fields in their order, each to its place in the reader's record or checked and dropped; then the reader's defaults.</summary>
internal sealed class ResolvedRecord : Resolved
{
    private Field[] _fields = [];
    private (int Target, AvroValue Value)[] _defaults = [];
    private int _count;

    /// <summary>One field of the writer's.</summary>
    /// <param name="Name">The writer's name for it.</param>
    /// <param name="Type">How to read it.</param>
    /// <param name="Target">Its index in the reader's record, or -1 where the reader has none.</param>
    public readonly record struct Field(string Name, Resolved Type, int Target);

    /// <summary>Sets the parts, once: they may refer to this record, so it exists before them.</summary>
    /// <param name="fields">In the writer's order.</param>
    /// <param name="defaults">Values of the reader's other fields.</param>
    /// <param name="count">Number of the reader's fields.</param>
    public void Complete(Field[] fields, (int Target, AvroValue Value)[] defaults, int count)
    {
        _fields = fields;
        _defaults = defaults;
        _count = count;
    }

    /// <inheritdoc/>
    public override bool TryRead(ref ResolvedRun run, out AvroValue value)
    {
        value = default;
        if (!run.Enter()) return false;
        if (_fields.Length == 0 && !run.AdmitZeroBytes()) return false;
        bool keep = run.Keep;
        AvroValue[]? values = keep ? new AvroValue[_count] : null;
        foreach (ref readonly Field field in _fields.AsSpan())
        {
            run.Keep = keep && field.Target >= 0;
            if (!field.Type.TryRead(ref run, out AvroValue item))
            {
                run.Reader.Trail.InField(field.Name);
                return false;
            }

            if (run.Keep) values![field.Target] = item;
        }

        run.Keep = keep;
        run.Leave();
        if (values is null) return true;
        foreach ((int target, AvroValue fallback) in _defaults) values[target] = fallback;
        value = AvroValue.Of(values);
        return true;
    }
}
