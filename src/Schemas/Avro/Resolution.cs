using System.Diagnostics.CodeAnalysis;

namespace Sluice.Schemas.Avro;

/// <summary>Reads what one schema wrote as values of another; with the same schema twice, the generic reader.</summary>
/// <remarks>
/// Compiled once for each (writer, reader) pair; immutable and thread-safe after that. Source: Avro 1.12 specification, "Schema Resolution"; names of records count
/// everywhere, as it says. In a reader's union a branch of the writer's very type comes before an earlier one reached by promotion, as the reference
/// implementation has it: a value must survive a reader that equals its writer.
/// </remarks>
internal sealed class Resolution
{
    private readonly Resolved _root;

    private Resolution(Resolved root) => _root = root;

    /// <summary>Compiles the pair. Types that do not fit are no error until a payload has a value of them.</summary>
    /// <param name="writer">Schema of the payloads.</param>
    /// <param name="reader">Schema of the values; the writer's own when null.</param>
    public static Resolution Compile(Schema writer, Schema? reader = null) => new(new ResolutionCompiler().Compile(writer, reader ?? writer));

    /// <summary>Reads one value.</summary>
    /// <param name="payload">One value of the writer's schema and nothing after it.</param>
    /// <exception cref="AvroDecodeException">The payload does not fit the writer's schema, or its value not the reader's.</exception>
    public AvroValue Read(ReadOnlySpan<byte> payload) => TryRead(payload, out AvroValue value, out DecodeFailure? failure) ? value : throw new AvroDecodeException(failure);

    /// <summary>As <see cref="Read"/>, with the failure as a value.</summary>
    /// <remarks>The payload is checked to its end before the first value is made, so that a hostile one costs time in proportion to its size, and next to no memory.</remarks>
    public bool TryRead(ReadOnlySpan<byte> payload, out AvroValue value, [NotNullWhen(false)] out DecodeFailure? failure)
    {
        value = default;
        failure = null;
        var check = new ResolvedRun(payload, keep: false);
        bool fits = _root.TryRead(ref check, out _)
            && (check.Reader.Remaining == 0 || check.Reader.Fail(check.Reader.Position, $"{check.Reader.Remaining} bytes follow the value"));
        if (!fits)
        {
            failure = check.Reader.Failure;
            return false;
        }

        var make = new ResolvedRun(payload, keep: true);
        if (!_root.TryRead(ref make, out value)) throw new System.Diagnostics.UnreachableException($"A checked payload was refused: {make.Reader.Failure} This is a bug.");
        return true;
    }
}
