using System.Text;
using Sluice.Schemas.Avro;

namespace Worker.Tests.Schemas.Fuzz;

/// <summary>Values of a schema at random, small and at the edges of their types.</summary>
internal static class RandomValue
{
    private const int Deepest = 6;

    public static AvroValue Of(Schema schema, Random random, int depth = 0) => schema switch
    {
        UnionSchema union => Branch(union, random, depth),
        RecordSchema record => AvroValue.Of(record.Fields.Select(f => Of(f.Type, random, depth + 1)).ToArray()),
        ArraySchema array => AvroValue.Of(Enumerable.Range(0, Count(random, depth)).Select(_ => Of(array.Items, random, depth + 1)).ToArray()),
        MapSchema map => AvroValue.Of(Enumerable.Range(0, Count(random, depth)).Select(i => KeyValuePair.Create($"{i}{Text(random)}", Of(map.Values, random, depth + 1))).ToArray()),
        EnumSchema @enum => AvroValue.Of(random.Next(@enum.Symbols.Count)),
        FixedSchema @fixed => AvroValue.Of(Bytes(random, @fixed.Size)),
        _ => Primitive(schema.Kind, random),
    };

    private static AvroValue Branch(UnionSchema union, Random random, int depth)
    {
        int leaf = depth < Deepest ? -1 : union.Branches.ToList().FindIndex(b => b.Kind < SchemaKind.Record);
        int branch = leaf >= 0 ? leaf : random.Next(union.Branches.Count);
        return Of(union.Branches[branch], random, depth + 1).InBranch(branch);
    }

    private static AvroValue Primitive(SchemaKind kind, Random random) => kind switch
    {
        SchemaKind.Null => default,
        SchemaKind.Boolean => AvroValue.Of(random.Next(2)),
        SchemaKind.Int => AvroValue.Of((int)(random.NextInt64() >> random.Next(64))),
        SchemaKind.Long => AvroValue.Of((random.NextInt64() - (long.MaxValue / 2)) >> random.Next(63)),
        SchemaKind.Float => AvroValue.OfFloat(random.Next(8) == 0 ? float.PositiveInfinity : BitConverter.Int32BitsToSingle(random.Next(0x7f80_0000))),
        SchemaKind.Double => AvroValue.OfDouble(random.Next(8) == 0 ? -0.0 : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300))),
        SchemaKind.Bytes => AvroValue.Of(Bytes(random, random.Next(6))),
        _ => AvroValue.Of((object)Text(random)),
    };

    private static int Count(Random random, int depth) => depth < Deepest ? random.Next(4) : 0;

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (int i = random.Next(6); i > 0; i--) text.Append((Rune)(random.Next(3) switch { 0 => random.Next(0x80), 1 => random.Next(0xd800), _ => random.Next(0x1_0000, 0x11_0000) }));
        return text.ToString();
    }
}
