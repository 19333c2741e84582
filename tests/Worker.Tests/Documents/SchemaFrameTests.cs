using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.InFlight;

namespace Worker.Tests.Documents;

public sealed class SchemaFrameTests
{
    private static readonly Guid Known = new("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly byte[] GuidBytes = [1, .. Known.ToByteArray(bigEndian: true)], IdBytes = [0, 0, 0, 1, 2];

    [Fact]
    public void An_id_or_a_GUID_before_the_value_is_found_and_where_the_payload_begins()
    {
        Assert.Equal(new SchemaFrame(258, 5), Read([], [.. IdBytes, 7, 8]));
        Assert.Equal(new SchemaFrame(new SchemaId(0, Known), 17), Read([], [.. GuidBytes, 7, 8]));
        Assert.Equal("00112233-4455-6677-8899-aabbccddeeff", Read([], GuidBytes).Schema.ToString());
    }

    [Fact]
    public void An_id_or_a_GUID_in_the_header_is_found_and_the_whole_value_is_the_payload()
    {
        Assert.Equal(new SchemaFrame(258, 0), Read([Header(IdBytes)], [2, 3]));
        Assert.Equal(new SchemaFrame(new SchemaId(0, Known), 0), Read([Header(GuidBytes)], []));
        Assert.Equal(new SchemaFrame(258, 0), Read([Header(IdBytes)], GuidBytes)); // the header counts
    }

    [Fact]
    public void Of_several_headers_the_last_counts_and_one_without_a_value_is_none()
    {
        Assert.Equal(new SchemaFrame(258, 0), Read([Header(GuidBytes), new("trace", [1]), Header(IdBytes)], [2]));
        Assert.Equal(new SchemaFrame(258, 5), Read([Header(GuidBytes), Header(null)], IdBytes));
        Assert.Equal(new SchemaFrame(258, 5), Read([new("__key_schema_id", GuidBytes), new("__VALUE_SCHEMA_ID", GuidBytes)], IdBytes));
    }

    [Theory]
    [InlineData(new byte[] { }, "the header __value_schema_id has 0 bytes; expected 0 and a 4-byte schema id, or 1 and a 16-byte GUID")]
    [InlineData(new byte[] { 7, 7, 7 }, "the header __value_schema_id has 3 bytes, the first is 7; expected 0 and a 4-byte schema id")]
    [InlineData(new byte[] { 0, 0, 0, 1 }, "the header __value_schema_id has 4 bytes, the first is 0; expected")]
    [InlineData(new byte[] { 1, 0, 0, 0, 1 }, "the header __value_schema_id has 5 bytes, the first is 1; expected")]
    [InlineData(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF }, "the header __value_schema_id names the schema id 4294967295, above 2147483647")]
    public void A_header_that_names_no_schema_is_named(byte[] header, string fault) =>
        Assert.StartsWith(fault, Fault([Header(header)], IdBytes), StringComparison.Ordinal);

    [Fact]
    public void A_header_with_more_behind_the_GUID_as_Protobuf_has_it_is_named() =>
        Assert.StartsWith("the header __value_schema_id has 18 bytes, the first is 1; ", Fault([Header([.. GuidBytes, 0])], []),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(new byte[] { 2, 3 }, "the first byte is 2; expected 0 and a 4-byte schema id, or 1 and a 16-byte GUID, or either of them "
        + "in the header __value_schema_id")]
    [InlineData(new byte[] { 1, 3 }, "the message ends after 2 of the 17 bytes of 1 and a GUID")]
    [InlineData(new byte[] { 0, 3 }, "the message ends after 2 of the header's 5 bytes")]
    [InlineData(new byte[] { }, "the message is empty; expected byte 0 and a 4-byte schema id")]
    public void A_value_that_names_no_schema_says_what_would(byte[] value, string fault) => Assert.Equal(fault, Fault([], value));

    [Fact]
    public void What_is_made_of_a_record_carries_its_other_headers_on()
    {
        RecordHeader[] without = [new("trace", [1]), new("", null)];
        Assert.Same(without, SchemaFrame.Without(without));
        Assert.Equal(without, SchemaFrame.Without([Header(IdBytes), .. without, Header(null)]));
    }

    [Fact]
    public void Random_headers_and_values_are_read_or_refused_and_nothing_else()
    {
        Random random = new(1);
        int found = 0;
        for (int run = 0; run < 100_000; run++)
        {
            byte[] header = Bytes(), value = Bytes();
            RecordHeader[] headers = run % 2 == 0 ? [] : [Header(header)];
            if (!SchemaFrame.TryRead(headers, value, out SchemaFrame frame, out string? fault)) Assert.NotEmpty(fault);
            else Assert.InRange(frame.Start, 0, run % 2 == 0 ? value.Length : found++ & 0);
        }

        Assert.InRange(found, 1_000, 49_000);

        byte[] Bytes()
        {
            byte[] bytes = new byte[random.Next(3) switch { 0 => 5, 1 => 17, _ => random.Next(20) }];
            random.NextBytes(bytes);
            if (bytes.Length > 0 && random.Next(3) > 0) bytes[0] = (byte)random.Next(3);
            return bytes;
        }
    }

    private static RecordHeader Header(byte[]? value) => new(SchemaFrame.Header, value);

    private static SchemaFrame Read(IReadOnlyList<RecordHeader> headers, byte[] value)
    {
        Assert.True(SchemaFrame.TryRead(headers, value, out SchemaFrame frame, out string? fault), fault);
        return frame;
    }

    private static string Fault(IReadOnlyList<RecordHeader> headers, byte[] value)
    {
        Assert.False(SchemaFrame.TryRead(headers, value, out _, out string? fault));
        return fault;
    }
}
