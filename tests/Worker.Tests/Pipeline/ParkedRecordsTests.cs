using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Pipeline;

public sealed class ParkedRecordsTests
{
    private static readonly Rejection Unknown = new(RejectionReason.UnknownSchema, "no such schema");

    private readonly PipelineFailure _failure = new(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), new Redaction([]),
        NullLogger<PipelineFailure>.Instance);
    private readonly ParkedRecords _parked;
    private readonly List<(long[] Offsets, Rejection? Unprepared)> _wentOn = [];

    public ParkedRecordsTests() => _parked = new ParkedRecords(_failure);

    [Fact]
    public async Task Those_that_wait_for_one_thing_go_on_together_and_in_their_order()
    {
        TaskCompletionSource<Rejection?> one = Pending(), other = Pending();
        Assert.True(_parked.TryAdd(Record(1), one.Task, GoOn));
        Assert.True(_parked.TryAdd(Record(2), other.Task, GoOn));
        Assert.True(_parked.TryAdd(Record(3), one.Task, GoOn));
        Task all = _parked.WaitForAllAsync(CancellationToken.None);
        other.SetResult(Unknown);
        Assert.False(all.IsCompleted);
        one.SetResult(null);
        await all.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(2, _wentOn.Count);
        Assert.Equal([1, 3], Assert.Single(_wentOn, group => group.Unprepared is null).Offsets);
        Assert.Equal([2], Assert.Single(_wentOn, group => group.Unprepared == Unknown).Offsets);
    }

    [Fact]
    public async Task What_is_there_already_is_not_parked()
    {
        Assert.False(_parked.TryAdd(Record(1), Task.FromResult<Rejection?>(null), GoOn));
        await _parked.WaitForAllAsync(CancellationToken.None);
        Assert.Empty(_wentOn);
    }

    [Fact]
    public async Task A_thousand_that_are_parked_while_it_comes_go_on_or_are_left_to_the_caller_each_once()
    {
        for (int turn = 0; turn < 50; turn++)
        {
            TaskCompletionSource<Rejection?> ready = Pending();
            Task<int> adding = Task.Run(() => Enumerable.Range(0, 1000).Count(offset => !_parked.TryAdd(Record(offset), ready.Task, GoOn)));
            ready.SetResult(null);
            int left = await adding;
            await _parked.WaitForAllAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(1000, left + _wentOn.Sum(group => group.Offsets.Length));
            _wentOn.Clear();
        }
    }

    [Fact]
    public async Task A_failure_of_what_they_wait_for_stops_the_worker()
    {
        TaskCompletionSource<Rejection?> ready = Pending();
        Assert.True(_parked.TryAdd(Record(1), ready.Task, GoOn));
        InvalidOperationException broken = new("broken");
        ready.SetException(broken);
        await _parked.WaitForAllAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Same(broken, _failure.First);
        Assert.Empty(_wentOn);
    }

    [Fact]
    public async Task When_the_steps_must_stop_nobody_waits_any_longer()
    {
        Assert.True(_parked.TryAdd(Record(1), Pending().Task, GoOn));
        _failure.StopNow();
        await _parked.WaitForAllAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Null(_failure.First);
        Assert.Empty(_wentOn);
    }

    private static TaskCompletionSource<Rejection?> Pending() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static SourceRecord Record(long offset) =>
        new(new Envelope(new SourceOffset(new SourcePartition("mails", 0), 0, offset), null, [], null), []);

    private void GoOn(IReadOnlyList<SourceRecord> records, Rejection? unprepared) =>
        _wentOn.Add(([.. records.Select(record => record.Envelope.Source.Offset)], unprepared));
}
