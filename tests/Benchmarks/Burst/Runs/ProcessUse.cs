using System.Globalization;

namespace Benchmarks.Burst.Runs;

/// <summary>What a process has used so far, by <c>/proc</c>.</summary>
/// <param name="CpuSeconds">Of all its threads.</param>
/// <param name="ResidentBytes">Memory it holds now.</param>
/// <param name="PeakBytes">The most it ever held.</param>
internal readonly record struct ProcessUse(double CpuSeconds, long ResidentBytes, long PeakBytes)
{
    private const double TicksPerSecond = 100; // USER_HZ

    public static double MiB(long bytes) => bytes / (double)(1 << 20);

    /// <summary>Of a process that runs; null where it is gone, or there is no <c>/proc</c>.</summary>
    public static ProcessUse? TryRead(int id)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{id}/stat"), File.ReadAllLines($"/proc/{id}/status"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <param name="stat">A line as proc(5) has it: the name in brackets may hold anything, utime and stime are fields 14 and 15.</param>
    /// <param name="status">Lines as proc(5) has them.</param>
    internal static ProcessUse Parse(string stat, IEnumerable<string> status)
    {
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // from field 3 on
        Dictionary<string, string> lines = status.Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return new ProcessUse((Number(fields[11]) + Number(fields[12])) / TicksPerSecond, KiB("VmRSS"), KiB("VmHWM"));

        long KiB(string name) => lines.TryGetValue(name, out string? value) ? Number(value.Trim().Split(' ')[0]) * 1024 : 0;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
