using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Sluice.Inference.Onnx;

/// <summary>The process's one ONNX Runtime: its environment, where its log goes, and the arena that sessions share. Lives until
/// the process ends; thread-safe.</summary>
internal static class OnnxEnvironment
{
    // It grows in doubling steps, out of which pieces of any size are cut and joined again. Growing by what is asked for takes a region of
    // its own for each size that is larger than any before, and regions are never joined: the same 3,000 documents of 1 to 512 tokens then
    // held 2.2 GiB in place of 170 MiB.
    private const int ByPowersOfTwo = 0;
    private const int UsualFirstStep = -1;

    // A free piece is given out whole unless it is twice as large as what is asked, or leaves as many bytes as this. With ONNX Runtime's
    // 128 MiB a fifth of what is in use is such waste.
    private const int CutFrom = 4096;

    private static readonly Lazy<OrtEnv> Environment = new(Create);
    private static readonly Lazy<OrtMemoryInfo> PlainMemory =
        new(() => new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default));

    private static readonly Lock ArenaGate = new();
    private static volatile Action<OrtLoggingLevel, string>? _logSink;
    private static uint? _arenaBound;
    private static volatile OrtAllocator? _arena;
    private static int _filled;

    /// <summary>Made on first use, or taken over where the program has one already, for the first environment of a process stays: then
    /// ONNX Runtime's log goes where that one's goes and <see cref="LogSink"/> receives nothing. All else works the same.</summary>
    /// <exception cref="ProviderException">The native library cannot be loaded.</exception>
    public static OrtEnv Current => Environment.Value;

    /// <summary>Version of the library, such as 1.31.0.</summary>
    public static string Version => Current.GetVersionString();

    /// <summary>Plain CPU memory.</summary>
    public static OrtMemoryInfo CpuMemory => PlainMemory.Value;

    /// <summary>Receives warnings and errors of ONNX Runtime, on whatever thread they arise; null drops them (failures are thrown in any
    /// case). Receives nothing where the environment is not ours (<see cref="Current"/>).</summary>
    public static Action<OrtLoggingLevel, string>? LogSink
    {
        get => _logSink;
        set => _logSink = value;
    }

    /// <summary>Bytes that the shared arena has taken from the system, which never become less; 0 before the first session that uses it,
    /// and where our library cannot be loaded, which is what can tell.</summary>
    public static long ArenaBytes => _arena is { } allocator ? AttentionKernel.ArenaFigure(allocator, "TotalAllocated"u8) : 0;

    /// <summary>Registers the arena of the sessions with <see cref="SessionSettings.SharedArenaBytes"/>; again with the same bound does
    /// nothing. One that the program has registered itself serves the sessions that it has made, and no later ones.</summary>
    /// <param name="maxBytes">Most that it may take from the system; 0 leaves it unbounded.</param>
    /// <exception cref="InvalidOperationException">Another arena stands already: ONNX Runtime holds one an environment.</exception>
    public static void ShareArena(uint maxBytes)
    {
        lock (ArenaGate)
        {
            if (_arenaBound == maxBytes) return;
            if (_arenaBound is not null)
                throw new InvalidOperationException(
                    $"The process's shared arena stands already with a bound of {_arenaBound} bytes; it cannot become {maxBytes}. "
                    + "Give every session the same.");
            using OrtArenaCfg how = new(maxBytes, ByPowersOfTwo, UsualFirstStep, CutFrom);
            Current.CreateAndRegisterAllocator(CpuMemory, how);
            _arenaBound = maxBytes;
        }
    }

    /// <summary>Makes the shared arena known by a session that uses it.</summary>
    public static void ReachArena(InferenceSession session)
    {
        lock (ArenaGate) _arena ??= new OrtAllocator(session, CpuMemory);
    }

    /// <summary>Runs something twice: alone, which shows what it needs of the shared arena, and again while as much is given out for each
    /// of the others that may run beside it. What the arena took for that it keeps.</summary>
    /// <param name="others">How many, from 0.</param>
    /// <param name="run">Nothing else runs meanwhile.</param>
    /// <remarks>Once in a process: what is given out counts in the most that was ever in use, so a second start would take a multiple of
    /// it. From then on, and where nobody can tell what was needed, it only runs.</remarks>
    /// <exception cref="OnnxRuntimeException">The arena may not grow so far, or the system has not as much; or what <paramref name="run"/>
    /// throws.</exception>
    public static unsafe void RunBeside(int others, Action run)
    {
        run();
        if (_arena is not { } allocator || Interlocked.Exchange(ref _filled, 1) != 0) return;
        long needed = AttentionKernel.ArenaFigure(allocator, "MaxInUse"u8) - AttentionKernel.ArenaFigure(allocator, "InUse"u8);
        if (needed <= 0) return;
        List<OrtMemoryAllocation> given = [];
        try
        {
            for (int other = 0; other < others; other++)
            {
                OrtMemoryAllocation piece = allocator.Allocate((uint)long.Min(needed, uint.MaxValue));
                given.Add(piece);
                // All of its pages, so that they do not come bit by bit later.
                NativeMemory.Clear((void*)piece.DangerousGetHandle(), piece.Size);
            }

            run();
        }
        finally
        {
            given.ForEach(piece => piece.Dispose());
        }
    }

    private static OrtEnv Create()
    {
        EnvironmentCreationOptions options = new()
        {
            logId = "sluice",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
            loggingFunction = Write,
        };
        try
        {
            return OrtEnv.IsCreated ? OrtEnv.Instance() : OrtEnv.CreateInstanceWithOptions(ref options);
        }
        catch (OnnxRuntimeException) when (OrtEnv.IsCreated) // by another thread of the program, since we asked
        {
            return OrtEnv.Instance();
        }
        catch (TypeInitializationException e) when (e.InnerException is DllNotFoundException missing)
        {
            // The loader tells a line for each place that it tried; the one beside the program is where the file belongs.
            string library = Path.Combine(AppContext.BaseDirectory, "libonnxruntime.so");
            string[] tried = missing.Message.Split('\n');
            string why = tried.FirstOrDefault(line => line.StartsWith(library, StringComparison.Ordinal)) ?? missing.Message;
            throw new ProviderException(
                $"ONNX Runtime's library cannot be loaded: {why.Trim().TrimEnd('.')}. "
                + "The build puts it beside the program: build again, or copy the program's folder whole.");
        }
    }

    private static void Write(nint parameter, OrtLoggingLevel level, string category, string logId, string location, string message)
    {
        try
        {
            _logSink?.Invoke(level, message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // An exception must not unwind through native frames; a log sink that fails loses its line.
        }
    }
}
