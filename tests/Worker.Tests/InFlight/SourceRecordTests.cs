using Confluent.Kafka;
using Sluice.Worker.InFlight;

namespace Worker.Tests.InFlight;

public sealed class SourceRecordTests
{
    [Fact]
    public void Its_size_counts_the_key_and_each_header_with_what_it_costs_to_hold_an_empty_one()
    {
        Assert.Equal(0, SourceRecord.SizeOf(null, null));
        Assert.Equal(7, SourceRecord.SizeOf(new byte[7], []));
        Assert.Equal(7 + 96 + 8 + 1000 + 96, SourceRecord.SizeOf(new byte[7], new Headers { { "name", new byte[1000] }, { "", null } }));
    }

    [Fact]
    public void It_holds_its_value_and_what_is_kept_with_it() =>
        Assert.Equal((30, 20),
            (new SourceRecord(default, null, new byte[10], null, null, 0, RetainedBytes: 20).ReservedBytes,
                new SourceRecord(default, null, null, null, null, 0, RetainedBytes: 20).ReservedBytes));
}
