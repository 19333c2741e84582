using Microsoft.Extensions.Time.Testing;
using Sluice.Inference.Modes;
using Sluice.Worker.Configuration;
using Sluice.Worker.Control;
using Sluice.Worker.InFlight;
using Sluice.Worker.Pipeline;

namespace Worker.Tests.Pipeline;

public sealed class ControlLoopTests
{
    private static readonly Mode Teacher = Mode.Teacher(Precision.Int8), Swift = Mode.Swift(Precision.Int8);
    private static readonly ModeLadder Ladder = new([new Rung(Teacher, 0.99), new Rung(Swift, 0.97)]);

    private readonly FakeTimeProvider _time = new();
    private readonly Lines<ControlService> _lines = new();
    private readonly CurrentMode _mode = new([Teacher, Swift], Teacher);
    private LagSample? _lag;
    private PipelineLoad _load = Load();
    private double[] _capacities = [100, 1000];
    private TimeSpan _at;

    [Fact]
    public void A_backlog_that_the_present_mode_does_not_drain_in_time_sets_a_cheaper_one_and_is_told_with_what_it_was_decided_by()
    {
        ControlLoop loop = Create();
        Look(loop, backlog: 50, arrivals: 10);
        Assert.Equal(Teacher, _mode.Snapshot.Mode);
        ControlSnapshot seen = Look(loop, backlog: 500, arrivals: 60);
        Assert.Equal((Swift, Swift, 1, true), (_mode.Snapshot.Mode, seen.Mode, seen.Rung, seen.IsDegraded));
        Assert.Equal((500d, 60d, 560d, false), (seen.Backlog, seen.ArrivalsPerSecond, seen.Needed, seen.Saturated));
        Assert.Equal(500 / 940d, seen.DrainSeconds!.Value, precision: 9);
        Assert.Equal([new ModeChanges(Swift, ChangeReason.Backlog, 1)], seen.Changes);
        Assert.Equal(["Mode teacher -> swift (backlog): 500 documents wait and 60.0/s arrive, so 560.0/s are needed; "
            + "the mode before can do 100.0/s, this one 1000.0/s"], _lines.Take());
    }

    [Fact]
    public void When_nothing_waits_any_more_the_best_mode_is_set_after_the_hold_and_each_has_the_time_that_it_held()
    {
        ControlLoop loop = Create();
        Look(loop, backlog: 500, arrivals: 0);
        ControlSnapshot seen = Look(loop, backlog: 0, arrivals: 0);
        for (int look = 0; look < 200 && seen.Mode == Swift; look++) seen = Look(loop, backlog: 0, arrivals: 0);
        Assert.Equal((Teacher, false, 0d), (_mode.Snapshot.Mode, seen.IsDegraded, seen.DrainSeconds));
        Assert.InRange(seen.Rungs[1].Held, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(1.1));
        Assert.Equal(_at, seen.Rungs[0].Held + seen.Rungs[1].Held);
    }

    [Fact]
    public void What_is_in_flight_counts_before_the_lag_tells_of_it()
    {
        ControlLoop loop = Create();
        _load = Load(inFlight: 500, waiting: 400, running: 0);
        Look(loop, backlog: 0, arrivals: 0);
        Assert.Equal(Swift, _mode.Snapshot.Mode);
    }

    [Fact]
    public void What_a_batch_has_begun_no_mode_makes_sooner()
    {
        ControlLoop loop = Create();
        _load = Load(inFlight: 500, waiting: 0, running: 480);
        ControlSnapshot seen = Look(loop, backlog: 500, arrivals: 0);
        Assert.Equal((Teacher, 20d, 0.2), (_mode.Snapshot.Mode, seen.Waiting, seen.DrainSeconds));
        _load = Load(inFlight: 1, running: 1);
        Assert.Equal(0, Look(loop, backlog: 1, arrivals: 99).DrainSeconds); // busy, and not late
    }

