namespace Sluice.Worker.Onnx;

/// <summary>How a session is made. The defaults are those of a worker whose own threads each call Run: specs/batching.md, sections 3 and 6.</summary>
internal sealed record SessionOptions
{
    /// <value>Threads of one Run, the caller's among them. Range 1..256. Default 1: several callers with one thread each beat one caller with several.</value>
    public int IntraOpThreads { get; init; } = 1;

    /// <value>Whether idle threads of the session's pool spin. Default false: a pool that spins takes the core from whoever works.</value>
    public bool Spinning { get; init; }

    /// <value>Whether memory is planned by shape. Default false: shapes vary with each batch, and the plan's key confuses them.</value>
    public bool MemoryPattern { get; init; }

    /// <value>Whether freed memory is kept for the next Run. Default true.</value>
    public bool CpuArena { get; init; } = true;

    /// <value>The process's shared arena, or null for one of the session's own. Default null.</value>
    public ArenaOptions? SharedArena { get; init; }

    /// <value>Whether numbers below 1.2e-38 count as zero. Default true: softmax over padding leaves them, and they slow the next product. The first session of a process decides.</value>
    public bool DenormalsAreZero { get; init; } = true;

    /// <value>Graph optimization. Default all.</value>
    public OptimizationLevel Optimization { get; init; } = OptimizationLevel.All;

    /// <value>Optimizers left out, by name. Default SkipLayerNormFusion, which turns Add and LayerNormalization into an operator eight times slower (specs/inference-graph.md, section 4).</value>
    public IReadOnlyList<string> DisabledOptimizers { get; init; } = ["SkipLayerNormFusion"];

    /// <value>Whether attention that a graph marks as packed runs in <see cref="AttentionKernel"/>, where that can run, or as ONNX Runtime's own operators. Default true. Only on the CPU.</value>
    public bool OwnAttention { get; init; } = true;

    /// <value>Where to run. Default the CPU.</value>
    public ExecutionProvider Provider { get; init; }

    /// <value>Which GPU, from 0. Only with CUDA. Default 0.</value>
    public int DeviceId { get; init; }

    /// <value>Beginning of the file name for a trace of every operator, or null for none. Default null.</value>
    public string? ProfilePrefix { get; init; }

    /// <value>Further entries, as in onnxruntime_session_options_config_keys.h. Default none.</value>
    public IReadOnlyDictionary<string, string> ConfigEntries { get; init; } = new Dictionary<string, string>();
}
