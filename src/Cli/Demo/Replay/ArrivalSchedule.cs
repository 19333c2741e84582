using Sluice.Cli.Demo.Settings;

namespace Sluice.Cli.Demo.Replay;

/// <summary>A stretch of a schedule in which documents come at one rate.</summary>
/// <param name="Name">In a word: <c>before</c>, <c>burst</c>, <c>after</c>.</param>
/// <param name="Start">Since the first document was due.</param>
/// <param name="End">Likewise; the next stretch begins there.</param>
/// <param name="PerSecond">Documents per second, above 0.</param>
internal sealed record ArrivalPhase(string Name, TimeSpan Start, TimeSpan End, double PerSecond)
{
    /// <summary>How long it is.</summary>
    public TimeSpan Length => End - Start;
}

/// <summary>When each document is due, whatever becomes of those before it: an open loop. Immutable.</summary>
internal sealed class ArrivalSchedule
{
    private readonly double[] _documents; // due in each phase; whole numbers, or infinity

    private ArrivalSchedule(IReadOnlyList<ArrivalPhase> phases)
    {
        Phases = phases;
        // The tiny share taken away keeps 10 s of 20.1/s at 201 documents, not 202.
        _documents = [.. phases.Select(phase => Math.Ceiling((phase.PerSecond * phase.Length.TotalSeconds) - 1e-6))];
    }

    /// <summary>Its stretches, in order and without gaps.</summary>
    public IReadOnlyList<ArrivalPhase> Phases { get; }

    /// <summary>All that are due, where it ends.</summary>
    public int Documents => (int)_documents.Sum();

    /// <summary>When it is over.</summary>
    public TimeSpan End => Phases[^1].End;

    /// <summary>One rate for ever.</summary>
    /// <param name="perSecond">Documents per second, above 0.</param>
    public static ArrivalSchedule Steady(double perSecond) =>
        new([new ArrivalPhase("steady", TimeSpan.Zero, TimeSpan.MaxValue, perSecond)]);

    /// <summary>A calm rate, a burst of so many times that, and the calm rate again.</summary>
    /// <param name="calmPerSecond">Documents per second, above 0.</param>
    /// <param name="burst">How much and how long.</param>
    public static ArrivalSchedule Burst(double calmPerSecond, BurstOptions burst)
    {
        TimeSpan rise = burst.Before, fall = rise + burst.During;
        return new(
        [
            new ArrivalPhase("before", TimeSpan.Zero, rise, calmPerSecond),
            new ArrivalPhase("burst", rise, fall, calmPerSecond * burst.Times),
            new ArrivalPhase("after", fall, fall + burst.After, calmPerSecond),
        ]);
    }

    /// <summary>When a document is due.</summary>
    /// <param name="index">Its place, from 0 to before <see cref="Documents"/>.</param>
    /// <returns>Since the first one was.</returns>
    public TimeSpan DueOf(int index)
    {
        double place = index;
        int phase = 0;
        for (; phase < Phases.Count - 1 && place >= _documents[phase]; phase++) place -= _documents[phase];
        return Phases[phase].Start + TimeSpan.FromSeconds(place / Phases[phase].PerSecond);
    }

    /// <summary>How many were due before a moment.</summary>
    /// <param name="moment">Since the first one was due; what is below 0 or behind the end is taken as these.</param>
    public int DueBefore(TimeSpan moment)
    {
        double due = 0;
        for (int phase = 0; phase < Phases.Count && moment > Phases[phase].Start; phase++)
        {
            double seconds = (moment - Phases[phase].Start).TotalSeconds;
            due += Math.Min(_documents[phase], Math.Ceiling((seconds * Phases[phase].PerSecond) - 1e-6));
        }

        return (int)due;
    }

    /// <summary>The stretch that a moment falls into; what is behind the end is of the last.</summary>
    public ArrivalPhase PhaseAt(TimeSpan moment) => Phases.LastOrDefault(phase => moment >= phase.Start) ?? Phases[0];
}
