using FsCheck;
using FsCheck.Fluent;
using Sluice.Cli.Demo.Replay;

namespace Cli.Tests.Demo;

public sealed class LedgerTests
{
    [Fact]
    public void Each_document_once_is_a_settled_ledger()
    {
        Ledger ledger = Create("a", "b");
        ledger.Sent("a", due: 10);
        ledger.Sent("b", due: 20);

        Assert.Equal(1, ledger.Labelled("a", "ham", "teacher", tokens: 5, truncated: false, now: 15));
        Assert.False(ledger.Settled.IsCompleted);
        Assert.Equal(1, ledger.Labelled("b", "spam", "teacher", tokens: 7, truncated: true, now: 40));

        Assert.True(ledger.Settled.IsCompleted);
        Assert.True(ledger.Counts.EachExactlyOnce);
        Assert.Equal(new LedgerCounts(2, 2, 2, 0, 0, 0, 1, 12), ledger.Counts);
        Assert.Equal([5L, 20L], ledger.RecentTicks);
    }

    [Fact]
    public void A_second_label_is_a_duplicate_and_the_first_stands()
    {
        Ledger ledger = Create("a");
        ledger.Sent("a", 0);
        ledger.Labelled("a", "ham", "teacher", 1, false, 1);

        Assert.Null(ledger.Labelled("a", "spam", "teacher", 1, false, 2));

        Assert.Equal("ham", Assert.Single(ledger.Outcomes()).Label);
        Assert.Equal(1, ledger.Counts.Duplicated);
        Assert.False(ledger.Counts.EachExactlyOnce);
    }

    [Fact]
    public void A_label_for_a_document_that_was_never_sent_is_unexpected()
    {
        Ledger ledger = Create("a");
        ledger.Sent("a", 0);
        ledger.Labelled("a", "ham", "teacher", 1, false, 1);

        Assert.Null(ledger.Labelled("stranger", "ham", "teacher", 1, false, 2));

        Assert.Equal(1, ledger.Counts.Unexpected);
        Assert.False(ledger.Counts.EachExactlyOnce);
    }

    [Fact]
    public void A_dead_letter_settles_a_document_and_counts_as_lost()
    {
        Ledger ledger = Create("a");
        ledger.Sent("a", 0);

        Assert.Equal(1, ledger.Rejected("a", "no text"));

        Assert.True(ledger.Settled.IsCompleted);
        Assert.Equal(1, ledger.Counts.Lost);
        Assert.Equal(0, ledger.Counts.InFlight);
        Assert.Equal("no text", Assert.Single(ledger.Outcomes()).Rejection);
    }

    [Fact]
    public void What_was_never_sent_is_not_lost()
    {
        Ledger ledger = Create("a", "b", "c");
        ledger.Sent("a", 0);
        ledger.Sent("b", 0);
        ledger.Labelled("a", "ham", "teacher", 1, false, 1);
        Assert.Equal((1, 1), (ledger.Counts.Lost, ledger.Counts.NotSent));
        Assert.False(ledger.Counts.EachExactlyOnce);
        Assert.Null(ledger.Labelled("c", "ham", "teacher", 1, false, 2)); // which cannot be
        Assert.Equal((1, 1, 1), (ledger.Counts.Lost, ledger.Counts.NotSent, ledger.Counts.Unexpected));
    }

    [Fact]
    public void A_document_both_rejected_and_labelled_is_counted_twice()
    {
        Ledger ledger = Create("a");
        ledger.Sent("a", 0);
        ledger.Rejected("a", "no text");

        Assert.Null(ledger.Labelled("a", "ham", "teacher", 1, false, 1));

        Assert.Equal(1, ledger.Counts.Duplicated);
    }

    [Fact]
    public void Books_balance_whatever_comes_back()
    {
        string[] ids = ["a", "b", "c", "stranger"];
        Gen<(string Id, bool Label)> events = Gen.Elements(ids).Zip(Gen.Elements(true, false));

        Prop.ForAll(Gen.ListOf(events).ToArbitrary(), list =>
        {
            Ledger ledger = Create("a", "b", "c");
            foreach (string id in ids[..3]) ledger.Sent(id, 0);
            int freed = 0;
            foreach ((string id, bool label) in list)
                freed += (label ? ledger.Labelled(id, "ham", "teacher", 1, false, 1) : ledger.Rejected(id, "r")) ?? 0;
            LedgerCounts counts = ledger.Counts;
            int touched = list.Select(e => e.Id).Where(id => id != "stranger").Distinct().Count();
            return freed == touched
                && counts.Labelled + counts.Rejected == touched
                && counts.Labelled + counts.Rejected + counts.Duplicated + counts.Unexpected == list.Count
                && ledger.Settled.IsCompleted == (touched == 3);
        }).QuickCheckThrowOnFailure();
    }

    private static Ledger Create(params string[] ids) => new([.. ids.Select(id => new DemoDocument(id, "ham", [0]))]);
}
