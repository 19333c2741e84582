using Benchmarks.Burst.Plain;

namespace Cli.Tests.Benchmarks.Burst;

public sealed class PlainPolicyTests
{
    [Fact]
    public void First_come_takes_the_oldest_and_never_waits_for_more()
    {
        Assert.Equal([0], PlainPolicy.All[0].Next([9, 1, 5]));
        Assert.Equal([0, 1, 2], new PlainPolicy(16, false).Next([9, 1, 5]));
        Assert.Equal([0, 1], new PlainPolicy(2, false).Next([9, 1, 5]));
    }

    [Fact]
    public void Sorted_takes_the_neighbours_by_length_of_the_oldest()
    {
        Assert.Equal([0, 2], new PlainPolicy(2, true).Next([8, 1, 5, 9, 2]));
        Assert.Equal([0], new PlainPolicy(2, true).Next([90, 1, 5, 8, 2])); // the longest of an odd number is alone
    }

    [Fact]
    public void A_queue_that_is_closed_gives_nothing_though_documents_wait()
    {
        PlainQueue queue = new(new PlainPolicy(1, false), 8);
        for (int document = 0; document < 3; document++) queue.Add(new PlainDocument(null!, [document]));
        Assert.Equal([0], queue.Take()![0].Ids);
        queue.Close();
        Assert.Null(queue.Take());
    }

    [Fact]
    public void Names_lead_back_to_their_policies()
    {
        Assert.Equal(["one by one", "first-come 8", "first-come 16", "first-come 32", "sorted 16"],
            PlainPolicy.All.Select(policy => policy.Name));
        Assert.All(PlainPolicy.All, policy => Assert.Equal(policy, PlainPolicy.Parse(policy.Name)));
        foreach (string wrong in new[] { "", "fastest", "sorted 0", "sorted -1", "first-come" })
            Assert.Contains("there are one by one", Assert.Throws<FormatException>(() => PlainPolicy.Parse(wrong)).Message);
    }

    [Fact]
    public void An_offset_is_committed_when_all_before_it_are_done()
    {
        PlainOffsets offsets = new();
        foreach (long offset in new long[] { 4, 5, 9, 10 }) offsets.Begin(offset); // 6 to 8 are no records
        Assert.Null(offsets.Complete(5));
        Assert.Equal(6, offsets.Complete(4));
        Assert.Null(offsets.Complete(10));
        Assert.Equal(11, offsets.Complete(9));
    }

    [Fact]
    public void A_label_is_read_as_it_was_written()
    {
        PlainLabel label = new("spam", 0.75f, 3, 1L << 40);
        Assert.Equal(label, PlainLabel.Read(label.Write()));
    }
}