    /// <summary>One of two partitions has a backlog that is listed and not read.</summary>
    [Fact]
    public void What_is_not_read_for_seconds_though_there_is_room_waits_for_no_mode_and_is_told_once()
    {
        ControlLoop loop = Create();
        ControlSnapshot seen = null!;
        int looks = 0;
        do seen = LookAtTwo(loop, place: 7, unread: 1000);
        while (++looks < 1000 && seen.Mode == Swift);
        Assert.Equal((Teacher, 0d, 0d, 10d), (_mode.Snapshot.Mode, seen.Waiting, seen.DrainSeconds, seen.ArrivalsPerSecond));
        Assert.InRange(_at.TotalSeconds, UnreadWatch.Limit.TotalSeconds + 1, UnreadWatch.Limit.TotalSeconds + 1.5);
        Assert.Equal("1000 records of mails[1], and of 0 more partitions, were not read for seconds though there was room: they wait for "
            + "no mode, and are left out of its choice until some are read", _lines.Take().Single(line => line.Contains("mails[1]")));

        _load = _load with { IsReading = false }; // a burst of the other fills the worker, and is no reason to count it again
        Assert.Equal(0, LookAtTwo(loop, place: 7, unread: 2000).Waiting);
        _load = _load with { IsReading = true };
        Assert.Equal((1990d, Swift), (LookAtTwo(loop, place: 17, unread: 1990).Waiting, _mode.Snapshot.Mode)); // it is read again
        Assert.Contains("No partition is left out of the choice of the mode any more", _lines.Take());
    }

    [Fact]
    public void What_is_not_read_because_there_is_no_room_waits_all_the_same()
    {
        ControlLoop loop = Create();
        ControlSnapshot seen = null!;
        for (int look = 0; look < 1000; look++)
        {
            _load = Load() with { IsReading = look % 100 > 0 };
            seen = LookAtTwo(loop, place: 7, unread: 1000);
        }

        Assert.Equal((Swift, 1000d), (seen.Mode, seen.Waiting));
    }

    [Fact]
    public void A_partition_whose_arrivals_are_not_known_yet_makes_the_lag_less_than_whole()
    {
        ControlLoop loop = Create();
        _lag = new LagSample(_at, [Partition(0, 0, 10), new PartitionLag(new SourcePartition("mails", 1), 0, 0, null, null)]);
        Assert.False(LookOnly(loop).IsKnown);
    }

    [Fact]
    public void A_lag_that_nobody_has_looked_at_for_seconds_is_unknown_and_no_reason_to_go_up()
    {
        ControlLoop loop = Create();
        Look(loop, backlog: 500, arrivals: 0);
        LagSample old = _lag = Sample(0, 0);
        ControlSnapshot seen = null!;
        for (int look = 0; look < 500; look++)
        {
            Assert.Same(old, _lag);
            seen = LookOnly(loop);
        }

        // It went up while that was fresh, and what is in flight brings it down.
        Assert.Equal((Teacher, false, (double?)null, (double?)null), (seen.Mode, seen.IsKnown, seen.Backlog, seen.DrainSeconds));
        _load = Load(inFlight: 500, waiting: 400, running: 0);
        _lines.Take();
        Assert.Equal(Swift, LookOnly(loop).Mode);
        Assert.Equal(["Mode teacher -> swift (backlog): 500 documents wait or more, and how many arrive is not known, so 500.0/s or more "
            + "are needed; the mode before can do 100.0/s, this one 1000.0/s"], _lines.Take());
        _load = Load(inFlight: 2000, waiting: 2000);
        for (int look = 0; look < 60; look++) LookOnly(loop);
        Assert.Equal(["The fastest mode that is allowed, swift, is not enough: 2000 documents wait or more, and how many arrive is not "
            + "known, so 2000.0/s or more are needed and 1000.0/s can be had. The lag stays in Kafka and nothing is lost; the brokers "
            + "do not tell it"], _lines.Take());
        _load = Load();
        for (int look = 0; look < 500; look++) seen = LookOnly(loop);
        Assert.Equal(Swift, seen.Mode);
    }

    [Fact]
    public void A_named_mode_stays_whatever_waits_and_nothing_is_told()
    {
        ControlLoop loop = Create(isFixed: true);
        ControlSnapshot seen = null!;
        for (int look = 0; look < 200; look++) seen = Look(loop, backlog: 100_000, arrivals: 5000);
        Assert.Equal((Teacher, true, true), (_mode.Snapshot.Mode, seen.IsFixed, seen.Saturated));
        Assert.Equal((double.PositiveInfinity, 0), (seen.DrainSeconds, seen.Changes.Count));
        for (int look = 0; look < 300; look++) seen = LookAtTwo(loop, place: 7, unread: 1000);
        Assert.Equal(0, seen.Waiting);
        Assert.Empty(_lines.Seen);
    }

