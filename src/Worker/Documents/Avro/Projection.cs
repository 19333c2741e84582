using System.Diagnostics.CodeAnalysis;
using Sluice.Worker.Documents.Paths;

namespace Sluice.Worker.Documents.Avro;

/// <summary>Finds a few fields in the payloads of one writer schema and skips the rest in place.</summary>
/// <remarks>
/// Compiled once for each writer schema; immutable and thread-safe after that. Reading allocates nothing unless it fails.
/// </remarks>
internal sealed class Projection
{
    private const int Absent = -1;

    private readonly ProjectionProgram _program;
    private readonly int[] _sources;

    private Projection(ProjectionProgram program, int[] sources)
    {
        _program = program;
        _sources = sources;
    }

    /// <summary>How many fields a read fills: one for each path, in the order of the paths.</summary>
    public int Count => _sources.Length;

    /// <summary>About what it takes in memory.</summary>
    public long Bytes => _program.Bytes;

    /// <summary>Whether the schema has a path; one that it has not is found as <see cref="FieldKind.Missing"/>.</summary>
    /// <param name="path">Index of the path.</param>
    public bool Has(int path) => _sources[path] != Absent;

    /// <summary>Compiles the steps that find <paramref name="paths"/>, all of which must lead to text.</summary>
    /// <inheritdoc cref="Compile(WriterType, IReadOnlyList{WantedPath})"/>
    public static Projection Compile(WriterType writer, IReadOnlyList<string> paths) =>
        Compile(writer, [.. paths.Select(path => new WantedPath(FieldPath.Parse(path)))]);

    /// <summary>Compiles the steps that find <paramref name="paths"/> in data of <paramref name="writer"/>.</summary>
    /// <param name="writer">Schema of the payloads.</param>
    /// <param name="paths">
    /// Names as the writer has them; the empty path is the whole value. Text is string, bytes, fixed, int, long, enum or a union with one
    /// of these; unions on the way (an optional record) are followed.
    /// </param>
    /// <exception cref="AvroSchemaException">
    /// A path that must lead to text leads nowhere, or to a type that is none; the message names what stands there.
    /// </exception>
    public static Projection Compile(WriterType writer, IReadOnlyList<WantedPath> paths)
    {
        WantedField wanted = new();
        int[] sources = new int[paths.Count];
        for (int i = 0; i < sources.Length; i++)
            sources[i] = PathTarget.IsThere(writer.Root, paths[i]) ? wanted.Add(paths[i], i) : Absent;
        return new Projection(new ProjectionCompiler(writer, checksAll: false).Compile(wanted), sources);
    }

    /// <summary>
    /// Compiles the steps that pass over a whole value of <paramref name="writer"/> and check each byte of it, among them those of texts
    /// that nobody asked for.
    /// </summary>
    public static Projection CompileCheck(WriterType writer) =>
        new(new ProjectionCompiler(writer, checksAll: true).Compile(new WantedField()), []);

    /// <summary>Finds the fields of <paramref name="payload"/>; for paths none of which goes through arrays or maps.</summary>
    /// <inheritdoc cref="TryRead(ReadOnlySpan{byte}, Span{FieldSlice}, JoinedTexts?, out DecodeFailure?)"/>
    public bool TryRead(ReadOnlySpan<byte> payload, Span<FieldSlice> fields, [NotNullWhen(false)] out DecodeFailure? failure) =>
        TryRead(payload, fields, null, out failure);

    /// <summary>Finds the fields of <paramref name="payload"/>.</summary>
    /// <param name="payload">One value of the writer's schema and nothing after it.</param>
    /// <param name="fields">At least <see cref="Count"/> slots; filled in the order of the paths.</param>
    /// <param name="joined">Gets the texts of paths through arrays and maps; clear. Null where there is no such path.</param>
    /// <param name="failure">Why the payload does not fit the schema.</param>
    public bool TryRead(ReadOnlySpan<byte> payload, Span<FieldSlice> fields, JoinedTexts? joined,
        [NotNullWhen(false)] out DecodeFailure? failure)
    {
        fields = fields[..Count];
        fields.Clear();
        var run = new ProjectionRun(_program, payload, fields, joined);
        if (!run.TryReadWhole(out failure)) return false;
        FillRepeated(fields);
        return true;
    }

    /// <summary>Finds the fields of the value that <paramref name="payload"/> begins with.</summary>
    /// <param name="payload">Values of the writer's schema.</param>
    /// <param name="fields">At least <see cref="Count"/> slots; filled in the order of the paths.</param>
    /// <param name="length">Bytes of the value.</param>
    /// <param name="failure">Why the payload does not fit the schema.</param>
    public bool TryReadFirst(ReadOnlySpan<byte> payload, Span<FieldSlice> fields, out int length,
        [NotNullWhen(false)] out DecodeFailure? failure)
    {
        fields = fields[..Count];
        fields.Clear();
        var run = new ProjectionRun(_program, payload, fields, joined: null);
        if (!run.TryReadFirst(out length, out failure)) return false;
        FillRepeated(fields);
        return true;
    }

    /// <summary>
    /// The text of a field, as a new string: text as it is, numbers in decimal, the symbol of an enum, decimals, dates, times and UUIDs as
    /// <see cref="LogicalText"/> has them; null for null, missing, and bytes that are no UTF-8. None of joined texts.
    /// </summary>
    /// <param name="slice">What a read of <paramref name="payload"/> found.</param>
    /// <param name="payload">The payload that was read.</param>
    public string? Text(FieldSlice slice, ReadOnlySpan<byte> payload) => _program.Text(slice, slice.Of(payload));

    // A path that is asked for twice is found once.
    private void FillRepeated(Span<FieldSlice> fields)
    {
        for (int i = 0; i < fields.Length; i++)
            if (_sources[i] is var source && source != i && source != Absent) fields[i] = fields[source];
    }
}
