using FsCheck;
using FsCheck.Fluent;
using Sluice.Cli.DeadLetters;
using Sluice.Worker.Documents;

namespace Cli.Tests.DeadLetters;

public sealed class RecordFilterTests
{
    private static readonly DeadLetterRecord Record = Letters.OfWorker(RejectionReason.MissingText);

    [Fact]
    public void Nothing_asked_for_takes_all() => Assert.True(new RecordFilter().Takes(Record));

    [Theory]
    [InlineData("missing-text", true)]
    [InlineData("Missing-Text", false)]
    [InlineData("missing", false)]
    public void A_reason_is_taken_letter_for_letter(string reason, bool taken) =>
        Assert.Equal(taken, new RecordFilter(Reason: reason).Takes(Record));

    [Theory]
    [InlineData("mails", true)]
    [InlineData("mails.dead", false)]
    public void A_source_is_the_topic_that_it_came_from(string source, bool taken) =>
        Assert.Equal(taken, new RecordFilter(Source: source).Takes(Record));

    [Fact]
    public void Times_are_from_the_first_on_and_before_the_second()
    {
        Assert.True(new RecordFilter(Since: Letters.Noon).Takes(Record));
        Assert.False(new RecordFilter(Since: Letters.Noon.AddTicks(1)).Takes(Record));
        Assert.False(new RecordFilter(Until: Letters.Noon).Takes(Record));
        Assert.True(new RecordFilter(Until: Letters.Noon.AddTicks(1)).Takes(Record));
    }

    [Fact]
    public void A_record_without_a_time_is_none_of_any_time()
    {
        DeadLetterRecord timeless = Record with { Time = null };
        Assert.True(new RecordFilter().Takes(timeless));
        Assert.False(new RecordFilter(Since: DateTimeOffset.UnixEpoch).Takes(timeless));
        Assert.False(new RecordFilter(Until: DateTimeOffset.MaxValue).Takes(timeless));
    }

    [Fact]
    public void Each_thing_that_is_asked_for_only_narrows_what_is_taken_and_time_is_cut_without_a_gap() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            RejectionReason[] reasons = Enum.GetValues<RejectionReason>();
            DeadLetterRecord record = Letters.OfWorker(reasons[random.Next(reasons.Length)], $"topic{random.Next(3)}") with
            {
                Time = Letters.Noon.AddSeconds(random.Next(-50, 50)),
            };
            DateTimeOffset cut = Letters.Noon.AddSeconds(random.Next(-50, 50));
            RecordFilter filter = new(random.Next(2) == 0 ? null : reasons[random.Next(reasons.Length)].Name(),
                random.Next(2) == 0 ? null : $"topic{random.Next(3)}");
            bool whole = filter.Takes(record);
            bool before = (filter with { Until = cut }).Takes(record), after = (filter with { Since = cut }).Takes(record);
            Assert.Equal(whole, before ^ after);
            Assert.False(before && after);
            Assert.Equal(whole, (filter with { Reason = null }).Takes(record) && (filter with { Source = null }).Takes(record));
        }).QuickCheckThrowOnFailure();
}
