using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.InFlight;

namespace Worker.Tests.Documents.Envelopes;

public sealed class TombstonePairsTests
{
    private static readonly byte[] Key = [1, 2];
    private readonly TombstonePairs _pairs = new();

    [Fact]
    public void Of_two_side_by_side_the_later_one_is_the_second()
    {
        Assert.False(_pairs.IsSecond(At(10), Key));
        Assert.True(_pairs.IsSecond(At(11), [.. Key]));
    }

    /// <summary>As where a delete waits for its schema together with its row: behind the row's label its own tombstone has to come.
    /// </summary>
    [Fact]
    public void A_tombstone_that_overtook_the_delete_before_it_leaves_it_its_own()
    {
        Assert.False(_pairs.IsSecond(At(11), Key));
        Assert.False(_pairs.IsSecond(At(10), [.. Key]));
    }

    [Fact]
    public void A_pair_is_of_one_key_one_partition_one_assignment_and_neighbours()
    {
        Assert.False(_pairs.IsSecond(At(10), Key));
        Assert.False(_pairs.IsSecond(At(11), [1, 3]));
        Assert.False(_pairs.IsSecond(At(11, partition: 1), Key));
        Assert.False(_pairs.IsSecond(At(11, epoch: 2), Key));
        Assert.False(_pairs.IsSecond(At(12), Key));
        Assert.False(_pairs.IsSecond(At(9), Key));
        Assert.True(_pairs.IsSecond(At(13), Key));
    }

    [Fact]
    public void Without_a_key_or_with_a_long_one_there_is_no_pair()
    {
        byte[] tooLong = new byte[TombstonePairs.LongestKey + 1];
        foreach (byte[]? key in new[] { null, tooLong })
        {
            Assert.False(_pairs.IsSecond(At(10), key));
            Assert.False(_pairs.IsSecond(At(11), key));
        }
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        for (int i = 0; i < 10 * TombstonePairs.Remembered; i++) Assert.False(_pairs.IsSecond(At(2 * i), [.. BitConverter.GetBytes(i)]));
        Assert.False(_pairs.IsSecond(At(1), [.. BitConverter.GetBytes(0)])); // forgotten: it is sent again
        int last = (10 * TombstonePairs.Remembered) - 1;
        Assert.True(_pairs.IsSecond(At((2 * last) + 1), [.. BitConverter.GetBytes(last)]));
    }

    /// <summary>However a few decode workers mix the order, a delete's own tombstone is sent, and the one behind it exactly where it came
    /// first.</summary>
    [Fact]
    public void A_second_one_is_passed_over_exactly_behind_its_first_in_whatever_order_workers_come_to_them()
    {
        Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            TombstonePairs pairs = new();
            List<long> window = [];
            HashSet<long> sent = [];
            bool isRight = true;
            for (long next = 0; next < 200 || window.Count > 0;)
            {
                while (next < 200 && window.Count < 8) window.Add(next++);
                int at = random.Next(window.Count);
                long offset = window[at];
                window.RemoveAt(at);
                bool isSecond = pairs.IsSecond(At(offset), [(byte)(offset / 2)]);
                isRight &= isSecond == (offset % 2 == 1 && sent.Contains(offset - 1));
                if (!isSecond) sent.Add(offset);
            }

            return isRight;
        }).QuickCheckThrowOnFailure();
    }

    private static SourceOffset At(long offset, int partition = 0, int epoch = 1) =>
        new(new SourcePartition("shop.public.mails", partition), epoch, offset);
}
