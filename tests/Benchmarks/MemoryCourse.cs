using Sluice.Inference.Machine;

namespace Benchmarks;

/// <summary>What memory did while documents passed: a sample at the start and at each percent of them. Not thread-safe.</summary>
internal sealed class MemoryCourse(int documents, Action<string> note)
{
    private readonly List<(int Documents, int Percent, MemoryUse Use)> _samples = new(102);
    private int _passed;

    /// <summary>The first sample: all is loaded and no document has passed. Again does nothing.</summary>
    public void Begin()
    {
        if (_samples.Count == 0) Take();
    }

    /// <summary>Documents have passed.</summary>
    public void Pass(int count)
    {
        int before = Percent;
        _passed += count;
        if (Percent == before) return;
        Take();
        if (Percent / 10 > before / 10) note($"{_passed:#,##0} documents, {MiB(_samples[^1].Use.Resident):0.0} MiB");
    }

    /// <summary>Difference between the first sample from a percent of the documents on and the last, relative to the former.</summary>
    public double GrowthFrom(int percent)
    {
        long from = _samples.First(sample => sample.Percent >= percent).Use.Resident;
        return Math.Abs(_samples[^1].Use.Resident - from) / (double)from;
    }

    /// <param name="report">Gets the table.</param>
    /// <param name="trial">What its title begins with where not all documents ran.</param>
    public void AddTable(BenchmarkReport report, string trial)
    {
        ReportTable table = report.AddTable($"{trial}Resident memory by owner, MiB", "documents", "all", "managed",
            "ONNX Runtime's arena", "rest of the native heap", "other");
        int next = 0;
        foreach ((int passed, int percent, MemoryUse use) in _samples)
        {
            if (percent < next) continue;
            table.AddRow(passed, MiB(use.Resident), MiB(use.Managed), MiB(use.Arena), MiB(use.NativeHeap), MiB(use.Other));
            next = (percent / 10 * 10) + 10;
        }
    }

    private int Percent => (int)(_passed * 100L / documents);

    private static double MiB(long bytes) => Math.Round(bytes / (double)(1 << 20), 1);

    private void Take() => _samples.Add((_passed, Percent, MemoryUse.Read()));
}
