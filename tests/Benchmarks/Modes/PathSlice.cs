namespace Benchmarks.Modes;

/// <summary>What the path did in some time.</summary>
/// <param name="Documents">Labelled.</param>
/// <param name="Batches">Run.</param>
/// <param name="Seconds">That passed.</param>
/// <param name="CpuSeconds">Of processor time, of the whole process.</param>
/// <param name="Changes">Of the mode.</param>
internal readonly record struct PathSlice(long Documents, long Batches, double Seconds, double CpuSeconds, int Changes)
{
    public static PathSlice operator +(PathSlice a, PathSlice b) => new(a.Documents + b.Documents, a.Batches + b.Batches,
        a.Seconds + b.Seconds, a.CpuSeconds + b.CpuSeconds, a.Changes + b.Changes);

    public static PathSlice operator -(PathSlice a, PathSlice b) => new(a.Documents - b.Documents, a.Batches - b.Batches,
        a.Seconds - b.Seconds, a.CpuSeconds - b.CpuSeconds, a.Changes - b.Changes);

    public double DocumentsASecond => Documents / Seconds;

    public double DocumentsACpuSecond => Documents / CpuSeconds;
}
