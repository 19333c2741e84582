using System.Globalization;

namespace Benchmarks.Batching;

/// <summary>
/// Repeats a measurement in which other processes of the machine took part of the cores: what is compared is seconds on a clock on the
/// wall.
/// </summary>
/// <remarks>
/// What others took is the busy time of all processors (<c>/proc/stat</c>, steal included, in hundredths of a second) less this process's
/// own. The attempt with the least of it counts, whatever it measured. Where there is no <c>/proc/stat</c> nothing is repeated.
/// </remarks>
internal sealed class Neighbours(int attempts, double tolerated)
{
    private const int TicksPerSecond = 100; // USER_HZ

    /// <summary>Measurements asked for.</summary>
    public int Measurements { get; private set; }

    /// <summary>Attempts that were thrown away.</summary>
    public int Repeated { get; private set; }

    /// <summary>The largest share of the cores that others took in an attempt that counts.</summary>
    public double LargestShare { get; private set; }

    /// <summary>Measures until others take no more than is tolerated, but only so often.</summary>
    public T Undisturbed<T>(Func<T> measure)
    {
        (T best, double share) = Watched(measure);
        Measurements++;
        for (int attempt = 1; attempt < attempts && share > tolerated; attempt++)
        {
            (T again, double others) = Watched(measure);
            Repeated++;
            if (others < share) (best, share) = (again, others);
        }

        LargestShare = Math.Max(LargestShare, share);
        return best;
    }

    private static (T Value, double Others) Watched<T>(Func<T> measure)
    {
        double busy = BusySeconds(), own = Environment.CpuUsage.TotalTime.TotalSeconds;
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        T value = measure();
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds;
        double others = BusySeconds() - busy - (Environment.CpuUsage.TotalTime.TotalSeconds - own);
        return (value, Math.Max(0, others) / (seconds * Environment.ProcessorCount));
    }

    // "cpu" and ten numbers, proc(5): user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice; the last two are in the
    // first two already.
    private static double BusySeconds()
    {
        if (!File.Exists("/proc/stat")) return 0;
        long[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(text =>
            long.Parse(text, CultureInfo.InvariantCulture))];
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) / (double)TicksPerSecond;
    }
}
