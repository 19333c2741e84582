using Avro;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.Documents.Avro;
using Worker.Tests.Documents.Avro.Fuzz;

namespace Worker.Tests.Documents.Avro;

public sealed class AvroPropertyTests
{
    [Fact]
    public void A_long_is_read_back_and_so_is_its_text() => Prop.ForAll<long>(value =>
    {
        byte[] payload = Payloads.Of(output => output.WriteLong(value));
        var reader = new AvroReader(payload);
        return reader.TryReadLong(out long back) && back == value && reader.Remaining == 0
            && Payloads.Text(SchemaReader.Read("\"long\""), "", payload) == $"{value}";
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_payloads_of_random_schemas_are_read_as_Apache_Avro_reads_them() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        string text = RandomSchema.Text(random);
        WriterType schema = SchemaReader.Read(text);
        byte[] payload = RandomPayload.Of(schema.Root, random);
        string? json = Payloads.Json(schema, payload);
        return json is not null
            && (text.Contains("\"size\":0", StringComparison.Ordinal)
                || json == Payloads.Json(schema with { Root = Schema.Parse(text) }, payload)); // its parser knows no fixed of size 0
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_cut_of_a_payload_is_refused() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        WriterType schema = SchemaReader.Read($$"""{"type":"record","name":"Top","fields":[{"name":"head","type":"string"},{"name":"rest","type":{{RandomSchema.Text(random)}}},{"name":"tail","type":"boolean"}]}""");
        byte[] payload = RandomPayload.Of(schema.Root, random);
        Projection whole = Projection.CompileCheck(schema), part = Projection.Compile(schema, ["head"]);
        var fields = new FieldSlice[1];
        return part.TryRead(payload, fields, out _)
            && Enumerable.Range(0, payload.Length).All(length => !whole.TryRead(payload.AsSpan(0, length), [], out _)
                && !part.TryRead(payload.AsSpan(0, length), fields, out _));
    }).QuickCheckThrowOnFailure();
}
