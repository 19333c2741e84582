using Sluice.Inference.Modes;
using Sluice.Worker.Control;

namespace Worker.Tests.Control;

/// <summary>One rung can do 100 documents/s, the next 400, 800 and 1,600; target and hold are a second.</summary>
public sealed class ModePolicyTests
{
    private static readonly double[] Capacities = [100, 400, 800, 1600];

    [Fact]
    public void It_begins_most_accurate_and_stays_so_while_nothing_is_known()
    {
        Course course = new();
        for (int look = 0; look < 100; look++) Assert.False(course.Next(null, null).IsKnown);
        Assert.Equal((0, false), (course.Rung, course.Last.Changed));
    }

    [Fact]
    public void It_drops_at_once_by_as_many_rungs_as_needed()
    {
        ModeDecision decision = new Course().Next(600, 150);
        Assert.Equal((2, 0, ChangeReason.Arrivals, 750.0, 800.0, false),
            (decision.Rung, decision.Previous, decision.Reason, decision.Needed, decision.Capacity, decision.Saturated));
    }

    [Fact]
    public void A_backlog_alone_lowers_too_and_is_told_as_the_reason()
    {
        ModeDecision decision = new Course().Next(20, 1500);
        Assert.Equal((3, ChangeReason.Backlog), (decision.Rung, decision.Reason));
    }

    [Fact]
    public void Where_no_rung_is_enough_it_takes_the_fastest_and_says_so()
    {
        Course course = new();
        ModeDecision decision = course.Next(5000, 5000);
        Assert.Equal((3, ChangeReason.Arrivals, true), (decision.Rung, decision.Reason, decision.Saturated));
        decision = course.Next(5000, 5000);
        Assert.Equal((3, ChangeReason.None, true), (decision.Rung, decision.Reason, decision.Saturated));
    }

    [Fact]
    public void The_fastest_is_not_the_last_where_the_last_is_of_no_use() =>
        Assert.Equal(1, new Course([100, 900, 800, 700]).Next(5000, 5000).Rung);

    [Fact]
    public void What_runs_already_and_a_handful_that_waits_cost_no_rung()
    {
        Course course = new(drain: 0.1);
        Assert.Equal(0, course.Next(90, 16, running: 16).Rung);
        Assert.Equal(0, course.Next(90, 18, running: 16).Rung);
        Assert.Equal(0, course.Next(130, 20, running: 16).Rung); // an estimate from few documents
        Assert.NotEqual(0, course.Next(130, 40, running: 16).Rung);
    }

    [Fact]
    public void It_climbs_after_the_hold_and_straight_to_the_top()
    {
        Course course = new();
        course.Next(1200, 200);
        Assert.Equal(10, course.LooksUntil(0, 20, 0)); // the first look that fits, and a second more
        Assert.Equal((0, 3, ChangeReason.Drained), (course.Last.Rung, course.Last.Previous, course.Last.Reason));
    }

    [Fact]
    public void It_climbs_to_what_would_have_been_enough_with_a_fifth_to_spare()
    {
        Course course = new();
        course.Next(1200, 200);
        Assert.Equal(10, course.LooksUntil(1, 310, 0));
        for (int look = 0; look < 100; look++) course.Next(90, 0);
        Assert.Equal(1, course.Rung);
    }

    [Fact]
    public void One_moment_that_does_not_fit_begins_the_hold_anew()
    {
        Course course = new();
        course.Next(1200, 200);
        for (int look = 0; look < 8; look++) course.Next(20, 0);
        course.Next(300, 0);
        Assert.Equal(10, course.LooksUntil(0, 20, 0));
    }

    [Fact]
    public void A_middling_rung_waits_while_a_better_one_is_being_tried()
    {
        Course course = new();
        course.Next(1200, 200);
        course.Look(8, 300, 0);
        Assert.Equal(10, course.LooksUntil(0, 20, 0));
        Assert.Equal(3, course.Last.Previous);
    }

    [Fact]
    public void But_it_waits_no_longer_than_another_hold()
    {
        Course course = new();
        course.Next(1200, 200);
        course.Next(20, 0);
        Assert.Equal(19, course.LooksUntil(1, 82, 0)); // a little more than the first rung could do with a fifth to spare
    }

    [Fact]
    public void A_climb_that_does_not_last_makes_the_next_one_wait_longer_up_to_four_seconds()
    {
        Course course = new();
        List<int> looks = [];
        for (int time = 0; time < 5; time++)
        {
            course.Next(600, 150);
            looks.Add(course.LooksUntil(0, 20, 0));
        }

        Assert.Equal([10, 20, 40, 40, 40], looks);
        course.Look(45, 20, 0); // this one lasts
        course.Next(600, 150);
        Assert.Equal(10, course.LooksUntil(0, 20, 0));
    }

