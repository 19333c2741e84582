using Sluice.Worker.Diagnostics;

namespace Worker.Benchmarks;

/// <summary>What memory did while documents passed: a sample at the start and at each percent of them. Not thread-safe.</summary>
internal sealed class MemoryCourse(int documents, Action<string> note)
{
    private readonly List<(double Share, MemoryUse Use)> _samples = new(102);
    private int _passed;

    /// <summary>The first sample: all is loaded and no document has passed. Again does nothing.</summary>
    public void Begin()
    {
        if (_samples.Count == 0) Take();
    }

    /// <summary>Documents have passed.</summary>
    public void Pass(int count)
    {
        long before = _passed * 100L / documents;
        _passed += count;
        long percent = _passed * 100L / documents;
        if (percent == before) return;
        Take();
        if (percent % 10 == 0) note($"{_passed:#,##0} documents, {MiB(_samples[^1].Use.Resident):0.0} MiB");
    }

    /// <summary>Difference between the first sample from a share on and the last, relative to the former.</summary>
    public double GrowthFrom(double share)
    {
        long from = _samples.First(sample => sample.Share >= share).Use.Resident;
        return Math.Abs(_samples[^1].Use.Resident - from) / (double)from;
    }

    public void AddTable(BenchmarkReport report)
    {
        ReportTable table = report.AddTable("Resident memory by owner, MiB", "documents", "all", "managed", "ONNX Runtime's arena", "other");
        double next = 0;
        foreach ((double share, MemoryUse use) in _samples)
        {
            if (share < next && share < 1) continue;
            table.AddRow((int)Math.Round(share * documents), MiB(use.Resident), MiB(use.Managed), MiB(use.Arena), MiB(use.Other));
            next += 0.1;
        }
    }

    private static double MiB(long bytes) => Math.Round(bytes / (double)(1 << 20), 1);

    private void Take() => _samples.Add(((double)_passed / documents, MemoryUse.Read()));
}
