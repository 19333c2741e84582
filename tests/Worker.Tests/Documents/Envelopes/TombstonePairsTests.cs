using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.Documents.Envelopes;
using Sluice.Worker.InFlight;

namespace Worker.Tests.Documents.Envelopes;

public sealed class TombstonePairsTests
{
    private static readonly byte[] Key = [1, 2];
    private readonly TombstonePairs _pairs = new();

    [Theory]
    [InlineData(10, 11)]
    [InlineData(11, 10)]
    public void Of_two_side_by_side_the_one_asked_about_later_is_the_second(long first, long second)
    {
        Assert.False(_pairs.IsSecond(At(first), Key));
        Assert.True(_pairs.IsSecond(At(second), [.. Key]));
    }

    [Fact]
    public void A_pair_is_of_one_key_one_partition_one_assignment_and_neighbours()
    {
        Assert.False(_pairs.IsSecond(At(10), Key));
        Assert.False(_pairs.IsSecond(At(11), [1, 3]));
        Assert.False(_pairs.IsSecond(At(11, partition: 1), Key));
        Assert.False(_pairs.IsSecond(At(11, epoch: 2), Key));
        Assert.False(_pairs.IsSecond(At(12), Key));
        Assert.True(_pairs.IsSecond(At(9), Key));
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

    /// <summary>However a few decode workers mix the order, of each delete and its tombstone exactly one is sent.</summary>
    [Fact]
    public void Of_each_pair_one_is_sent_in_whatever_order_workers_come_to_them()
    {
        Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            TombstonePairs pairs = new();
            List<long> window = [];
            Dictionary<long, int> sent = [];
            for (long next = 0; next < 200 || window.Count > 0;)
            {
                while (next < 200 && window.Count < 8) window.Add(next++);
                int at = random.Next(window.Count);
                long offset = window[at];
                window.RemoveAt(at);
                long pair = offset / 2;
                if (!pairs.IsSecond(At(offset), [(byte)pair])) sent[pair] = sent.GetValueOrDefault(pair) + 1;
            }

            return sent.Count == 100 && sent.Values.All(count => count == 1);
        }).QuickCheckThrowOnFailure();
    }

    private static SourceOffset At(long offset, int partition = 0, int epoch = 1) =>
        new(new SourcePartition("shop.public.mails", partition), epoch, offset);
}
