using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Avro;
using Avro.IO;
using SchemaType = Avro.Schema.Type;

namespace Sluice.Worker.Documents.Avro;

/// <summary>
/// Whole values of one writer's schema as JSON, for people: Avro's JSON encoding, where a union's value is tagged with its type.
/// </summary>
/// <remarks>
/// Apache.Avro's decoder reads the values, and dies of some that are damaged: six bytes make it allocate gigabytes. So it is shown only
/// what <see cref="Projection.CompileCheck"/> has passed over to the end.
/// </remarks>
internal sealed class DatumJson(WriterType writer)
{
    // Most levels that the JSON of a value may take, with some for what stands around it.
    private const int Depth = (2 * AvroLimits.ValueDepth) + 16;

    /// <summary>
    /// Bytes of a value's JSON, or some more: names and symbols, which stand once in a schema, stand in it as often as the payload likes.
    /// </summary>
    public const int LimitBytes = 16 * 1024 * 1024;

    private const int LongestNumber = 32;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = Depth };

    private readonly Projection _check = Projection.CompileCheck(writer);

    /// <summary>Writes the value.</summary>
    /// <param name="payload">One value and nothing after it.</param>
    /// <param name="json">The JSON, where the value can be shown.</param>
    /// <param name="tooLarge">Whether it cannot because it would take more than <see cref="LimitBytes"/>; else because the payload does not
    /// fit the schema.</param>
    public bool TryWrite(byte[] payload, out ReadOnlyMemory<byte> json, out bool tooLarge)
    {
        (json, tooLarge) = (default, false);
        if (!_check.TryRead(payload, [], out _)) return false;
        var output = new LimitedOutput(LimitBytes);
        try
        {
            using var value = new Utf8JsonWriter(output, Relaxed);
            Write(value, writer.Root, new BinaryDecoder(new MemoryStream(payload)));
            value.Flush();
            json = output.Written;
            return true;
        }
        catch (LimitedOutput.FullException)
        {
            tooLarge = true;
            return false;
        }
    }

    private static void Write(Utf8JsonWriter json, Schema schema, BinaryDecoder input)
    {
        switch (schema)
        {
            case RecordSchema record:
                json.WriteStartObject();
                foreach (Field field in record.Fields)
                {
                    json.WritePropertyName(AvroNames.Original(field.Name));
                    Write(json, field.Schema, input);
                }

                json.WriteEndObject();
                break;
            case UnionSchema union:
                Schema branch = union[input.ReadUnionIndex()];
                bool tagged = branch.Tag != SchemaType.Null;
                if (tagged) json.WriteStartObject();
                if (tagged) json.WritePropertyName(AvroNames.Of(branch));
                Write(json, branch, input);
                if (tagged) json.WriteEndObject();
                break;
            case ArraySchema array:
                json.WriteStartArray();
                for (long count = input.ReadArrayStart(); count > 0; count = input.ReadArrayNext())
                    for (; count > 0; count--) Write(json, array.ItemSchema, input);
                json.WriteEndArray();
                break;
            case MapSchema map:
                json.WriteStartObject();
                for (long count = input.ReadMapStart(); count > 0; count = input.ReadMapNext())
                {
                    for (; count > 0; count--)
                    {
                        json.WritePropertyName(input.ReadString());
                        Write(json, map.ValueSchema, input);
                    }
                }

                json.WriteEndObject();
                break;
            case EnumSchema @enum:
                json.WriteStringValue(AvroNames.Original(@enum[input.ReadEnum()]));
                break;
            case FixedSchema @fixed:
                byte[] bytes = new byte[@fixed.Size];
                input.ReadFixed(bytes);
                json.WriteStringValue(Encoding.Latin1.GetString(bytes));
                break;
            default:
                WritePrimitive(json, schema.Tag, input);
                break;
        }
    }

    private static void WritePrimitive(Utf8JsonWriter json, SchemaType type, BinaryDecoder input)
    {
        switch (type)
        {
            case SchemaType.Null:
                json.WriteNullValue();
                break;
            case SchemaType.Boolean:
                json.WriteBooleanValue(input.ReadBoolean());
                break;
            case SchemaType.Int:
                json.WriteNumberValue(input.ReadInt());
                break;
            case SchemaType.Long:
                json.WriteNumberValue(input.ReadLong());
                break;
            case SchemaType.Float:
                float single = input.ReadFloat();
                WriteNumber(json, single, single);
                break;
            case SchemaType.Double:
                double number = input.ReadDouble();
                WriteNumber(json, number, number);
                break;
            case SchemaType.Bytes:
                json.WriteStringValue(Encoding.Latin1.GetString(input.ReadBytes()));
                break;
            case SchemaType.String:
                json.WriteStringValue(input.ReadString());
                break;
            default:
                throw new UnreachableException($"A value of type {type} is not shown. This is a bug.");
        }
    }

    // The fewest digits that read back as the same float or double, with ".0" where none would show that it is one; a bare -0 would lose
    // its sign in integer readers.
    private static void WriteNumber<T>(Utf8JsonWriter output, T number, double value)
        where T : ISpanFormattable
    {
        if (!double.IsFinite(value))
        {
            output.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
            return;
        }

        Span<char> text = stackalloc char[LongestNumber];
        number.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        if (text[..length].IndexOfAny('.', 'E') < 0) length += ".0".TryCopyTo(text[length..]) ? 2 : 0;
        output.WriteRawValue(text[..length], skipInputValidation: true);
    }
}
