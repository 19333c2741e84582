using Sluice.Inference.Modes;
using Sluice.Worker.Control;

namespace Worker.Tests.Control;

/// <summary>How often an adversary that knows all can make it change: every course of a minute in steps of a part of a hold is tried, over
/// eight loads, on a ladder of three with fixed capacities.</summary>
public sealed class ChangeBoundTests(ITestOutputHelper output)
{
    private static readonly double[] Capacities = [100, 200, 400];

    private static readonly (double Arrivals, double Waiting)[] Loads =
        [.. from arrivals in new double[] { 0, 130, 260, 600 } from waiting in new double[] { 0, 250 } select (arrivals, waiting)];

    /// <summary>Turns, drops after a climb, of any minute, whatever the ladder: at most two in seven holds, one at once after a hold and
    /// one four holds after twice the hold, and two at the minute's edges. A hold of more than a second leads to no more than one of a
    /// second.</summary>
    public static int TurnsAMinute(TimeSpan hold) => (int)(2 + (2 * 60 / (7 * Math.Min(1, hold.TotalSeconds))));

    [Theory]
    [InlineData(1, 2)]
    [InlineData(0.5, 1)]
    [InlineData(0.1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 4)]
    public void No_course_of_a_minute_has_more_turns_than_stated_or_more_changes_than_two_a_turn(double hold, int stepsAHold)
    {
        List<Step[]> graph = Explore(TimeSpan.FromSeconds(hold), stepsAHold);
        int steps = (int)Math.Round(60 / hold * stepsAHold);
        (int turns, int changes) = (Most(graph, steps, step => step.Turns), Most(graph, steps, step => step.Changes));
        output.WriteLine($"hold {hold} s, {stepsAHold} steps a hold, {graph.Count} states: at most {turns} turns and {changes} changes");
        int most = TurnsAMinute(TimeSpan.FromSeconds(hold));
        Assert.InRange(turns, 1, most);
        Assert.InRange(changes, 1, (2 * most) + 2); // and a rung further down at either edge
    }

    /// <summary>The most of something in a minute, from whichever state.</summary>
    private static int Most(List<Step[]> graph, int steps, Func<Step, int> worth)
    {
        int[] most = new int[graph.Count];
        for (int step = 0; step < steps; step++)
            most = [.. graph.Select(ways => ways.Max(to => worth(to) + most[to.State]))];
        return most.Max();
    }

    /// <summary>All states that can be reached, by what leads from each to the next.</summary>
    private static List<Step[]> Explore(TimeSpan hold, int stepsAHold)
    {
        ModePolicy policy = new(
            new ModeLadder(Enumerable.Range(1, 3).Select(n => new Rung(Mode.Students(n, Precision.Int8), 0.9 + (n * 0.01)))),
            TimeSpan.FromSeconds(1), hold);
        double longest = Math.Max(hold.TotalSeconds, Math.Min(4, 4 * hold.TotalSeconds));
        Dictionary<string, int> numbers = [];
        List<PolicyState> states = [];
        List<Step[]> graph = [];
        Number(policy.Start(TimeSpan.Zero));
        for (int at = 0; at < states.Count; at++)
        {
            PolicyState from = states[at];
            graph.Add([.. Loads.SelectMany(first => Loads.Append(default).Append(default).Select(second => Next(from, first, second)))]);
        }

        return graph;

        // Two samples at one moment: it may drop twice in no time.
        Step Next(PolicyState from, (double, double) first, (double, double) second)
        {
            (PolicyState state, int turns, int changes) = (from, 0, 0);
            foreach ((double arrivals, double waiting) in new[] { first, second })
            {
                ControlSample sample = new(hold / stepsAHold, waiting, arrivals, Capacities);
                bool climbed = state.ClimbedAt is not null;
                (state, ModeDecision decision) = policy.Next(state, sample);
                if (!decision.Changed) continue;
                changes++;
                if (climbed && decision.Rung > decision.Previous) turns++;
            }

            return new Step(Number(state), turns, changes);
        }

        int Number(PolicyState state)
        {
            state = SinceNow(state, longest);
            string key = $"{state.Rung} {state.DroppedAt} {state.ClimbedAt} {state.Hold} {string.Join(' ', state.Trials)}";
            if (numbers.TryGetValue(key, out int number)) return number;
            states.Add(state);
            return numbers[key] = states.Count - 1;
        }
    }

    /// <summary>The same state with the last sample at 0, and what is long past as one.</summary>
    private static PolicyState SinceNow(PolicyState state, double longest)
    {
        TimeSpan now = state.SampledAt;
        return state with
        {
            DroppedAt = Past(state.DroppedAt, longest),
            SampledAt = TimeSpan.Zero,
            ClimbedAt = state.ClimbedAt is { } climbed ? Past(climbed, longest + 1) : null,
            Trials = [.. state.Trials.Select(trial => trial is { } old ? old with { Since = Past(old.Since, 2 * longest) } : (Trial?)null)],
        };

        TimeSpan Past(TimeSpan at, double seconds) => TimeSpan.FromSeconds(Math.Max((at - now).TotalSeconds, -seconds));
    }

    private readonly record struct Step(int State, int Turns, int Changes);
}
