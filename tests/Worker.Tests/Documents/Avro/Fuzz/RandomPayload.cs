using System.Text;
using Avro;
using Avro.IO;

namespace Worker.Tests.Documents.Avro.Fuzz;

/// <summary>Payloads of a schema at random: values small and at the edges of their types, written by Apache.Avro.</summary>
internal static class RandomPayload
{
    private const int Deepest = 6;

    public static byte[] Of(Schema schema, Random random) => Payloads.Of(output => Write(schema, output, random, 0));

    private static void Write(Schema schema, BinaryEncoder output, Random random, int depth)
    {
        switch (schema)
        {
            case UnionSchema union:
                int leaf = depth < Deepest ? -1 : union.Schemas.ToList().FindIndex(b => b.Tag < Schema.Type.Record);
                int branch = leaf >= 0 ? leaf : random.Next(union.Count);
                output.WriteUnionIndex(branch);
                Write(union[branch], output, random, depth + 1);
                break;
            case RecordSchema record:
                foreach (Field field in record.Fields) Write(field.Schema, output, random, depth + 1);
                break;
            case ArraySchema or MapSchema:
                int count = depth < Deepest ? random.Next(4) : 0;
                if (count > 0) output.WriteLong(count);
                for (int i = 0; i < count; i++)
                {
                    if (schema is MapSchema) output.WriteString($"{i}{Text(random)}");
                    Write(schema is MapSchema map ? map.ValueSchema : ((ArraySchema)schema).ItemSchema, output, random, depth + 1);
                }

                output.WriteLong(0);
                break;
            case EnumSchema @enum:
                output.WriteEnum(random.Next(@enum.Count));
                break;
            case FixedSchema @fixed:
                output.WriteFixed(Bytes(random, @fixed.Size));
                break;
            default:
                WritePrimitive(schema.Tag, output, random);
                break;
        }
    }

    private static void WritePrimitive(Schema.Type type, BinaryEncoder output, Random random)
    {
        switch (type)
        {
            case Schema.Type.Null:
                break;
            case Schema.Type.Boolean:
                output.WriteBoolean(random.Next(2) == 1);
                break;
            case Schema.Type.Int:
                output.WriteInt((int)(random.NextInt64() >> random.Next(64)));
                break;
            case Schema.Type.Long:
                output.WriteLong((random.NextInt64() - (long.MaxValue / 2)) >> random.Next(63));
                break;
            case Schema.Type.Float:
                output.WriteFloat(random.Next(8) == 0 ? float.PositiveInfinity : BitConverter.Int32BitsToSingle(random.Next(0x7f80_0000)));
                break;
            case Schema.Type.Double:
                output.WriteDouble(random.Next(8) == 0 ? -0.0 : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)));
                break;
            case Schema.Type.Bytes:
                output.WriteBytes(Bytes(random, random.Next(6)));
                break;
            default:
                output.WriteString(Text(random));
                break;
        }
    }

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (int i = random.Next(6); i > 0; i--)
            text.Append((Rune)(random.Next(3) switch
            {
                0 => random.Next(0x80),
                1 => random.Next(0xd800),
                _ =>
                random.Next(0x1_0000, 0x11_0000)
            }));
        return text.ToString();
    }
}
