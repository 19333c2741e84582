using System.Diagnostics;
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
        Action<string, string>? strategy = null)
    {
        Refuse(bundle, mode, options);
        if (StackedGroupEngine.IsWorthATrial(bundle.Manifest, mode, options.Provider))
        {
            CostClock clock = new(options, TimeProvider.System);
            return EngineTrial.Fastest(BothStrategies(bundle, mode, options, degraded), mode, clock, strategy);
        }

        return mode.Kind switch
        {
            ModeKind.Teacher or ModeKind.Swift => GraphEngine.Create(bundle, mode, options),
            ModeKind.Students => SessionEach(bundle, mode, options, degraded),
            _ => throw new UnreachableException($"Mode {mode.Kind} has no engine. This is a bug."),
        };
    }

    /// <summary>Sessions that are open at once while the engine of a mode is made: of a group one for each student and for each prefix's
    /// head, and where the stacked graphs are tried beside them one for each of those.</summary>
    public static int SessionsOf(Manifest manifest, Mode mode, EngineOptions options) => mode.Kind switch
    {
        ModeKind.Teacher or ModeKind.Swift => 1,
        ModeKind.Students => mode.StudentCount * (StackedGroupEngine.IsWorthATrial(manifest, mode, options.Provider) ? 3 : 2),
        _ => throw new UnreachableException($"Mode {mode.Kind} has no session. This is a bug."),
    };

    private static void Refuse(ModelBundle bundle, Mode mode, EngineOptions options)
    {
        if (options.Refusal(mode.Precision) is { } refusal) throw new ProviderException(refusal);
        if (mode.Precision != Precision.Fp16) return; // the others are in every bundle
        if (bundle.Manifest.LackedBy(mode) is { } role)
            throw BundleException.CannotServe(bundle, mode, $"it has no graph of {role} in {mode.Precision.Name()}");
    }

    private static (string Strategy, IEngine Engine)[] BothStrategies(ModelBundle bundle, Mode mode, EngineOptions options,
        Action<DegradedBatch>? degraded)
    {
        StackedGroupEngine stacked = StackedGroupEngine.Load(bundle, mode, options);
        try
        {
            return [(StudentGroupEngine.Strategy, SessionEach(bundle, mode, options, degraded)), (StackedGroupEngine.Strategy, stacked)];
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
        bundle.Manifest.Encoder.MaxPositions,
        new HelperThreads(HelperThreads.AtOnce(mode.StudentCount, options.IntraOpThreads, Environment.ProcessorCount)),
        degraded);

    /// <summary>
    /// Options for one batch at a time, as soon as may be, on all cores: one core a student where several run side by side, else all cores
    /// in the one graph.
    /// </summary>
    public static EngineOptions ForOneAtATime(Mode mode, int cores) => new() { IntraOpThreads = mode.StudentCount > 1 ? 1 : cores };
}
