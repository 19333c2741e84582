using Benchmarks.Faults.Account;
using FsCheck;
using FsCheck.Fluent;

namespace Cli.Tests.Benchmarks.Faults;

public sealed class LedgerTests
{
    [Fact]
    public void A_document_without_an_answer_is_lost_and_one_with_two_is_repeated()
    {
        Ledger ledger = Create(documents: 4);
        ledger.Add(Label(0));
        ledger.Add(Label(1));
        ledger.Add(Label(1));
        ledger.Add(Label(2) with { IsLabel = false });
        Assert.Equal([new Place(0, 3)], ledger.Lost);
        Assert.Equal([new Place(0, 1)], ledger.Duplicated);
        Assert.Equal((1, 2, 1), (ledger.Repeats, ledger.Labelled, ledger.DeadLettered));
    }

    [Fact]
    public void A_label_and_a_dead_letter_of_one_document_are_a_repeat()
    {
        Ledger ledger = Create(documents: 1);
        ledger.Add(Label(0));
        ledger.Add(Label(0) with { IsLabel = false, Lane = default });
        Assert.Equal((1, 1, 0), (ledger.Repeats, ledger.Labelled, ledger.DeadLettered));
    }

    [Fact]
    public void A_later_revision_is_no_repeat_and_the_same_one_again_is()
    {
        Ledger ledger = Create(documents: 1);
        ledger.Add(Label(0));
        ledger.Add(Label(0) with { Revision = 1 });
        Assert.Equal(0, ledger.Repeats);
        ledger.Add(Label(0) with { Revision = 1 });
        Assert.Equal(1, ledger.Repeats);
    }

    [Fact]
    public void A_label_of_what_no_reader_sees_is_told_apart()
    {
        Ledger ledger = Create(documents: 1);
        ledger.Add(Label(5));
        Assert.Equal((1, 0, 0), (ledger.Strangers, ledger.Answered, ledger.Repeats));
    }

    [Fact]
    public void Order_holds_for_a_key_and_is_counted_where_it_does_not()
    {
        Ledger ledger = Create(documents: 6);
        ledger.Add(Label(0));
        ledger.Add(Label(3));
        ledger.Add(Label(2) with { Lane = (0, 9) }); // another key
        ledger.Add(Label(0)); // again: no label stands before another for it
        ledger.Add(Label(4));
        Assert.Equal(0, ledger.OutOfOrder);
        ledger.Add(Label(1));
        Assert.Equal(1, ledger.OutOfOrder);
    }

    [Fact]
    public void The_first_answer_is_the_earliest_wherever_it_is_found()
    {
        Ledger ledger = Create(documents: 1);
        ledger.Add(Label(0) with { At = 9 });
        ledger.Add(Label(0) with { At = 4, Lane = (1, 0) });
        Assert.Equal(4, ledger.Flows().Single().LongestStandstill);
    }

    [Fact]
    public void Whatever_is_found_documents_are_labelled_dead_lettered_or_lost() => Prop.ForAll(
        Gen.Choose(0, 14).Select(offset => offset).ArrayOf().ToArbitrary(), offsets =>
        {
            Ledger ledger = Create(documents: 10);
            foreach (int offset in offsets) ledger.Add(Label(offset) with { IsLabel = offset % 3 > 0 });
            int strangers = offsets.Count(offset => offset >= 10), answered = offsets.Where(offset => offset < 10).Distinct().Count();
            Assert.Equal(10, ledger.Labelled + ledger.DeadLettered + ledger.Lost.Count());
            Assert.Equal((strangers, answered, offsets.Length - strangers - answered), (ledger.Strangers, ledger.Answered, ledger.Repeats));
            Assert.Equal(ledger.Repeats > 0, ledger.Duplicated.Count > 0);
        }).QuickCheckThrowOnFailure();

    private static Ledger Create(int documents)
    {
        Ledger ledger = new();
        for (int offset = 0; offset < documents; offset++) ledger.AddDocument(new Place(0, offset), came: 0);
        return ledger;
    }

    private static Found Label(long offset) => new(new Place(0, offset), 0, At: 1, Lane: (0, 1), IsLabel: true);
}
