using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Schemas.Avro;
using Worker.Tests.Schemas.Fuzz;

namespace Worker.Tests.Schemas;

public sealed class AvroPropertyTests
{
    [Fact]
    public void A_long_is_read_back_and_takes_no_byte_too_many() => Prop.ForAll<long>(value =>
    {
        var output = new ArrayBufferWriter<byte>();
        new AvroWriter(output).WriteLong(value);
        var reader = new AvroReader(output.WrittenSpan);
        int shortest = Math.Max(1, (64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)((value << 1) ^ (value >> 63))) + 6) / 7);
        return reader.TryReadLong(out long back) && back == value && reader.Remaining == 0 && output.WrittenCount == shortest;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_values_of_random_schemas_are_read_back() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        Schema schema = SchemaParser.Parse(RandomSchema.Text(random));
        AvroValue value = RandomValue.Of(schema, random);
        return Json(Resolution.Compile(schema).Read(Encode(value, schema)), schema) == Json(value, schema);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_canonical_form_is_a_schema_of_the_same_form_and_reads_the_same_bytes() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        Schema schema = SchemaParser.Parse(RandomSchema.Text(random));
        string form = CanonicalForm.Of(schema);
        Schema again = SchemaParser.Parse(form);
        byte[] payload = Encode(RandomValue.Of(schema, random), schema);
        return CanonicalForm.Of(again) == form && Json(Resolution.Compile(schema, again).Read(payload), again) == Json(Resolution.Compile(schema).Read(payload), schema);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_cut_of_a_payload_is_refused_by_both_readers() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        Schema schema = SchemaParser.Parse($$"""{"type":"record","name":"Top","fields":[{"name":"head","type":"string"},{"name":"rest","type":{{RandomSchema.Text(random)}}},{"name":"tail","type":"boolean"}]}""");
        byte[] payload = Encode(RandomValue.Of(schema, random), schema);
        Resolution whole = Resolution.Compile(schema);
        Projection part = Projection.Compile(schema, ["head"]);
        var fields = new FieldSlice[1];
        return part.TryRead(payload, fields, out _)
            && Enumerable.Range(0, payload.Length).All(length => !whole.TryRead(payload.AsSpan(0, length), out _, out _) && !part.TryRead(payload.AsSpan(0, length), fields, out _));
    }).QuickCheckThrowOnFailure();

    private static byte[] Encode(AvroValue value, Schema schema)
    {
        var output = new ArrayBufferWriter<byte>();
        DatumWriter.Write(output, value, schema);
        return output.WrittenSpan.ToArray();
    }

    private static string Json(AvroValue value, Schema schema)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = AvroLimits.JsonDepth })) JsonEncoding.Write(writer, value, schema);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
