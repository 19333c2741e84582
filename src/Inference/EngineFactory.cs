using Microsoft.ML.OnnxRuntime;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Inference.Students;
using Sluice.Inference.Warmup;

namespace Sluice.Inference;

/// <summary>From a mode to the engine that labels in it.</summary>
internal static class EngineFactory
{
    /// <param name="bundle">Checked.</param>
    /// <param name="mode">What labels.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="degraded">Is told of students that fail or are late; null where nobody is.</param>
    /// <param name="strategy">Is told what was measured of two ways to run a group, and which was the faster; null where nobody is.</param>
    /// <exception cref="BundleException">The bundle cannot serve the mode; the message says why.</exception>
    /// <exception cref="ProviderException">The provider asked for cannot be had.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses a graph.</exception>
    public static IEngine Create(ModelBundle bundle, Mode mode, EngineOptions options, Action<DegradedBatch>? degraded = null,
        Action<string, string>? strategy = null) => mode.Kind switch
    {
        _ when StackedGroupEngine.IsWorthATrial(bundle.Manifest, mode, options.Provider) =>
            EngineTrial.Fastest(BothWays(bundle, mode, options, degraded), new CostClock(options, TimeProvider.System), strategy),
        ModeKind.Students => SessionEach(bundle, mode, options, degraded),
        _ => GraphEngine.Create(bundle, mode, options),
    };

    private static IStudentEngine[] BothWays(ModelBundle bundle, Mode mode, EngineOptions options, Action<DegradedBatch>? degraded)
    {
        StackedGroupEngine stacked = StackedGroupEngine.Load(bundle, mode.StudentCount, options);
        try
        {
            return [SessionEach(bundle, mode, options, degraded), stacked];
        }
        catch
        {
            stacked.Dispose();
            throw;
        }
    }

    // On a GPU a session has a stream of its own.
    private static StudentGroupEngine SessionEach(ModelBundle bundle, Mode mode, EngineOptions options,
        Action<DegradedBatch>? degraded) => new(
        StudentGroup.Load(bundle, mode.Precision, mode.StudentCount, options),
        mode.StudentCount,
        bundle.Manifest.Encoder.MaxPositions,
        new HelperThreads(AtOnce(mode.StudentCount, options.IntraOpThreads, Environment.ProcessorCount)),
        degraded);

    /// <summary>
    /// Options for one batch at a time, as soon as may be, on all cores: one core a student where several run side by side, else all cores
    /// in the one graph.
    /// </summary>
    public static EngineOptions ForOneAtATime(Mode mode, int cores) => new() { IntraOpThreads = mode.StudentCount > 1 ? 1 : cores };

    /// <summary>
    /// Cores for callers and helpers together, so that never more threads work than there are cores: a session with threads of its own
    /// takes as many cores.
    /// </summary>
    /// <param name="students">Students of a batch; of one, there is nothing to help with.</param>
    /// <param name="threads">Threads of one session.</param>
    /// <param name="cores">Cores of the machine.</param>
    public static int AtOnce(int students, int threads, int cores) => students == 1 ? 1 : int.Max(1, cores / threads);

    /// <summary>
    /// Most runs of a graph that there can be at once: one a caller, and those of helpers while not all callers have a batch.
    /// </summary>
    /// <param name="students">Students of a batch, or 0 where one graph is the whole model.</param>
    /// <param name="callers">Callers that run batches at once, at least 1.</param>
    /// <param name="threads">Threads of one session.</param>
    /// <param name="cores">Cores of the machine.</param>
    public static int RunsAtOnce(int students, int callers, int threads, int cores) => students < 2 ? callers
        : int.Max(callers, int.Min(callers * students, AtOnce(students, threads, cores)));
}
