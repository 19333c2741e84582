using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Sluice.Inference.Engines;

/// <summary>How an engine runs its graph. Section <c>Sluice:Engine</c>.</summary>
internal sealed record EngineOptions
{
    public const string Section = "Sluice:Engine";

    /// <summary>Least <see cref="GpuMemoryBytes"/> that is a bound: what is below was meant in another unit.</summary>
    internal const long LeastGpuMemoryBytes = 1L << 24;

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

    /// <value>Most bytes of the GPU's memory that the arenas of all sessions together may take: weights and activations, not what CUDA
    /// and cuBLAS take for themselves, for which 1 GiB should be left; 0 leaves them unbounded. Each session has an arena of its own on a
    /// GPU, and an equal share of this. Only with Cuda. 0, or 16,777,216 (16 MiB) to 1,099,511,627,776 (1 TiB). Default 0.</value>
    [Range(0L, 1L << 40)]
    public long GpuMemoryBytes { get; init; }

    /// <summary>Whether batches run on a GPU, whose memory and speed are not known beforehand, and on which they run one after another. On
    /// a CPU each inference thread has a core of its own.</summary>
    internal bool IsOnGpu => Provider switch
    {
        ExecutionProvider.Cpu => false,
        ExecutionProvider.Cuda => true,
        _ => throw new UnreachableException($"Provider {Provider} is not known to be a GPU or none. This is a bug."),
    };

    /// <summary>Whether a precision that the provider has no arithmetic for runs all the same, by casts to one that it has: slowly, and
    /// rounded otherwise than a GPU rounds. No setting: for tests and benchmarks, which so reach a GPU's graphs without one.</summary>
    internal bool AllowsCastPrecision { get; init; }

    /// <summary>The same with an equal share of the GPU's memory for each session of as many as will be open.</summary>
    /// <param name="sessions">At least 1.</param>
    public EngineOptions SharedOutTo(int sessions) => this with { GpuMemoryBytes = GpuMemoryBytes / sessions };

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
        GpuMemoryBytes = GpuMemoryBytes,
        SharedArenaBytes = Provider == ExecutionProvider.Cpu ? (uint)ArenaMaxBytes : null,
    };
}
