using Avro;
using Sluice.Worker.Documents.Paths;
using Sluice.Worker.Wording;
using SchemaType = Avro.Schema.Type;

namespace Sluice.Worker.Documents.Avro;

/// <summary>Where one path leads in a writer's schema.</summary>
internal sealed class PathTarget
{
    // Where a path ends, and at which of its steps.
    private readonly record struct End(Schema Schema, int Step);

    private readonly PathStep[] _steps;
    private readonly bool _scalars;

    // By the step, what was looked into in vain: through unions there may be billions of ways to a record.
    private readonly Dictionary<Schema, End>[] _refused;

    private PathTarget(WantedPath wanted)
    {
        _steps = [.. wanted.Path.Steps];
        for (int i = 0; i < _steps.Length; i++)
            if (_steps[i].Kind == PathStepKind.Name) _steps[i] = _steps[i] with { Name = AvroNames.Escape(_steps[i].Name) };
        _scalars = wanted.Need == PathNeed.ScalarOrNothing;
        _refused = new Dictionary<Schema, End>[_steps.Length + 1];
        for (int step = 0; step < _refused.Length; step++) _refused[step] = new(ReferenceEqualityComparer.Instance);
    }

    /// <summary>Whether there is something to take at the end of a path.</summary>
    /// <param name="schema">Where the path begins.</param>
    /// <param name="wanted">The path; it may lead nowhere if what is asked of its place allows that.</param>
    /// <exception cref="AvroSchemaException">It must lead to text and does not; the message names what stands there.</exception>
    public static bool IsThere(Schema schema, WantedPath wanted)
    {
        PathTarget target = new(wanted);
        if (target.Follow(schema, 0) is not { } end) return true;
        if (wanted.Need is PathNeed.TextOrNothing or PathNeed.ScalarOrNothing
            || (wanted.Need == PathNeed.TextOrAbsent && target.IsAbsent(end))) return false;
        throw new AvroSchemaException($"The path \"{wanted.Path.Text}\" does not lead to text in "
            + $"{ForeignText.OneLine(AvroNames.Of(schema))}: {target.Problem(end, wanted.Path.Text)}.");
    }

    /// <summary>Types whose value is a slice of the payload.</summary>
    public static bool IsText(Schema schema) => schema.Tag
        is SchemaType.String or SchemaType.Bytes or SchemaType.Fixed or SchemaType.Int or SchemaType.Long or SchemaType.Enumeration;

    /// <summary>Whether a value of <paramref name="schema"/> is taken where a path ends.</summary>
    /// <param name="schema">What stands there.</param>
    /// <param name="scalars">Whether more is taken than text.</param>
    public static bool IsTaken(Schema schema, bool scalars) => IsText(schema)
        || (scalars && schema.Tag is SchemaType.Boolean or SchemaType.Float or SchemaType.Double);

    /// <summary>Whether <paramref name="record"/> has a field on the way to what is wanted.</summary>
    public static bool IsOnTheWay(RecordSchema record, WantedField wanted)
    {
        foreach (NamedField named in wanted.Named)
            if (record.Contains(AvroNames.Escape(named.Name))) return true;
        return false;
    }

    /// <summary>Where the steps from <paramref name="at"/> on end short of what is wanted; null where they lead to some.</summary>
    private End? Follow(Schema schema, int at)
    {
        End here = new(schema, at);
        if (schema is UnionSchema union)
        {
            End? last = here;
            foreach (Schema branch in union.Schemas)
            {
                if (branch.Tag == SchemaType.Null) continue;
                last = Follow(branch, at);
                if (last is null) return null;
            }

            return last;
        }

        if (at == _steps.Length) return IsTaken(schema, _scalars) ? null : here;
        if (Behind(schema, _steps[at]) is not { } next) return here;
        if (_refused[at].TryGetValue(schema, out End known)) return known;
        if (Follow(next, at + 1) is not { } end) return null;
        _refused[at].Add(schema, end);
        return end;
    }

    private static Schema? Behind(Schema schema, PathStep step) => (schema, step.Kind) switch
    {
        (RecordSchema record, PathStepKind.Name) => record.TryGetField(step.Name, out Field field) ? field.Schema : null,
        (MapSchema map, PathStepKind.Name or PathStepKind.Values) => map.ValueSchema,
        (ArraySchema array, PathStepKind.Elements) => array.ItemSchema,
        _ => null,
    };

    private bool IsAbsent(End end) => end.Schema.Tag == SchemaType.Null
        || (end.Schema is RecordSchema && end.Step < _steps.Length && _steps[end.Step].Kind == PathStepKind.Name);

    private string Problem(End end, string path)
    {
        if (end.Schema is UnionSchema) return "a union stands there, of no branch or null alone";
        string many = end.Schema switch
        {
            ArraySchema => "; [] leads to each of its elements",
            MapSchema => "; {} leads to each of its values",
            _ => "",
        };
        if (end.Step == _steps.Length)
        {
            if (many.Length > 0) many = $"{many}, as in {path}{OnTo(end.Schema)}";
            else if (end.Schema is RecordSchema) many = $"; {path}.NAME leads to a field of it";
            return $"{Of(end.Schema)} stands there; string, bytes, fixed, int, long, enum or a union with one of them would do{many}";
        }

        PathStep step = _steps[end.Step];
        if (step.Kind != PathStepKind.Name)
            return $"\"{step}\" is asked of {Of(end.Schema)}, which is no {(step.Kind == PathStepKind.Elements ? "array" : "map")}";
        string name = AvroNames.Original(step.Name);
        return end.Schema is RecordSchema record
            ? $"{ForeignText.OneLine(AvroNames.Of(record))} has no field \"{name}\"; it has {Fields(record)}"
            : $"\"{name}\" is asked of {Of(end.Schema)}, which has no fields{many}";
    }

    // What leads on from an array or a map to what may be a text.
    private static string OnTo(Schema schema) => schema switch
    {
        ArraySchema array => $"[]{OnTo(array.ItemSchema)}",
        MapSchema map => $"{{}}{OnTo(map.ValueSchema)}",
        RecordSchema => ".NAME",
        UnionSchema union when union.Schemas.FirstOrDefault(branch => branch.Tag != SchemaType.Null) is { } first => OnTo(first),
        _ => "",
    };

    private static string Of(Schema schema) =>
        $"the {(schema is NamedSchema ? Schema.GetTypeString(schema.Tag) : "type")} {ForeignText.OneLine(AvroNames.Of(schema))}";

    private static string Fields(RecordSchema record) =>
        record.Count == 0
            ? "none"
            : string.Join(", ", record.Fields.Take(40).Select(f => ForeignText.OneLine(AvroNames.Original(f.Name))))
                + (record.Count > 40 ? ", ..." : "");
}
