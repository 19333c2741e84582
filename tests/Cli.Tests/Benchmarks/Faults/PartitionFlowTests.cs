using Benchmarks.Faults.Account;
using FsCheck;
using FsCheck.Fluent;

namespace Cli.Tests.Benchmarks.Faults;

public sealed class PartitionFlowTests
{
    [Fact]
    public void Recovery_counts_from_the_fault_to_the_first_label_after_it()
    {
        PartitionFlow flow = new([(0, 1), (2, 3), (4, 12), (5, 13)]);
        Assert.Equal(8, flow.Recovery(from: 4));
        Assert.Equal(0.5, flow.Recovery(from: 12.5));
        Assert.Equal(0, flow.Recovery(from: 20));
    }

    [Fact]
    public void Nothing_recovers_from_a_time_without_documents()
    {
        PartitionFlow flow = new([(0, 1), (50, 51)]);
        Assert.Equal(1, flow.Recovery(from: 10));
        Assert.Equal(1, flow.LongestStandstill);
    }

    [Fact]
    public void What_was_under_way_when_a_worker_was_killed_is_passed_over()
    {
        PartitionFlow flow = new([(0, 10.1), (1, 16)]);
        Assert.Equal(0.1, flow.Recovery(from: 10), 6);
        Assert.Equal(6, flow.Recovery(from: 10, grace: 0.25), 6);
    }

    [Fact]
    public void A_document_that_is_left_behind_counts_once_the_others_are_done()
    {
        PartitionFlow flow = new([(0, 30), (1, 2), (3, 4), (5, 6)]);
        Assert.Equal(24, flow.LongestStandstill);
    }

    [Fact]
    public void No_recovery_is_longer_than_the_longest_standstill() => Prop.ForAll(
        Gen.Choose(0, 100).Two().ArrayOf().ToArbitrary(), Gen.Choose(0, 200).ToArbitrary(), (documents, from) =>
        {
            PartitionFlow flow = new(documents.Select(one => ((double)one.Item1, (double)one.Item1 + one.Item2)));
            Assert.InRange(flow.Recovery(from), 0, flow.LongestStandstill);
            Assert.InRange(flow.LongestStandstill, 0, documents.Select(one => one.Item2).DefaultIfEmpty(0).Max());
        }).QuickCheckThrowOnFailure();
}
