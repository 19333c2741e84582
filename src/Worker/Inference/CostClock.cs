using Sluice.Worker.Diagnostics;
using Sluice.Worker.Onnx;

namespace Sluice.Worker.Inference;

/// <summary>Measures what a run costs: processor time where the caller's thread does all of it, else the time that passes.</summary>
/// <remarks>Processor time is what a planner has to share out, and a busy neighbour on the machine hardly moves it. Read the start and the end of a run on one thread.</remarks>
internal sealed class CostClock(EngineOptions options, TimeProvider time)
{
    private const double ShortestMs = 1e-3; // clocks are coarse, and no run takes no time

    private readonly bool _alone = options is { Provider: ExecutionProvider.Cpu, IntraOpThreads: 1 };

    /// <summary>A reading, for <see cref="MillisecondsSince"/>.</summary>
    public long Now() => _alone ? ThreadCpuClock.Now() : time.GetTimestamp();

    /// <summary>Milliseconds since a reading of this thread, above 0.</summary>
    public double MillisecondsSince(long reading) =>
        double.Max(ShortestMs, _alone ? (ThreadCpuClock.Now() - reading) / 1e6 : time.GetElapsedTime(reading).TotalMilliseconds);
}
