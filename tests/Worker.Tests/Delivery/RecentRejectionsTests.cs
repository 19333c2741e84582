using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Wording;

namespace Worker.Tests.Delivery;

public sealed class RecentRejectionsTests
{
    private static readonly RejectionReason[] Reasons = Enum.GetValues<RejectionReason>();

    [Theory]
    [InlineData(180, 20, false)] // exactly the share is not more than it
    [InlineData(181, 19, true)]
    [InlineData(200, 0, true)]
    [InlineData(199, 0, false)] // too few
    public void One_reason_stands_out_when_more_than_the_share_of_a_whole_window_has_it(int missing, int malformed, bool standsOut)
    {
        MassRejection? found = After(200, [.. Of(RejectionReason.MalformedJson, malformed), .. Of(RejectionReason.MissingText, missing)])
            .Judge(0.9, 200);
        Assert.Equal(standsOut ? new MassRejection(KindOf(RejectionReason.MissingText), missing, 200) : null, found);
    }

    [Fact]
    public void What_lies_before_the_window_is_forgotten()
    {
        RecentRejections recent = After(10, [.. Of(RejectionReason.MalformedJson, 50), .. Of(RejectionReason.NullText, 10)]);
        Assert.Equal(new MassRejection(KindOf(RejectionReason.NullText), 10, 10), recent.Judge(1, 10));
    }

    [Fact]
    public void A_share_of_1_is_all_of_them()
    {
        Assert.NotNull(After(10, Of(RejectionReason.NotText, 10)).Judge(1, 10));
        Assert.Null(After(10, [RejectionReason.NullText, .. Of(RejectionReason.NotText, 9)]).Judge(1, 10));
    }

    [Fact]
    public void Nothing_stands_out_of_nothing() => Assert.Null(RecentRejections.None(10).Judge(0.5, 0));

    /// <summary>Faults of one reason may be of different settings.</summary>
    [Fact]
    public void Of_one_reason_the_setting_counts_that_most_of_them_blame()
    {
        RejectionKind other = new(RejectionReason.UnknownSchema, Setting.InputFormat);
        RecentRejections recent = After(10, Of(RejectionReason.UnknownSchema, 4));
        for (int i = 0; i < 5; i++) recent = recent.Add(other);
        Assert.Equal(new MassRejection(other, 9, 9), recent.Judge(1, 9));
        recent = recent.Add(KindOf(RejectionReason.UnknownSchema)).Add(KindOf(RejectionReason.UnknownSchema));
        for (int i = 0; i < 3; i++) recent = recent.Add(new RejectionKind(RejectionReason.UnknownSchema, null));
        Assert.Equal(new MassRejection(other, 10, 10), recent.Judge(1, 10));
    }

    [Fact]
    public void It_judges_as_one_who_counts_the_last_ones_by_hand() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            (int window, double share) = (random.Next(1, 40), 0.5 + (random.NextDouble() / 2));
            int kinds = random.Next(1, Reasons.Length + 1), least = random.Next(1, window + 1);
            List<RejectionReason> all = [];
            RecentRejections recent = RecentRejections.None(window);
            for (int i = 0; i < 120; i++)
            {
                RejectionReason next = random.Next(4) > 0 ? Reasons[0] : Reasons[random.Next(kinds)];
                all.Add(next);
                RecentRejections before = recent;
                recent = recent.Add(KindOf(next));
                Assert.Equal(int.Min(i, window), before.Count); // it is immutable
                Assert.Equal(ByHand(all, window, share, least), recent.Judge(share, least));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static MassRejection? ByHand(List<RejectionReason> all, int window, double share, int least)
    {
        RejectionReason[] last = [.. all.TakeLast(window)];
        return last.Length < least ? null : last.GroupBy(reason => reason)
            .Where(same => same.Count() == last.Length || same.Count() > share * last.Length)
            .Select(same => new MassRejection(KindOf(same.Key), same.Count(), last.Length)).SingleOrDefault();
    }

    private static IEnumerable<RejectionReason> Of(RejectionReason reason, int count) => Enumerable.Repeat(reason, count);

    private static RecentRejections After(int window, IEnumerable<RejectionReason> reasons) =>
        reasons.Aggregate(RecentRejections.None(window), (recent, reason) => recent.Add(KindOf(reason)));

    private static RejectionKind KindOf(RejectionReason reason) => RejectionKind.Of(new Rejection(reason, "why"));
}
