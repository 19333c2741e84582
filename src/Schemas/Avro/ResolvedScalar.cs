using System.Text;

namespace Sluice.Schemas.Avro;

/// <summary>A primitive, read as itself or promoted.</summary>
/// <param name="writer">What the payload holds.</param>
/// <param name="reader">What the value becomes: the same, or a wider number, or text for bytes and bytes for text.</param>
internal sealed class ResolvedScalar(SchemaKind writer, SchemaKind reader) : Resolved
{
    /// <summary>Whether data of <paramref name="writer"/> may be read as <paramref name="reader"/>.</summary>
    /// <remarks>Avro 1.12 specification, "Schema Resolution".</remarks>
    public static bool Promotes(SchemaKind writer, SchemaKind reader) => writer == reader || (writer, reader) switch
    {
        (SchemaKind.Int, SchemaKind.Long or SchemaKind.Float or SchemaKind.Double) => true,
        (SchemaKind.Long, SchemaKind.Float or SchemaKind.Double) => true,
        (SchemaKind.Float, SchemaKind.Double) => true,
        (SchemaKind.String, SchemaKind.Bytes) => true,
        (SchemaKind.Bytes, SchemaKind.String) => true,
        _ => false,
    };

    /// <inheritdoc/>
    public override bool TryRead(ref ResolvedRun run, out AvroValue value)
    {
        value = default;
        switch (writer)
        {
            case SchemaKind.Null:
                return run.AdmitZeroBytes();
            case SchemaKind.Boolean:
                if (!run.Reader.TryReadBoolean(out bool flag)) return false;
                value = AvroValue.Of(flag ? 1 : 0);
                return true;
            case SchemaKind.Int:
                if (!run.Reader.TryReadInt(out int small)) return false;
                value = Number(small);
                return true;
            case SchemaKind.Long:
                if (!run.Reader.TryReadLong(out long large)) return false;
                value = Number(large);
                return true;
            case SchemaKind.Float:
                if (!run.Reader.TryReadFloat(out float single)) return false;
                value = reader == SchemaKind.Float ? AvroValue.OfFloat(single) : AvroValue.OfDouble(single);
                return true;
            case SchemaKind.Double:
                if (!run.Reader.TryReadDouble(out double number)) return false;
                value = AvroValue.OfDouble(number);
                return true;
            default:
                return TryReadSized(ref run, out value);
        }
    }

    private AvroValue Number(long number) => reader switch
    {
        SchemaKind.Float => AvroValue.OfFloat(number),
        SchemaKind.Double => AvroValue.OfDouble(number),
        _ => AvroValue.Of(number),
    };

    private bool TryReadSized(ref ResolvedRun run, out AvroValue value)
    {
        value = default;
        bool isText = writer == SchemaKind.String || reader == SchemaKind.String;
        if (!(isText ? run.Reader.TryReadText(out ReadOnlySpan<byte> bytes) : run.Reader.TryReadBytes(out bytes))) return false;
        if (run.Keep) value = reader == SchemaKind.String ? AvroValue.Of((object)Encoding.UTF8.GetString(bytes)) : AvroValue.Of(bytes.ToArray());
        return true;
    }
}
