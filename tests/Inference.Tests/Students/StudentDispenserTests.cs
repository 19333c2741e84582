using Sluice.Inference.Students;

namespace Inference.Tests.Students;

public sealed class StudentDispenserTests
{
    private readonly StudentDispenser _shares = new();

    [Fact]
    public void The_first_student_is_the_callers_and_the_others_are_handed_out_in_order_once()
    {
        int batch = _shares.Begin();
        Assert.Equal([2, 3, 4], TakeAll(batch, 4));
        Assert.Empty(TakeAll(batch, 4));
    }

    [Fact]
    public void Who_comes_with_the_number_of_an_earlier_batch_gets_nothing_and_takes_nothing_from_the_next()
    {
        int earlier = _shares.Begin();
        TakeAll(earlier, 3);
        int batch = _shares.Begin();
        Assert.Empty(TakeAll(earlier, 3));
        Assert.Equal([2, 3], TakeAll(batch, 3));
    }

    [Fact]
    public void Threads_that_take_at_once_never_get_the_same_student()
    {
        const int Students = 100;
        int batch = _shares.Begin();
        int[] taken = new int[Students + 1];
        Parallel.For(0, 8, _ =>
        {
            foreach (int student in TakeAll(batch, Students)) Interlocked.Increment(ref taken[student]);
        });
        Assert.All(taken.Skip(2), times => Assert.Equal(1, times));
    }

    private IEnumerable<int> TakeAll(int batch, int count)
    {
        while (_shares.TryTake(batch, count, out int student)) yield return student;
    }
}