    [Fact]
    public void It_never_climbs_on_what_it_does_not_know_but_drops_on_what_it_does()
    {
        Course course = new();
        course.Next(20, null);
        Assert.Equal(0, course.Rung);
        Assert.Equal(2, course.Next(600, null).Rung);
        Assert.Equal(3, course.Next(null, 1500).Rung);
        for (int look = 0; look < 1000; look++) course.Next(look % 2 == 0 ? 5 : null, look % 2 == 1 ? 5 : null);
        Assert.Equal(3, course.Rung);
        Assert.Equal(10, course.LooksUntil(0, 5, 0));
    }

    [Fact]
    public void Partitions_that_are_unknown_for_half_a_minute_are_counted_no_more()
    {
        Course course = new();
        Assert.Equal(2, course.Next(600, 150, isWhole: false).Rung);
        Assert.Equal(309, course.LooksUntil(0, 20, 0, isWhole: false));
    }

    [Fact]
    public void A_gap_between_samples_counts_as_nothing_seen()
    {
        Course course = new();
        course.Next(1200, 200);
        for (int look = 0; look < 9; look++) course.Next(20, 0);
        course.Wait(5);
        Assert.Equal(3, course.Next(20, 0).Rung);
        Assert.Equal(9, course.LooksUntil(0, 20, 0));
    }

    [Fact]
    public void A_rung_whose_capacity_is_unknown_is_not_chosen() =>
        Assert.Equal(3, new Course([100, 0, double.NaN, 1600]).Next(300, 100).Rung);

    /// <summary>Capacities are learned as it runs, and may turn out otherwise.</summary>
    [Fact]
    public void It_leaves_a_rung_that_turns_out_to_be_of_no_use_even_where_none_is_enough()
    {
        Course course = new();
        Assert.Equal(3, course.Next(5000, 5000).Rung);
        course.Capacities = [100, 400, 1800, 1600];
        Assert.Equal(10, course.LooksUntil(2, 5000, 5000));
    }

    /// <summary>It is of no use from then on that the upper one would have had a few waiting: the present one has more.</summary>
    [Fact]
    public void It_leaves_a_rung_that_turns_out_slower_than_a_better_one_whose_trial_was_behind()
    {
        Course course = new();
        Assert.Equal(3, course.Next(1200, 200).Rung);
        course.Next(300, 0);
        course.Look(2, 375, 0); // a few more than the second rung does with a fifth to spare
        course.Capacities = [100, 400, 350, 380];
        Assert.InRange(course.LooksUntil(1, 375, 0), 0, 10);
        Assert.Equal(ChangeReason.Drained, course.Last.Reason);
    }

    [Fact]
    public void A_climb_to_a_rung_that_is_no_slower_and_not_enough_either_is_told_as_such()
    {
        Course course = new();
        Assert.Equal(3, course.Next(1200, 200).Rung);
        course.Capacities = [100, 800, 350, 800];
        Assert.InRange(course.LooksUntil(1, 900, 2000), 0, 20);
        Assert.Equal(ChangeReason.NoSlower, course.Last.Reason);
    }

    [Fact]
    public void What_it_cannot_work_with_is_refused()
    {
        ModePolicy policy = new Course().Policy;
        ControlSample sample = new(TimeSpan.Zero, 0, 0, [1, 2]);
        Assert.Throws<ArgumentException>(() => policy.Next(policy.Start(TimeSpan.Zero), sample));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModePolicy(policy.Ladder, TimeSpan.Zero, ModePolicy.LeastHold));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new ModePolicy(policy.Ladder, TimeSpan.FromSeconds(1), ModePolicy.LeastHold - TimeSpan.FromTicks(1)));
    }

    /// <summary>Looks at the load each tenth of a second.</summary>
    private sealed class Course(double[]? capacities = null, double drain = 1)
    {
        private PolicyState? _state;
        private int _tenths;

        public ModePolicy Policy { get; } = new(
            new ModeLadder(Enumerable.Range(0, 4).Select(rung => new Rung(Mode.Students(4 - rung, Precision.Int8), 0.99 - (rung * 0.01)))),
            TimeSpan.FromSeconds(drain), TimeSpan.FromSeconds(1));

        public double[] Capacities { get; set; } = capacities ?? ModePolicyTests.Capacities;

        public ModeDecision Last { get; private set; } = null!;

        public int Rung => _state!.Rung;

        public void Wait(int tenths) => _tenths += 10 * tenths;

        public ModeDecision Next(double? arrivals, double? backlog, double running = 0, bool isWhole = true)
        {
            ControlSample sample = new(TimeSpan.FromSeconds(_tenths++ / 10.0), backlog, arrivals, Capacities, running, isWhole);
            (_state, Last) = Policy.Next(_state ?? Policy.Start(TimeSpan.Zero), sample);
            return Last;
        }

        public void Look(int looks, double arrivals, double backlog)
        {
            for (int look = 0; look < looks; look++) Next(arrivals, backlog);
        }

        /// <summary>How many looks after the first the rung is reached.</summary>
        public int LooksUntil(int rung, double arrivals, double backlog, bool isWhole = true)
        {
            for (int look = 0; look < 1000; look++)
                if (Next(arrivals, backlog, 0, isWhole).Rung == rung) return look;
            throw new InvalidOperationException($"It stays on rung {Rung}.");
        }
    }
}
