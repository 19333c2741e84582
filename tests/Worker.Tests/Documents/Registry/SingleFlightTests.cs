using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Documents.Registry;

namespace Worker.Tests.Documents.Registry;

public sealed class SingleFlightTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_hundred_concurrent_callers_cause_one_fetch()
    {
        var gate = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        int fetches = 0;
        var flights = Create(_ =>
        {
            Interlocked.Increment(ref fetches);
            return gate.Task;
        });

        Task<string>[] callers = [.. Enumerable.Range(0, 100).Select(_ => Task.Run(() => flights.GetAsync(7, CancellationToken.None)))];
        gate.SetResult("schema");

        Assert.All(await Task.WhenAll(callers), value => Assert.Equal("schema", value));
        Assert.Equal(1, fetches);
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_end_the_fetch_of_the_others()
    {
        var gate = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var flights = Create(_ => gate.Task);
        using var impatient = new CancellationTokenSource();
        Task<string> first = flights.GetAsync(1, impatient.Token), second = flights.GetAsync(1, CancellationToken.None);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult("late");

        Assert.Equal("late", await second);
    }

    [Fact]
    public async Task A_failure_that_may_pass_is_forgotten()
    {
        int fetches = 0;
        var flights = Create(_ => ++fetches == 1 ? throw new RegistryUnavailableException("down") : Task.FromResult("up"));

        await Assert.ThrowsAsync<RegistryUnavailableException>(() => flights.GetAsync(1, CancellationToken.None));

        Assert.Equal("up", await flights.GetAsync(1, CancellationToken.None));
    }

    [Fact]
    public async Task A_kept_failure_is_the_answer_until_its_time_is_over()
    {
        int fetches = 0;
        var flights = Create(_ => ++fetches == 1 ? throw new SchemaNotFoundException("unknown") : Task.FromResult("registered since"));

        await Assert.ThrowsAsync<SchemaNotFoundException>(() => flights.GetAsync(1, CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(9.9));
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => flights.GetAsync(1, CancellationToken.None));
        Assert.Equal(1, fetches);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("registered since", await flights.GetAsync(1, CancellationToken.None));
    }

    [Fact]
    public async Task A_failure_that_stands_is_the_answer_until_the_next_fetch_has_ended()
    {
        TaskCompletionSource<string> next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int fetches = 0;
        var flights = Create(_ => ++fetches == 1 ? throw new SchemaNotFoundException("hangs") { TimesHung = 1 } : next.Task);
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => flights.GetAsync(1, CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(10));

        for (int i = 0; i < 3; i++)
            Assert.True(flights.GetAsync(1, CancellationToken.None).IsFaulted);
        next.SetResult("there at last");

        Assert.Equal(2, fetches);
        string? value = null;
        while (value is null) // its fetch goes on beside this test
        {
            Task<string> got = flights.GetAsync(1, CancellationToken.None);
            if (got.IsCompletedSuccessfully) value = await got;
            else await Task.Yield();
        }

        Assert.Equal("there at last", value);
    }

    [Fact]
    public async Task A_value_that_is_no_longer_needed_is_fetched_again_for_the_next()
    {
        TaskCompletionSource<string> gate = new();
        int fetches = 0;
        var flights = Create(_ => ++fetches == 1 ? gate.Task : Task.FromResult("again"));
        Task<string> first = flights.GetAsync(1, CancellationToken.None);
        flights.Forget(1); // not while it is under way
        flights.Forget(2);
        gate.SetResult("first");
        Assert.Equal("first", await first);
        Assert.Equal("first", await flights.GetAsync(1, CancellationToken.None));
        flights.Forget(1);
        Assert.Equal("again", await flights.GetAsync(1, CancellationToken.None));
    }

    [Fact]
    public async Task Made_up_keys_cannot_fill_the_memory()
    {
        int fetches = 0;
        var flights = Create(key =>
        {
            fetches++;
            throw new SchemaNotFoundException("unknown");
        });
        for (int key = 0; key <= SingleFlight<int, string>.MostFailures; key++)
            await Assert.ThrowsAsync<SchemaNotFoundException>(() => flights.GetAsync(key, CancellationToken.None));

        await Assert.ThrowsAsync<SchemaNotFoundException>(() => flights.GetAsync(0, CancellationToken.None));

        Assert.Equal(SingleFlight<int, string>.MostFailures + 2, fetches);
    }

    [Fact]
    public async Task A_value_once_there_is_handed_out_without_allocating()
    {
        var flights = Create(_ => Task.FromResult("kept"));
        await flights.GetAsync(1, CancellationToken.None);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 1000; i++)
                _ = flights.GetAsync(1, CancellationToken.None).IsCompletedSuccessfully;
        }));
    }

    private SingleFlight<int, string> Create(Func<int, Task<string>> fetch) => new(
        (key, _) => fetch(key),
        failure => failure is SchemaNotFoundException found ? new(TimeSpan.FromSeconds(10), found.TimesHung > 0) : default,
        _time,
        CancellationToken.None);
}
