using System.Buffers;

namespace Sluice.Schemas.Avro;

/// <summary>Values of any schema to bytes; arrays and maps in one block.</summary>
/// <remarks>Avro 1.12 specification, "Binary Encoding".</remarks>
internal static class DatumWriter
{
    /// <summary>Writes <paramref name="value"/>, which is of <paramref name="schema"/>.</summary>
    public static void Write(IBufferWriter<byte> output, AvroValue value, Schema schema) => Write(new AvroWriter(output), value, schema);

    private static void Write(AvroWriter writer, AvroValue value, Schema schema)
    {
        switch (schema)
        {
            case UnionSchema union:
                writer.WriteLong(value.Branch);
                Write(writer, value, union.Branches[value.Branch]);
                break;
            case RecordSchema record:
                foreach (RecordField field in record.Fields) Write(writer, value.AsItems[field.Position], field.Type);
                break;
            case ArraySchema array:
                if (value.AsItems.Length > 0) writer.WriteLong(value.AsItems.Length);
                foreach (AvroValue item in value.AsItems) Write(writer, item, array.Items);
                writer.WriteLong(0);
                break;
            case MapSchema map:
                if (value.AsEntries.Length > 0) writer.WriteLong(value.AsEntries.Length);
                foreach ((string key, AvroValue item) in value.AsEntries)
                {
                    writer.WriteString(key);
                    Write(writer, item, map.Values);
                }

                writer.WriteLong(0);
                break;
            default:
                WriteScalar(writer, value, schema);
                break;
        }
    }

    private static void WriteScalar(AvroWriter writer, AvroValue value, Schema schema)
    {
        switch (schema.Kind)
        {
            case SchemaKind.Null:
                break;
            case SchemaKind.Boolean:
                writer.WriteBoolean(value.AsBoolean);
                break;
            case SchemaKind.Float:
                writer.WriteFloat(value.AsFloat);
                break;
            case SchemaKind.Double:
                writer.WriteDouble(value.AsDouble);
                break;
            case SchemaKind.Bytes:
                writer.WriteBytes(value.AsBytes);
                break;
            case SchemaKind.Fixed:
                writer.WriteFixed(value.AsBytes);
                break;
            case SchemaKind.String:
                writer.WriteString(value.AsString);
                break;
            default:
                writer.WriteLong(value.Bits);
                break;
        }
    }
}
