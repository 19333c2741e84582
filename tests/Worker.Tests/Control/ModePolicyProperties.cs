using FsCheck;
using FsCheck.Fluent;
using Sluice.Inference.Modes;
using Sluice.Worker.Control;

namespace Worker.Tests.Control;

/// <summary>Whatever comes: loads that jump, capacities that swing, samples that are unknown, late or of a part only.</summary>
public sealed class ModePolicyProperties
{
    [Fact]
    public void It_drops_only_where_the_rung_is_too_slow_and_to_the_best_that_fits_or_else_the_fastest() => Check(look =>
    {
        (ModeDecision decision, IReadOnlyList<double> capacities) = (look.Decision, look.Sample.Capacities);
        if (decision.Rung <= decision.Previous) return;
        Assert.True(decision.Needed > capacities[decision.Previous], $"{decision}");
        int[] cheaper = [.. Enumerable.Range(decision.Previous + 1, look.Policy.Ladder.Lowest - decision.Previous)];
        int[] thatFit = [.. cheaper.Where(rung => capacities[rung] >= decision.Needed)];
        Assert.Equal(thatFit.Length > 0 ? thatFit[0] : cheaper.MaxBy(rung => capacities[rung]), decision.Rung);
    });

    /// <summary>No document waits longer than the target on a slow rung while there is a faster one.</summary>
    [Fact]
    public void It_conserves_work() => Check(look =>
    {
        (ModeDecision decision, IReadOnlyList<double> capacities) = (look.Decision, look.Sample.Capacities);
        if (decision.Waiting is not { } waiting || waiting / History.DrainSeconds <= capacities[decision.Rung]) return;
        for (int rung = decision.Rung + 1; rung < capacities.Count; rung++)
            Assert.True(capacities[rung] <= capacities[decision.Rung], $"Rung {rung} is faster: {decision}");
    });

    [Fact]
    public void It_is_saturated_where_nothing_is_enough() => Check(look =>
    {
        double fastest = look.Sample.Capacities.Max();
        if (look.Decision.Saturated) Assert.True(look.Decision.Needed > fastest);
        if (look.Decision.Waiting > fastest * History.DrainSeconds) Assert.True(look.Decision.Saturated);
    });

    [Fact]
    public void It_climbs_only_a_hold_after_the_last_drop_and_where_all_was_known_and_enough_for_that_long() => Check(look =>
    {
        if (!IsClimb(look.Decision)) return;
        if (look.Decision.Waiting > ModePolicy.CalmShare * History.DrainSeconds * look.Sample.Capacities[look.Decision.Previous]
            && look.Decision.Needed > look.Sample.Capacities[look.Decision.Previous])
            Assert.True(look.Decision.Capacity >= look.Sample.Capacities[look.Decision.Previous], $"Late, and slower: {look.Decision}");
        Look[] hold = [.. look.Before.Reverse().TakeWhile(earlier => earlier.Sample.At > look.Sample.At - History.Hold).Prepend(look)];
        int rung = look.Decision.Rung;
        Assert.All(hold, earlier => Assert.True(earlier.Decision.IsKnown));
        Assert.DoesNotContain(hold.Skip(1), earlier => earlier.Decision.Rung > earlier.Decision.Previous);
        if (hold.Any(earlier => earlier.Sample.Capacities[rung] >= earlier.Sample.Capacities[earlier.Decision.Previous])) return;
        // Each look tells of the time since the one before it; that of the first is its own.
        double excess = hold.Zip(hold.Skip(1), (later, earlier) => (later.Sample.At - earlier.Sample.At).TotalSeconds
            * (later.Sample.ArrivalsPerSecond!.Value - (ModePolicy.ClimbMargin * later.Sample.Capacities[rung]))).Sum();
        Assert.True(excess <= 1, $"{excess} documents would wait: {look.Decision}");
    });

    private static bool IsClimb(ModeDecision decision) => decision.Reason is ChangeReason.Drained or ChangeReason.NoSlower;

