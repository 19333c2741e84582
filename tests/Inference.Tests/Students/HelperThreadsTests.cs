using Sluice.Inference.Students;

namespace Inference.Tests.Students;

public sealed class HelperThreadsTests
{
    [Theory]
    [InlineData(1, 1, 8, 1)]
    [InlineData(2, 1, 8, 8)]
    [InlineData(4, 2, 8, 4)]
    [InlineData(4, 8, 8, 1)]
    [InlineData(4, 256, 8, 1)]
    public void Threads_of_sessions_and_students_side_by_side_are_no_more_than_the_cores(int students, int threads, int cores,
        int atOnce) =>
        Assert.Equal(atOnce, HelperThreads.AtOnce(students, threads, cores));
}
