namespace Benchmarks.Burst;

/// <summary>A system under bursts, one after another in one run.</summary>
/// <param name="System">Its name.</param>
/// <param name="Texts">Name of the texts.</param>
/// <param name="Multiples">Sizes of the bursts.</param>
internal sealed record PlannedBursts(string System, string Texts, params IReadOnlyList<int> Multiples)
{
    public override string ToString() => $"{System} on {Texts}, burst {string.Join("x, ", Multiples)}x";
}

/// <summary>What of a plan fits into its time. Runs stand in the order of their worth for the figures, which is the order of the run; the
/// bursty day is last, and as long as the rest leaves it.</summary>
/// <param name="Capacities">Seconds until all capacities are measured.</param>
/// <param name="Bursts">What is run.</param>
/// <param name="BurstSeconds">How long that takes.</param>
/// <param name="LeftOut">What is not, for want of time.</param>
/// <param name="Day">Seconds of the bursty day for each system; 0 where there is none.</param>
internal sealed record Timetable(
    double Capacities, IReadOnlyList<PlannedBursts> Bursts, double BurstSeconds, IReadOnlyList<PlannedBursts> LeftOut, double Day)
{
    /// <summary>Seconds of a run beside its load: topics, the system's start and end, reading its labels. 9 to 18 were measured.</summary>
    public const double StartOfARun = 18;

    /// <summary>Systems that see the bursty day.</summary>
    public const int DaySystems = 3;

    // Seconds before the first capacity; of a measurement of one beside its backlog; kept for the day before what is worth less gets any.
    private const double Beginning = 45, StartOfADrain = 8, KeptForADay = 180;

    // Beside the largest, the burst that those see who sustain none: any is too large for them.
    private const int Low = 10;

    /// <summary>All of it, in seconds.</summary>
    public double Seconds => Capacities + BurstSeconds + (Day > 0 ? DaySystems * (Day + StartOfARun) : 0);

    /// <param name="plan">What is asked for.</param>
    /// <param name="modes">How many our model has.</param>
    public static Timetable Of(BurstPlan plan, int modes)
    {
        BurstLengths lengths = plan.Lengths;
        (int ofPlain, int ofOurs) = plan.Has(BurstPart.Mail) ? (3, 2) : (2, 1); // graphs and texts: see BurstSession
        int drains = (ofPlain * (lengths.Policies.Count + lengths.Threads.Count - 1)) + (ofOurs * modes);
        double capacities = Beginning + (drains * (lengths.Drain + StartOfADrain)), taken = 0;
        double left = plan.Time.TotalSeconds - capacities;
        double kept = plan.Has(BurstPart.Day) ? DaySystems * (Math.Min(lengths.Day, KeptForADay) + StartOfARun) : 0;
        List<PlannedBursts> fit = [], leftOut = [];
        foreach (PlannedBursts bursts in Wanted(plan).Where(one => lengths.Systems.Contains(one.System)))
        {
            double seconds = StartOfARun + lengths.Calm + (bursts.Multiples.Count * (lengths.Burst + lengths.After));
            bool fits = taken + seconds + kept <= left;
            (fits ? fit : leftOut).Add(bursts);
            if (fits) taken += seconds;
        }

        double day = Math.Floor(Math.Clamp(((left - taken) / DaySystems) - StartOfARun, 0, lengths.Day));
        return new Timetable(capacities, fit, taken, leftOut, plan.Has(BurstPart.Day) ? day : 0);
    }

    private static IEnumerable<PlannedBursts> Wanted(BurstPlan plan)
    {
        const string Mix = "mix", Mail = "mail";
        IReadOnlyList<int> all = plan.Lengths.Multiples;
        int most = all[^1];
        string[] others = [BurstSession.PlainFp32, BurstSession.Teacher, BurstSession.PlainDynamic];
        if (plan.Has(BurstPart.Mix))
        {
            yield return new(BurstSession.Auto, Mix, all);
            yield return new(BurstSession.Fixed, Mix, all);
            foreach (string system in others) yield return new(system, Mix, most);
        }

        if (plan.Has(BurstPart.Mail))
        {
            foreach (string system in new[] { BurstSession.Auto, BurstSession.PlainFp32, BurstSession.Teacher, BurstSession.Fixed })
                yield return new(system, Mail, BurstSession.MailMultiple);
        }

        if (plan.Has(BurstPart.Mix) && all.Contains(Low) && most != Low)
        {
            foreach (string system in others) yield return new(system, Mix, Low);
        }
    }
}
