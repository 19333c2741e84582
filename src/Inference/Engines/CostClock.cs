using Sluice.Inference.Machine;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Engines;

/// <summary>
/// Measures what a run costs: the processor time of every thread that worked on it where all of them are ours, which is on a CPU with one
/// thread a session; else the time that passes.
/// </summary>
/// <remarks>
/// <para>Processor time is what a planner has to share out, and a busy neighbour on the machine hardly moves it. A batch whose students ran
/// side by side costs all of theirs, as it does when they run one after another: the cores that it took are cores that other batches did
/// not have.</para>
/// <para>On a GPU the time that passes is a run's own where no other runs meanwhile, which <see cref="DeviceTurn"/> sees to.</para>
/// <para>Read the start and the end of a run on one thread.</para>
/// </remarks>
internal sealed class CostClock(EngineOptions options, TimeProvider time)
{
    private const double ShortestMs = 1e-3; // clocks are coarse, and no run takes no time

    private readonly bool _byProcessorTime = options is { Provider: ExecutionProvider.Cpu, IntraOpThreads: 1 };

    /// <summary>A reading, for <see cref="MillisecondsSince"/>.</summary>
    public long Now() => _byProcessorTime ? ThreadCpuClock.Now() : time.GetTimestamp();

    /// <summary>Milliseconds since a reading of this thread, above 0.</summary>
    /// <param name="reading">From <see cref="Now"/>.</param>
    /// <param name="helpersCpuNs">What other threads spent on the run meanwhile, in nanoseconds of CPU.</param>
    public double MillisecondsSince(long reading, long helpersCpuNs = 0) =>
        double.Max(ShortestMs, _byProcessorTime ? (ThreadCpuClock.Now() - reading + helpersCpuNs) / 1e6
            : time.GetElapsedTime(reading).TotalMilliseconds);
}
