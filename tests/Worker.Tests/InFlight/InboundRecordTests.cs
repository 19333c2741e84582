using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

public sealed class InboundRecordTests
{
    [Fact]
    public void Its_size_counts_the_key_and_each_header_with_what_it_costs_to_hold_an_empty_one()
    {
        Assert.Equal(0, SizeOf(null));
        Assert.Equal(7, SizeOf(new byte[7]));
        Assert.Equal(7 + 96 + 8 + 1000 + 96, SizeOf(new byte[7], new("name", new byte[1000]), new("", null)));
    }

    private static long SizeOf(byte[]? key, params RecordHeader[] headers) =>
        new InboundRecord(new SourcePartition("documents", 0), 0, key, new byte[50], headers, null).RetainedBytes;
}
