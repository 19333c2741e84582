using System.Text.Json;

namespace Sluice.Schemas.Avro;

/// <summary>Turns the defaults in a schema's JSON into values.</summary>
/// <remarks>
/// A default's union is not tagged: the first branch that it fits counts. A record's default may leave out fields that have defaults themselves, which are then
/// settled first. The number of values is limited: branches inside branches, or defaults inside defaults, could otherwise double it at each level.
/// </remarks>
internal sealed class DefaultReader(Dictionary<RecordField, JsonElement> pending) : JsonValueReader
{
    private readonly Dictionary<RecordField, int> _sizes = [];
    private readonly HashSet<RecordField> _open = [];
    private int _visited;

    /// <summary>Gives <paramref name="field"/> its default; false with <see cref="JsonValueReader.Problem"/> set when the JSON does not fit.</summary>
    public bool TrySettle(RecordField field)
    {
        if (field.Default is not null) return true;
        if (!_open.Add(field)) return Fail($"\"{field.Name}\" takes part in its own default");
        int before = _visited;
        bool read = TryRead(pending[field], field.Type, out AvroValue value);
        _open.Remove(field);
        if (!read) return false;
        field.Default = value;
        _sizes.Add(field, _visited - before);
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryReadUnion(JsonElement json, UnionSchema union, out AvroValue value)
    {
        for (int branch = 0; branch < union.Branches.Count; branch++)
        {
            if (!TryRead(json, union.Branches[branch], out value)) continue;
            value = value.InBranch(branch);
            return true;
        }

        value = default;
        return _visited <= AvroLimits.DefaultValues && Fail($"{JsonScalar.Describe(json)} is of no branch of {union}");
    }

    /// <inheritdoc/>
    protected override bool TryReadMissing(RecordField field, out AvroValue value)
    {
        value = default;
        if (!pending.ContainsKey(field)) return Fail($"\"{field.Name}\" is missing and has no default");
        bool known = field.Default is not null;
        if (!TrySettle(field)) return false;
        if (known) _visited += _sizes[field];
        value = field.Default!.Value;
        return true;
    }

    /// <inheritdoc/>
    protected override bool Admit() =>
        ++_visited <= AvroLimits.DefaultValues || Fail($"the schema's defaults take more than {AvroLimits.DefaultValues} values to read");
}