    /// <summary>Save that it may climb to a middling rung sooner, where more waits than a better one that is tried could have
    /// done.</summary>
    [Fact]
    public void The_more_waits_the_cheaper_it_goes() => Check(look =>
    {
        if (look.Sample.Backlog is not { } backlog) return;
        foreach (double factor in new[] { 1.1, 2, 10 })
        {
            ControlSample more = look.Sample with { Backlog = (backlog * factor) + 1 };
            ModeDecision decision = look.Policy.Next(look.State, more).Decision;
            if (!IsClimb(decision)) Assert.True(decision.Rung >= look.Decision.Rung, $"{decision}, {look.Decision}");
        }
    });

    /// <summary>At the default hold. A turn is a drop after a climb.</summary>
    [Fact]
    public void It_turns_no_more_often_than_is_stated()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            Look[] changes = [.. History.Of(seed, 6000).Where(look => look.Decision.Changed)];
            TimeSpan[] turns = [.. changes.Zip(changes.Skip(1)).Where(pair => Climbs(pair.First) && !Climbs(pair.Second))
                .Select(pair => pair.Second.Sample.At)];
            Assert.DoesNotContain(turns.Zip(turns.Skip(ChangeBoundTests.TurnsAMinute(History.Hold))),
                pair => pair.Second - pair.First < TimeSpan.FromMinutes(1));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

        static bool Climbs(Look look) => look.Decision.Rung < look.Decision.Previous;
    }

    private static void Check(Action<Look> check) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Array.ForEach(History.Of(seed, 400), check))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    /// <summary>One sample and what came of it.</summary>
    private sealed record Look(
        ModePolicy Policy, PolicyState State, ControlSample Sample, ModeDecision Decision, ArraySegment<Look> Before);

    /// <summary>An adversary by a seed: it looks at the rung, and likes to do what turns it.</summary>
    private static class History
    {
        public const double DrainSeconds = 1;
        public static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);

        public static Look[] Of(int seed, int looks)
        {
            Random random = new(seed);
            int rungs = random.Next(1, 7);
            ModePolicy policy = new(
                new ModeLadder(Enumerable.Range(1, rungs).Select(n => new Rung(Mode.Students(n, Precision.Int8), 0.9 + (n * 0.01)))),
                TimeSpan.FromSeconds(DrainSeconds), Hold);
            double[] capacities = [.. Enumerable.Range(0, rungs).Select(rung => 20 * Math.Pow(2, rung + (2 * random.NextDouble()) - 1))];
            double swing = random.Next(3) * 0.2, unknown = random.Next(2) * 0.01;
            PolicyState state = policy.Start(TimeSpan.Zero);
            Look[] told = new Look[looks];
            (TimeSpan at, double load, double waiting) = (TimeSpan.Zero, 0, 0);
            for (int look = 0; look < looks; look++)
            {
                at += TimeSpan.FromMilliseconds(random.Next(200) == 0 ? random.Next(5000) : 20 + random.Next(100));
                if (random.Next(20) == 0 || (random.Next(3) == 0 && at == state.ClimbedAt))
                    (load, waiting) = (capacities[random.Next(rungs)] * 1.5 * random.NextDouble(), capacities[^1] * random.NextDouble());
                if (random.Next(10) == 0) (load, waiting) = (random.NextDouble() * 0.8 * capacities[random.Next(rungs)], 0);
                ControlSample sample = new(at, random.NextDouble() < unknown ? null : waiting, random.NextDouble() < unknown ? null : load,
                    [.. capacities.Select(capacity => capacity * (1 + (swing * (random.NextDouble() - 0.5))))],
                    IsWhole: random.NextDouble() >= unknown);
                (PolicyState next, ModeDecision decision) = policy.Next(state, sample);
                told[look] = new Look(policy, state, sample, decision, new ArraySegment<Look>(told, 0, look));
                state = next;
            }

            return told;
        }
    }
}
