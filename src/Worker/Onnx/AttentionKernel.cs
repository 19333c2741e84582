using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Sluice.Worker.Onnx;

/// <summary>libsluice_kernels.so (src/Kernels): attention over packed rows in 8-bit integers, as a custom-op library that ONNX Runtime
/// loads, and what it can tell of this machine.</summary>
/// <remarks>ONNX Runtime's own attention computes in float32 and wants padded rows; over 512 tokens of a BERT of 384 it costs more than all
/// int8 products of the layer together. This one takes the rows as they lie. Loaded once for the process; thread-safe.</remarks>
internal static unsafe class AttentionKernel
{
    private const string File = "libsluice_kernels.so";

    private static readonly Lazy<Entries> Library = new(Load);

    /// <summary>Where it lies: beside the program.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, File);

    /// <summary>True when the library is there and this CPU has AVX2 and FMA, or AVX-512 VNNI. Where false, graphs run
    /// with ONNX Runtime's attention.</summary>
    public static bool IsSupported => Level > 0;

    /// <summary>2 with AVX-512 VNNI, 1 with AVX2, 0 where it cannot run. Both give the same bits.</summary>
    public static int Level => Library.Value.Level is null ? 0 : Library.Value.Level();

    /// <summary>Which attention int8 graphs get on this machine, and what would make it faster.</summary>
    public static string Description => Level switch
    {
        2 => "our kernel with AVX-512 VNNI",
        1 => "our kernel with AVX2",
        _ when Library.Value.Level is not null => "ONNX Runtime's, as this CPU has no AVX2",
        _ => $"ONNX Runtime's, slower and with other bits, as {Path} cannot be loaded; put it back from where the program came from",
    };

    /// <summary>One of an arena's own figures in bytes, such as <c>InUse</c>, for which the managed interface has no way to ask; 0 where
    /// nobody can tell.</summary>
    /// <param name="arena">The arena.</param>
    /// <param name="name">As OrtAllocator::GetStats in onnxruntime_c_api.h lists them, null-terminated.</param>
    public static long ArenaFigure(OrtAllocator arena, ReadOnlySpan<byte> name)
    {
        if (Library.Value.ArenaFigure is null) return 0;
        fixed (byte* key = name)
        {
            long bytes = Library.Value.ArenaFigure(arena.DangerousGetHandle(), key);
            GC.KeepAlive(arena);
            return long.Max(0, bytes);
        }
    }

    private static Entries Load()
    {
        if (!NativeLibrary.TryLoad(Path, out nint library)) return default;
        return new Entries
        {
            Level = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "sluice_level"),
            ArenaFigure = (delegate* unmanaged<nint, byte*, long>)NativeLibrary.GetExport(library, "sluice_arena_figure"),
        };
    }

    private readonly struct Entries
    {
        public delegate* unmanaged<int> Level { get; init; }
        public delegate* unmanaged<nint, byte*, long> ArenaFigure { get; init; }
    }
}
