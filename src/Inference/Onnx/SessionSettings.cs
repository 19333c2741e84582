using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace Sluice.Inference.Onnx;

/// <summary>How a session is made. The defaults are those of a worker whose own threads each call Run
/// (docs/decisions/0005-onnx-runtime-managed.md).</summary>
internal sealed record SessionSettings
{
    /// <value>Threads of one Run, the caller's among them. Range 1..256. Default 1: several inference threads with one thread a run beat
    /// one with several.</value>
    public int IntraOpThreads { get; init; } = 1;

    /// <value>Whether idle threads of the session's pool spin. Default false: a pool that spins takes the core from whoever works.</value>
    public bool Spinning { get; init; }

    /// <value>Bound in bytes of the process's shared arena, 0 for none; null for an arena of the session's own. Default null.</value>
    public uint? SharedArenaBytes { get; init; }

    /// <value>Whether attention that a graph marks as packed runs in <see cref="AttentionKernel"/>, where that can run, or as ONNX
    /// Runtime's own operators. Default true. Only on the CPU.</value>
    public bool OwnAttention { get; init; } = true;

    /// <value>Where to run. Default the CPU.</value>
    public ExecutionProvider Provider { get; init; }

    /// <value>Which GPU, from 0. Only with CUDA. Default 0.</value>
    public int DeviceId { get; init; }

    /// <value>Most bytes that the session's own arena may take of the GPU's memory, or 0 for no bound. Only with CUDA. Default 0.</value>
    public long GpuMemoryBytes { get; init; }

    /// <value>Whether CUDA's provider chooses kernels and TF32 as it does for everybody, rather than as serving wants it
    /// (<see cref="Cuda.OptionsOf"/>). Default false; for graphs that are measured as others run them. Only with CUDA.</value>
    public bool ProviderDefaults { get; init; }

    /// <value>Beginning of the file name for a trace of every operator, or null for none. Default null.</value>
    public string? ProfilePrefix { get; init; }

    /// <summary>Whether the session has the operators of our library.</summary>
    public bool UsesKernel => OwnAttention && Provider == ExecutionProvider.Cpu && AttentionKernel.IsSupported;

    /// <summary>What CUDA's provider is told.</summary>
    public Dictionary<string, string> CudaOptions => Cuda.OptionsOf(DeviceId, GpuMemoryBytes, ProviderDefaults);

    /// <summary>ONNX Runtime's own options; the caller disposes of them.</summary>
    /// <exception cref="ProviderException">CUDA is asked for and cannot be had.</exception>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses an option.</exception>
    public SessionOptions ToOptions()
    {
        _ = OnnxEnvironment.Current;
        SessionOptions options = new();
        try
        {
            options.IntraOpNumThreads = IntraOpThreads;
            options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
            options.EnableMemoryPattern = false; // shapes vary with each batch, and the pattern's key confuses them
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", Spinning ? "1" : "0");

            // Softmax over padding leaves denormal numbers, and they slow the next product.
            options.AddSessionConfigEntry("session.set_denormal_as_zero", "1");

            // Its operator is eight times slower than the pair that it replaces.
            options.AddSessionConfigEntry("optimization.disable_specified_optimizers", "SkipLayerNormFusion");
            if (SharedArenaBytes is { } bound)
            {
                OnnxEnvironment.ShareArena(bound);
                options.AddSessionConfigEntry("session.use_env_allocators", "1");
            }

            if (UsesKernel)
            {
                // operators.c reads it: the heads are shared out to the threads.
                if (IntraOpThreads > 1) options.AddSessionConfigEntry("sluice.wide", "1");
                options.RegisterCustomOpLibrary(AttentionKernel.Path);
            }

            if (ProfilePrefix is { } prefix)
            {
                options.ProfileOutputPathPrefix = prefix;
                options.EnableProfiling = true;
            }

            switch (Provider)
            {
                case ExecutionProvider.Cpu: break; // ONNX Runtime's own
                case ExecutionProvider.Cuda: Cuda.Append(options, DeviceId, CudaOptions); break;
                default: throw new UnreachableException($"Provider {Provider} is not appended. This is a bug.");
            }

            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }
}