    [Fact]
    public void A_load_that_the_fastest_mode_cannot_take_is_told_once_when_it_goes_on_and_once_when_it_is_over()
    {
        ControlLoop loop = Create();
        Look(loop, backlog: 5000, arrivals: 2000);
        for (int look = 0; look < 40; look++) Look(loop, backlog: 5000, arrivals: 2000);
        _lines.Take();
        for (int look = 0; look < 400; look++) Look(loop, backlog: look % 10 == 0 ? 0 : 5000, arrivals: look % 10 == 0 ? 0 : 2000);
        Assert.StartsWith("The fastest mode that is allowed, swift, is not enough: ", Assert.Single(_lines.Take()),
            StringComparison.Ordinal);
        for (int look = 0; look < 60; look++) Look(loop, backlog: 500, arrivals: 300);
        Assert.Equal(["What arrives can be labelled in time again, after 8 s"], _lines.Take());
    }

    /// <summary>Acknowledgements are slow: 50/s come through, whatever labels them, and the rest waits in Kafka.</summary>
    [Fact]
    public void While_the_model_is_idle_though_documents_wait_it_goes_up_to_the_best_mode_for_what_comes_through_and_it_is_told()
    {
        ControlLoop loop = Create();
        ControlSnapshot seen = Look(loop, backlog: 5000, arrivals: 1200);
        Assert.Equal(Swift, seen.Mode);
        for (int look = 1; look <= 150; look++)
        {
            _load = Load(inFlight: 300, running: 300, isIdle: look % 5 > 0 || look < 20, reached: look);
            seen = Look(loop, backlog: 5000, arrivals: 1200);
        }

        Assert.Equal((Teacher, false, 4700d, 1200d), (seen.Mode, seen.Saturated, seen.Waiting, seen.ArrivalsPerSecond));
        Assert.Equal(double.PositiveInfinity, seen.DrainSeconds);
        Assert.Equal(["Mode teacher -> swift (arrivals): 5000 documents wait and 1200.0/s arrive, so 6200.0/s are needed; the mode before "
                + "can do 100.0/s, this one 1000.0/s",
            "Mode swift -> teacher (drained): 0 documents wait and 49.9/s arrive, so 49.9/s are needed; the mode before can do "
                + "1000.0/s, this one 100.0/s",
            "4700 documents wait, and not for the model, which is idle: what comes before or after it is slow (acknowledgements of the "
                + "output topic, the registry, a broker). No cheaper mode than teacher helps, and none is taken for it"],
            _lines.Take().OrderBy(line => !line.Contains("-> swift")).ThenBy(line => line.StartsWith('4')));

        // Then they come as fast as can be: the model is what they wait for, and at once.
        _load = Load(inFlight: 300, waiting: 200, running: 100, reached: 500);
        seen = Look(loop, backlog: 5000, arrivals: 1200);
        Assert.Equal((Swift, true), (seen.Mode, seen.Saturated));
        for (int look = 0; look < 60; look++) Look(loop, backlog: 5000, arrivals: 1200);
        Assert.Contains("Documents wait for the model again, or none waits, after 2 s", _lines.Take());
    }

    private ControlLoop Create(bool isFixed = false) => new(() => _lag, _mode,
        isFixed ? null : new LadderChoice(Ladder, new Floors(Ladder, 1, [], "", _ => null), []), [0.99, 0.97], () => _load,
        (_, _, _) => _capacities, new ControlOptions(), _time, _lines);

    private ControlSnapshot Look(ControlLoop loop, long backlog, double arrivals)
    {
        _lag = Sample(backlog, arrivals);
        return LookOnly(loop);
    }

    private ControlSnapshot LookOnly(ControlLoop loop)
    {
        _time.Advance(ControlService.Period);
        _at += ControlService.Period;
        return loop.Look();
    }

    private ControlSnapshot LookAtTwo(ControlLoop loop, long place, long unread)
    {
        _lag = new LagSample(_at, [Partition(0, 0, 10),
            new PartitionLag(new SourcePartition("mails", 1), unread, unread, 6, null) { Place = place, Unread = unread }]);
        return LookOnly(loop);
    }

    private LagSample Sample(long backlog, double arrivals) => new(_at, [Partition(0, backlog, arrivals)]);

    private static PipelineLoad Load(long inFlight = 0, int waiting = 0, long running = 0, bool isIdle = false, long reached = 0) =>
        new(inFlight, running, IsReading: true, new ModelLoad(waiting, isIdle, reached));

    private static PartitionLag Partition(int number, long backlog, double arrivals) =>
        new(new SourcePartition("mails", number), backlog, backlog, arrivals, null);
}
