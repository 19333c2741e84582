using Confluent.Kafka;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Kafka;

public sealed class RecordTimeTests
{
    [Theory]
    [InlineData(1_700_000_000_123, 2023)]
    [InlineData(253_402_300_799_999, 9999)]
    [InlineData(-62_135_596_800_000, 1)]
    public void A_time_of_the_calendar_is_kept(long milliseconds, int year) =>
        Assert.Equal(year, ConsumedRecords.TimeOf(new Timestamp(milliseconds, TimestampType.CreateTime))!.Value.Year);

    [Theory]
    [InlineData(1_700_000_000_123_000)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(253_402_300_800_000)]
    public void A_time_beyond_the_calendar_is_none(long milliseconds) =>
        Assert.Null(ConsumedRecords.TimeOf(new Timestamp(milliseconds, TimestampType.CreateTime)));
}
