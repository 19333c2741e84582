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

    [Theory]
    [InlineData(1, 1, 8, 1)]
    [InlineData(2, 1, 8, 8)]
    [InlineData(4, 2, 8, 4)]
    [InlineData(4, 8, 8, 1)]
    [InlineData(4, 256, 8, 1)]
    public void Threads_of_sessions_and_students_side_by_side_are_no_more_than_the_cores(int students, int threads, int cores,
        int atOnce) =>
        Assert.Equal(atOnce, EngineFactory.AtOnce(students, threads, cores));

    [Theory]
    [InlineData(0, 2, 8, 2)] // the teacher: nobody helps
    [InlineData(1, 2, 8, 2)]
    [InlineData(3, 2, 8, 6)] // two callers with three students each
    [InlineData(3, 4, 8, 8)] // never more than the cores
    [InlineData(3, 12, 8, 12)] // unless there are more callers
    public void Runs_at_once_are_one_a_caller_and_those_of_helpers(int students, int callers, int cores, int runs) =>
        Assert.Equal(runs, EngineFactory.RunsAtOnce(students, callers, threads: 1, cores));
}
