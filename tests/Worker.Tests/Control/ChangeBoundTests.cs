using Sluice.Inference.Modes;
using Sluice.Worker.Control;

namespace Worker.Tests.Control;

/// <summary>How often an adversary that knows all can make it change: every course of a minute is tried, on a ladder of three.</summary>
public sealed class ChangeBoundTests(ITestOutputHelper output)
{
    /// <summary>Turns, drops after a climb, of any minute at the default hold of a second, whatever the ladder: at most two in 7 s, one at
    /// once after a hold of 1 s and one 4 s after a hold of 2 s, and two at the minute's edges.</summary>
    public const int TurnsAMinute = 19;

    /// <summary>Changes of any minute on a ladder of three.</summary>
    private const int ChangesAMinute = 40;

    private const int StepsASecond = 1;

    private static readonly double[] Capacities = [100, 200, 400];

    private static readonly (double Arrivals, double Waiting)[] Loads =
        [.. from arrivals in new double[] { 0, 130, 260, 600 } from waiting in new double[] { 0, 250 } select (arrivals, waiting)];

    private static readonly ModePolicy Policy = new(
        new ModeLadder(Enumerable.Range(1, 3).Select(n => new Rung(Mode.Students(n, Precision.Int8), 0.9 + (n * 0.01)))),
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    [Fact]
    public void No_course_of_a_minute_has_more_turns_or_changes_than_stated()
    {
        List<Step[]> graph = Explore();
        (int turns, int changes) = (Most(graph, step => step.Turns), Most(graph, step => step.Changes));
        output.WriteLine($"{graph.Count} states: at most {turns} turns and {changes} changes a minute");
        Assert.InRange(turns, 1, TurnsAMinute);
        Assert.InRange(changes, 1, ChangesAMinute);
    }

    /// <summary>The most of something in a minute, from whichever state.</summary>
    private static int Most(List<Step[]> graph, Func<Step, int> worth)
    {
        int[] most = new int[graph.Count];
        for (int step = 0; step < 60 * StepsASecond; step++)
            most = [.. graph.Select(steps => steps.Max(to => worth(to) + most[to.State]))];
        return most.Max();
    }

    /// <summary>All states that can be reached, by what leads from each to the next.</summary>
    private static List<Step[]> Explore()
    {
        Dictionary<string, int> numbers = [];
        List<PolicyState> states = [];
        List<Step[]> graph = [];
        Number(Policy.Start(TimeSpan.Zero));
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
                ControlSample sample = new(TimeSpan.FromSeconds(1.0 / StepsASecond), waiting, arrivals, Capacities);
                bool climbed = state.ClimbedAt is not null;
                (state, ModeDecision decision) = Policy.Next(state, sample);
                if (!decision.Changed) continue;
                changes++;
                if (climbed && decision.Rung > decision.Previous) turns++;
            }

            return new Step(Number(state), turns, changes);
        }

        int Number(PolicyState state)
        {
            state = SinceNow(state);
            string key = $"{state.Rung} {state.DroppedAt} {state.ClimbedAt} {state.Hold} {string.Join(' ', state.Trials)}";
            if (numbers.TryGetValue(key, out int number)) return number;
            states.Add(state);
            return numbers[key] = states.Count - 1;
        }
    }

    /// <summary>The same state with the last sample at 0, and what is long past as one.</summary>
    private static PolicyState SinceNow(PolicyState state)
    {
        TimeSpan now = state.SampledAt;
        return state with
        {
            DroppedAt = Past(state.DroppedAt, 4),
            SampledAt = TimeSpan.Zero,
            ClimbedAt = state.ClimbedAt is { } climbed ? Past(climbed, 5) : null,
            Trials = [.. state.Trials.Select(trial => trial is { } old ? old with { Since = Past(old.Since, 8) } : (Trial?)null)],
        };

        TimeSpan Past(TimeSpan at, int seconds) => TimeSpan.FromSeconds(Math.Max((at - now).TotalSeconds, -seconds));
    }

    private readonly record struct Step(int State, int Turns, int Changes);
}
