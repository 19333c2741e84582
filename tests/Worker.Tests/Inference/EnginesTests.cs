using Sluice.Worker.Control;
using Sluice.Worker.Inference;

namespace Worker.Tests.Inference;

public sealed class EnginesTests
{
    [Theory]
    [InlineData("teacher", 8)]
    [InlineData("swift", 8)]
    [InlineData("students:1", 8)]
    [InlineData("students:2", 1)]
    [InlineData("students:6", 1)]
    public void One_at_a_time_a_lone_graph_has_all_cores_and_students_side_by_side_one_each(string mode, int threads) =>
        Assert.Equal(threads, Engines.ForOneAtATime(Mode.TryParse(mode, Precision.Int8)!, cores: 8).IntraOpThreads);

    [Theory]
    [InlineData(1, 1, 8, 1)]
    [InlineData(2, 1, 8, 8)]
    [InlineData(4, 2, 8, 4)]
    [InlineData(4, 8, 8, 1)]
    [InlineData(4, 256, 8, 1)]
    public void Threads_of_sessions_and_students_side_by_side_are_no_more_than_the_cores(int students, int threads, int cores, int atOnce) =>
        Assert.Equal(atOnce, Engines.AtOnce(students, threads, cores));
}
