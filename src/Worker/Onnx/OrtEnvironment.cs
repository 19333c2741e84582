using System.Runtime.InteropServices;

namespace Sluice.Worker.Onnx;

/// <summary>The process's one ONNX Runtime: library, environment, and where its log goes. Lives until the process ends.</summary>
internal sealed unsafe class OrtEnvironment
{
    /// <summary>A free piece of the arena is given out whole unless it is twice as large as what is asked, or leaves as many bytes as this. With ONNX Runtime's 128 MiB a fifth of what is in use is such waste.</summary>
    public const int CutFrom = 4096;

    private const nuint ByPowersOfTwo = 0; // arena_extend_strategy: kNextPowerOfTwo, kSameAsRequested

    private static readonly Lazy<OrtEnvironment> Shared = new(() => new OrtEnvironment(OrtLibrary.Load(OrtLibrary.Candidates())), LazyThreadSafetyMode.PublicationOnly);
    private static volatile Action<OrtLogLevel, string>? logSink;
    private readonly Lock _arenaGate = new();
    private readonly Lazy<nint> _operators, _wideOperators;
    private ArenaOptions? _arenaOptions;
    private volatile OrtArena? _arena;

    private OrtEnvironment(OrtApi api)
    {
        Api = api;
        Handle = api.CreateEnv(&Write, OrtLogLevel.Warning);
        CpuMemory = api.CreateCpuMemoryInfo();
        _operators = new Lazy<nint>(() => PackedAttentionOp.CreateDomain(api, wide: false));
        _wideOperators = new Lazy<nint>(() => PackedAttentionOp.CreateDomain(api, wide: true));
    }

    /// <summary>Loaded on first use.</summary>
    /// <exception cref="OrtLibraryException">The library cannot be had; the next use tries again.</exception>
    public static OrtEnvironment Current => Shared.Value;

    /// <summary>Receives warnings and errors of ONNX Runtime, on whatever thread they arise; null drops them (failures are thrown in any case).</summary>
    public static Action<OrtLogLevel, string>? LogSink
    {
        get => logSink;
        set => logSink = value;
    }

    /// <summary>The arena of all sessions with <see cref="SessionOptions.SharedArena"/>; null before the first of them is loaded.</summary>
    public static OrtArena? Arena => Shared.IsValueCreated ? Shared.Value._arena : null;

    public OrtApi Api { get; }

    public EnvHandle Handle { get; }

    public MemoryInfoHandle CpuMemory { get; }

    /// <summary>The domain of our own operators; made on first use, kept for the process.</summary>
    /// <param name="threads">Threads of the session that gets it: with more than one, an operator uses them all.</param>
    public nint Operators(int threads) => threads > 1 ? _wideOperators.Value : _operators.Value;

    /// <summary>Registers the arena that sessions with <see cref="SessionOptions.SharedArena"/> use; again with the same options does nothing.</summary>
    /// <exception cref="InvalidOperationException">Another arena stands already: ONNX Runtime holds one an environment.</exception>
    public void ShareArena(ArenaOptions arena)
    {
        lock (_arenaGate)
        {
            if (_arenaOptions is not null)
            {
                if (_arenaOptions != arena)
                    throw new InvalidOperationException($"The process's shared arena stands already as {_arenaOptions}; it cannot become {arena}. Give every session the same arena.");
                return;
            }
            Api.RegisterArena(Handle, CpuMemory, ["max_mem", "arena_extend_strategy", "max_dead_bytes_per_chunk"], [(nuint)arena.MaxBytes, ByPowersOfTwo, CutFrom]);
            _arenaOptions = arena;
        }
    }

    /// <summary>Makes the shared arena known by a session that uses it.</summary>
    public void ReachArena(SessionHandle session)
    {
        lock (_arenaGate) _arena ??= new OrtArena(Api, Api.CreateAllocator(session, CpuMemory));
    }

    [UnmanagedCallersOnly]
    private static void Write(nint parameter, OrtLogLevel level, byte* category, byte* logId, byte* location, byte* message)
    {
        try
        {
            logSink?.Invoke(level, Marshal.PtrToStringUTF8((nint)message) ?? "");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // An exception must not unwind through native frames; a log sink that fails loses its line.
        }
    }
}
