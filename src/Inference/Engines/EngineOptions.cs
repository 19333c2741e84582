using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Engines;

/// <summary>How an engine runs its graph. Section <c>Sluice:Engine</c>.</summary>
internal sealed record EngineOptions
{
    public const string Section = "Sluice:Engine";

    /// <value>Threads of one run, the caller's among them. Range 1..256. Default 1: as many inference threads as cores, one thread each,
    /// label most documents a second.</value>
    [Range(1, 256)]
    public int IntraOpThreads { get; init; } = 1;

    /// <value>Whether idle threads of the pool spin; only matters with more than one thread. Default false.</value>
    public bool Spinning { get; init; }

    /// <value>Where to run: Cpu or Cuda. Default Cpu.</value>
    [EnumDataType(typeof(ExecutionProvider))]
    public ExecutionProvider Provider { get; init; }

    /// <value>Which GPU, from 0. Range 0..63. Only with Cuda. Default 0.</value>
    [Range(0, 63)]
    public int DeviceId { get; init; }

    /// <value>Most bytes that the memory arena, which all engines of the process share, may take; 0 leaves it unbounded. With less than the
    /// heaviest batches need on all inference threads, the worker does not start; what they took, the log of a start without a bound says.
    /// Only with Cpu. Range 0..4,294,967,295 (ONNX Runtime takes no more). Default 0.</value>
    [Range(0L, uint.MaxValue)]
    public long ArenaMaxBytes { get; init; }

    /// <summary>Whether a precision that the provider has no arithmetic for runs all the same, by casts to one that it has: slowly, and
    /// rounded otherwise than a GPU rounds. No setting: for tests and benchmarks, which so reach a GPU's graphs without one.</summary>
    internal bool AllowsCastPrecision { get; init; }

    /// <summary>Why the provider cannot calculate in a precision, and the way out, in words that know no settings; null where it can.
    /// </summary>
    public string? Refusal(Precision precision) => (Provider, precision) switch
    {
        (ExecutionProvider.Cpu, Precision.Int8 or Precision.Fp32) => null,
        (ExecutionProvider.Cuda, Precision.Fp16 or Precision.Fp32) => null,
        (ExecutionProvider.Cpu, Precision.Fp16) when AllowsCastPrecision => null,
        (ExecutionProvider.Cpu, Precision.Fp16) => $"Precision {precision} runs on a GPU only, and the model is to "
            + $"run on the CPU; take {Precision.Int8} or {Precision.Fp32}.",

        // CUDA's provider has no kernel for the products of 8 bits: it would leave each to the CPU, and copy to and fro.
        (ExecutionProvider.Cuda, Precision.Int8) => $"Precision {precision} runs on the CPU only, and the model is to "
            + $"run on a GPU; take {Precision.Fp16} or {Precision.Fp32}.",
        _ => throw new UnreachableException($"Provider {Provider} is not known to calculate in {precision} or not. This is a bug."),
    };

    /// <summary>The session that this asks for.</summary>
    public SessionSettings ToSession() => new()
    {
        IntraOpThreads = IntraOpThreads,
        Spinning = Spinning,
        Provider = Provider,
        DeviceId = DeviceId,
        SharedArenaBytes = Provider == ExecutionProvider.Cpu ? (uint)ArenaMaxBytes : null,
    };
}
