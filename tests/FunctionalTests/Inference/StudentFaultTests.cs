using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sluice.Inference.Batching;
using Sluice.Inference.Engines;
using Sluice.Inference.Machine;
using Sluice.Inference.Students;
using Sluice.Inference.Warmup;

namespace FunctionalTests.Inference;

/// <summary>A group whose students fail, are late, or find no thread to help; and what helpers cost.</summary>
public sealed class StudentFaultTests : IDisposable
{
    private readonly ManualResetEventSlim _secondBegan = new();

    public void Dispose() => _secondBegan.Dispose();

    /// <summary>Four times as long as the slowest of the others, and a second at least.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 8)]
    public async Task A_late_student_is_ended_and_the_prefix_before_it_answers_as_if_alone(int othersTake, int limit)
    {
        using SemaphoreSlim again = new(0);
        TinyGroup? clocked = null;
        using TinyGroup group = new(new HelperThreads(2), number =>
        {
            if (number == 2) _secondBegan.Set();
            else if (_secondBegan.Wait(TimeSpan.FromSeconds(60))) clocked!.Clock.Advance(TimeSpan.FromSeconds(othersTake));
        });
        clocked = group;
        group.IsEndless = number =>
        {
            if (number == 2) again.Release();
            return number == 2;
        };
        var running = group.StartAsync(count: 2);
        Assert.Equal(TimeSpan.FromSeconds(limit), await group.Clock.AwaitTimerAsync());

        group.Clock.Advance(TimeSpan.FromSeconds(limit) - TimeSpan.FromMilliseconds(1));
        while (again.Wait(0)) continue;
        for (int time = 0; time < 3; time++)
            Assert.True(await again.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken), "It was ended too early.");
        Assert.Empty(group.Log.Lines);

        group.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (BatchOutcome outcome, float[] logits) = await running;
        Assert.Equal((2, 1), (outcome.Provenance.Mode.StudentCount, outcome.Provenance.StudentsUsed));
        (int id, LogLevel level, string text) = Assert.Single(group.Log.Lines);
        Assert.Equal((500, LogLevel.Warning), (id, level));
        Assert.StartsWith($"Student 2 of 2 did not come through for a batch of 1 documents and 4 tokens: it was not done "
            + $"{limit + othersTake}.0 s after it began, and was ended. The first 1 answered it", text, StringComparison.Ordinal);

