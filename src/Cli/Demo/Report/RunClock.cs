using Sluice.Cli.Demo.Replay;
using Sluice.Worker.Observability;

namespace Sluice.Cli.Demo.Report;

/// <summary>
/// Measures one run from its construction to <see cref="Stop"/>: time, the worker's figures, the process's CPU. One thread.
/// </summary>
internal sealed class RunClock(DemoWorker worker, TimeProvider time)
{
    private readonly ProgressSnapshot _before = worker.Progress;
    private readonly TimeSpan _cpuBefore = Environment.CpuUsage.TotalTime;

    /// <summary>The timestamp at which the run began.</summary>
    public long Start { get; } = time.GetTimestamp();

    /// <summary>The timestamp of <see cref="Stop"/>.</summary>
    public long End { get; private set; }

    /// <summary>What the worker did in between.</summary>
    public WorkerFigures? Worker { get; private set; }

    public void Stop()
    {
        End = time.GetTimestamp();
        Worker = WorkerFigures.Between(_before, worker.Progress, Environment.CpuUsage.TotalTime - _cpuBefore);
    }
}
