namespace Worker.Tests.Control.Simulated;

/// <summary>Arrivals of simulated documents, from a seed: the same on every machine.</summary>
internal static class SimulatedLoad
{
    /// <summary>Poisson arrivals, at one rate after the other.</summary>
    public static SimulatedDocument[] Of(int seed, params (double Seconds, double PerSecond)[] parts)
    {
        Random random = new(seed);
        List<SimulatedDocument> documents = [];
        double start = 0;
        foreach ((double seconds, double perSecond) in parts)
        {
            for (double at = start + Wait(random, perSecond); at < start + seconds; at += Wait(random, perSecond))
                documents.Add(new SimulatedDocument(at));
            start += seconds;
        }

        return [.. documents];
    }

    /// <summary>A rate that changes after some seconds (exponential, mean 8) to calm times a Pareto number (exponent 1.2, so of no finite
    /// variance), at most <paramref name="most"/>.</summary>
    public static (double Seconds, double PerSecond)[] HeavyTailed(int seed, double seconds, double calm, double most)
    {
        Random random = new(seed);
        List<(double, double)> parts = [];
        for (double at = 0; at < seconds;)
        {
            double length = Math.Min(Wait(random, 1.0 / 8), seconds - at);
            parts.Add((length, Math.Min(most, calm * Math.Pow(1 - random.NextDouble(), -1 / 1.2))));
            at += length;
        }

        return [.. parts];
    }

    /// <summary>How many come in each slot of a load.</summary>
    public static double[] BySlot(IEnumerable<SimulatedDocument> documents, double slotSeconds, double seconds)
    {
        double[] slots = new double[(int)Math.Ceiling(seconds / slotSeconds)];
        foreach (SimulatedDocument document in documents) slots[(int)(document.ArrivedAt / slotSeconds)]++;
        return slots;
    }

    private static double Wait(Random random, double perSecond) => -Math.Log(1 - random.NextDouble()) / perSecond;
}
