using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sluice.Worker.Documents.Avro;

/// <summary>Finds a few fields in the payloads of one writer schema and skips the rest in place.</summary>
/// <remarks>
/// Compiled once for each writer schema; immutable and thread-safe after that. Reading allocates nothing unless it fails.
/// </remarks>
internal sealed class Projection
{
    private readonly ProjectionProgram _program;
    private readonly int[] _sources;

    private Projection(ProjectionProgram program, int[] sources)
    {
        _program = program;
        _sources = sources;
    }

    /// <summary>How many fields a read fills: one for each path, in the order of the paths.</summary>
    public int Count => _sources.Length;

    /// <summary>Compiles the steps that find <paramref name="paths"/> in data of <paramref name="writer"/>.</summary>
    /// <param name="writer">Schema of the payloads.</param>
    /// <param name="paths">
    /// Field names with dots, such as <c>subject</c> or <c>mail.body</c>, as the writer has them; the empty path is the whole value. Each
    /// leads to string, bytes, fixed, int, long, enum or a union with one of these; unions on the way (an optional record) are followed.
    /// </param>
    /// <exception cref="AvroSchemaException">
    /// A path leads nowhere, or to a type that is no field of text; the message names what stands there.
    /// </exception>
    public static Projection Compile(WriterType writer, IReadOnlyList<string> paths)
    {
        string[] distinct = [.. paths.Distinct(StringComparer.Ordinal)];
        var wanted = new WantedField();
        for (int slot = 0; slot < distinct.Length; slot++) wanted.Add(writer.Root, distinct[slot], slot);
        return new Projection(new ProjectionCompiler(writer, distinct, checksAll: false).Compile(wanted),
            [.. paths.Select(path => Array.IndexOf(distinct, path))]);
    }

    /// <summary>
    /// Compiles the steps that pass over a whole value of <paramref name="writer"/> and check each byte of it, among them those of texts
    /// that nobody asked for.
    /// </summary>
    public static Projection CompileCheck(WriterType writer) =>
        new(new ProjectionCompiler(writer, [], checksAll: true).Compile(new WantedField()), []);

    /// <summary>Finds the fields of <paramref name="payload"/>.</summary>
    /// <param name="payload">One value of the writer's schema and nothing after it.</param>
    /// <param name="fields">At least <see cref="Count"/> slots; filled in the order of the paths.</param>
    /// <param name="failure">Why the payload does not fit the schema.</param>
    public bool TryRead(ReadOnlySpan<byte> payload, Span<FieldSlice> fields,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out DecodeFailure? failure)
    {
        fields = fields[..Count];
        fields.Clear();
        var run = new ProjectionRun(_program, payload, fields);
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
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out DecodeFailure? failure)
    {
        fields = fields[..Count];
        fields.Clear();
        var run = new ProjectionRun(_program, payload, fields);
        if (!run.TryReadFirst(out length, out failure)) return false;
        FillRepeated(fields);
        return true;
    }

    /// <summary>
    /// The text of a field, as a new string: text as it is, numbers in decimal, the symbol of an enum, decimals, dates, times and UUIDs as
    /// <see cref="LogicalText"/> has them; null for null, missing, and bytes that are no UTF-8.
    /// </summary>
    /// <param name="field">Index of the field's path.</param>
    /// <param name="slice">What a read of <paramref name="payload"/> put there.</param>
    /// <param name="payload">The payload that was read.</param>
    public string? Text(int field, FieldSlice slice, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> bytes = slice.Of(payload);
        return slice.Kind switch
        {
            FieldKind.Utf8 => Encoding.UTF8.GetString(bytes),
            FieldKind.Bytes => System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null,
            FieldKind.Int64 => ReadLong(bytes).ToString(CultureInfo.InvariantCulture),
            FieldKind.Logical => LogicalText.Of(_program.Logical[slice.Logical], bytes),
            FieldKind.Enum => AvroNames.Original(_program.Enums[_sources[field]]!.Symbols[(int)ReadLong(bytes)]),
            FieldKind.Missing or FieldKind.Null => null,
            var other => throw new UnreachableException($"A field of kind {other} has no text. This is a bug."),
        };
    }

    // A path that is asked for twice is found once.
    private void FillRepeated(Span<FieldSlice> fields)
    {
        for (int i = Count - 1; i >= 0; i--)
            if (_sources[i] != i) fields[i] = fields[_sources[i]];
    }

    private static long ReadLong(ReadOnlySpan<byte> varint) => new AvroReader(varint).TryReadLong(out long value) ? value : 0;
}
