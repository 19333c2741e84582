using Sluice.Inference.Modes;
using Sluice.Worker.Control;

namespace Worker.Tests.Control.Simulated;

/// <summary>The mail model's ladder, with its capacities on the mix of reviews and news (docs/results/students.md, 2 cores).</summary>
internal static class SimulatedMail
{
    public static readonly ModeLadder Ladder = new(
    [
        new(Mode.Teacher(Precision.Int8), 0.9917), new(Mode.Students(1, Precision.Int8), 0.9892), new(Mode.Swift(Precision.Int8), 0.9834),
    ]);

    /// <summary>Documents/s of each rung.</summary>
    public static readonly double[] Capacities = [86, 726, 1040];

    public static readonly double[] Accuracies = [.. Ladder.Rungs.Select(rung => rung.Accuracy)];

    public static ModePolicy Policy(double drainSeconds) => new(Ladder, TimeSpan.FromSeconds(drainSeconds), TimeSpan.FromSeconds(1));

    public static SimulatedWorker Worker(double drainSeconds) => new(Policy(drainSeconds), Capacities);
}
