using Sluice.Inference;
using Sluice.Inference.Modes;

namespace Inference.Tests;

public sealed class EngineFactoryTests
{
    [Theory]
    [InlineData("teacher", 8)]
    [InlineData("swift", 8)]
    [InlineData("students:1", 8)]
    [InlineData("students:2", 1)]
    [InlineData("students:6", 1)]
    public void One_at_a_time_a_lone_graph_has_all_cores_and_students_side_by_side_one_each(string mode, int threads) =>
        Assert.Equal(threads, EngineFactory.ForOneAtATime(Mode.TryParse(mode, Precision.Int8)!, cores: 8).IntraOpThreads);
}
