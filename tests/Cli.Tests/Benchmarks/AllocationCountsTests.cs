using Benchmarks.Modes;

namespace Cli.Tests.Benchmarks;

public sealed class AllocationCountsTests
{
    [Fact]
    public void An_allocation_now_and_then_is_in_no_batch_s_price()
    {
        AllocationCounts counts = new();
        for (int batch = 0; batch < 1000; batch++) counts.Add(batch % 10 == 0 ? 5_000_000 : 1344);
        Assert.Equal(1344, counts.Median);
    }

    [Fact]
    public void What_most_batches_allocate_is_told_to_the_byte()
    {
        AllocationCounts counts = new();
        counts.Add(0);
        counts.Add(1345);
        counts.Add(1345);
        Assert.Equal((1345, 0), (counts.Median, new AllocationCounts().Median));
    }
}