        group.IsEndless = null;
        Assert.Equal(group.Run(1).Logits, logits);
        Assert.Equal(2, group.Run(2).Outcome.Provenance.StudentsUsed); // the run that was ended is good for the next batch
    }

    [Fact]
    public void The_first_student_alone_shows_what_a_run_needs_before_all_run_side_by_side()
    {
        ConcurrentQueue<int> students = [];
        using TinyGroup group = new(new HelperThreads(1), students.Enqueue);
        using MemoryWarmup warmup =
            new(group.Engine, [group.Engine.Modes[^1]], 30, new BatchBudget(8, 32), threads: 1, new EngineOptions(), DeviceTurn.Alone);
        warmup.Prepare();
        int[] ran = [.. students];
        Assert.Equal([1, 2], ran[^2..]); // one document of 32 tokens and eight of 4, in a new process twice over; then the former by both
        Assert.True(ran.Length is 4 or 6, string.Join(" ", ran));
        Assert.All(ran[..^2], student => Assert.Equal(1, student));
    }

    [Fact]
    public void A_student_that_fails_before_the_first_document_ends_the_start_by_name()
    {
        using TinyGroup group = new(new HelperThreads(1), number =>
        {
            if (number == 2) throw new InvalidOperationException("broken.");
        });
        using MemoryWarmup warmup =
            new(group.Engine, [group.Engine.Modes[^1]], 30, new BatchBudget(8, 32), threads: 1, new EngineOptions(), DeviceTurn.Alone);
        Assert.Equal("Student 2 of 2 fails before the first document: broken.",
            Assert.Throws<StudentWarmupException>(warmup.Prepare).Message);
    }

    [Fact]
    public void A_failed_student_leaves_the_prefix_before_it_and_is_named_with_its_cause_once()
    {
        using TinyGroup group = new(new HelperThreads(1), number =>
        {
            if (number == 2) throw new InvalidOperationException("broken.");
        });
        float[] alone = group.Run(1).Logits;
        for (int time = 0; time < 3; time++)
        {
            (BatchOutcome outcome, float[] logits) = group.Run(2);
            Assert.Equal((2, 1), (outcome.Provenance.Mode.StudentCount, outcome.Provenance.StudentsUsed));
            Assert.Equal(alone, logits);
        }

        Assert.StartsWith("Student 2 of 2 did not come through for a batch of 1 documents and 4 tokens: broken. The first 1 answered it",
            Assert.Single(group.Log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_first_student_fails_its_failure_is_thrown()
    {
        using TinyGroup group = new(new HelperThreads(1), number =>
        {
            if (number == 1) throw new InvalidOperationException("broken.");
        });
        Assert.Equal("broken.", Assert.Throws<InvalidOperationException>(() => group.Run(2)).Message);
    }

    [Fact]
    public async Task Helpers_that_do_not_wake_hold_up_no_batch_and_help_with_a_later_one()
    {
        List<Thread> asleep = [];
        bool wake = false;
        using TinyGroup group = new(new HelperThreads(3, asleep.Add), number =>
        {
            if (number == 2) _secondBegan.Set();
            if (number != 1 || !wake) return;
            asleep.ForEach(thread => thread.Start());
            Assert.True(_secondBegan.Wait(TimeSpan.FromSeconds(20)), "Nobody helped."); // only a helper can run the second student now
        });
        for (int time = 0; time < 5; time++) Assert.Equal(2, (await group.StartAsync(count: 2)).Outcome.Provenance.StudentsUsed);

        _secondBegan.Reset();
        wake = true;
        Assert.Equal(2, (await group.StartAsync(count: 2)).Outcome.Provenance.StudentsUsed);
    }

    [Fact]
    public async Task Where_each_core_has_an_inference_thread_nobody_helps()
    {
        using ManualResetEventSlim goOn = new();
        using SemaphoreSlim began = new(0);
        int first = 0, others = 0;
        using TinyGroup group = new(new HelperThreads(2), _ =>
        {
            if (Interlocked.CompareExchange(ref first, Environment.CurrentManagedThreadId, 0) == 0)
            {
                began.Release();
                goOn.Wait(TimeSpan.FromSeconds(60));
            }
            else if (Thread.CurrentThread.Name?.StartsWith("sluice-student-", StringComparison.Ordinal) ?? false)
            {
                Interlocked.Increment(ref others);
            }
        });
        var lone = group.StartAsync(count: 1); // takes the one core until told to go on
        Assert.True(await began.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        for (int time = 0; time < 20; time++) Assert.Equal(0, (await group.StartAsync(count: 2)).Outcome.HelpersCpuNs);
        goOn.Set();
        await lone;
        Assert.Equal(0, others);
    }

    /// <summary>The second student takes 20 ms of CPU on a helper's thread, while the inference thread waits.</summary>
    [Fact]
    public async Task What_a_helper_spends_is_counted_on_its_own_thread()
    {
        using TinyGroup group = new(new HelperThreads(2), number =>
        {
            if (number == 1)
            {
                _secondBegan.Wait(TimeSpan.FromSeconds(60));
                return;
            }

            long began = ThreadCpuClock.Now();
            _secondBegan.Set();
            while (ThreadCpuClock.Now() - began < 20_000_000) continue;
        });
        Assert.InRange((await group.StartAsync(count: 2)).Outcome.HelpersCpuNs, 20_000_000, 60_000_000);
        Assert.Equal(0, (await group.StartAsync(count: 1)).Outcome.HelpersCpuNs);
    }
}
