using System.Runtime.InteropServices;

namespace Sluice.Worker.Onnx;

/// <summary>libsluice_kernels.so: attention over packed rows in 8-bit integers (src/Kernels, whose header says what each field means).</summary>
/// <remarks>
/// ONNX Runtime's own attention computes in float32 and wants padded rows; over 512 tokens of a BERT of 384 it costs more than all int8 products of the layer together. This one takes
/// the rows as they lie. Thread-safe; scratch belongs to the calling thread.
/// </remarks>
internal static unsafe class AttentionKernel
{
    /// <summary>File name; it lies beside the program.</summary>
    public const string File = "libsluice_kernels.so";

    /// <summary>Most floats of one head: scratch on the stack is as large.</summary>
    public const int MaxHeadSize = 128;

    private static readonly Lazy<Entries> Library = new(Load);

    /// <summary>True when the library is there and this CPU has AVX2 and FMA, or AVX-512 VNNI. Where false, graphs run with ONNX Runtime's attention.</summary>
    public static bool IsSupported => Level > 0;

    /// <summary>2 with AVX-512 VNNI, 1 with AVX2, 0 where it cannot run. Both give the same bits.</summary>
    public static int Level => Library.Value.Level is null ? 0 : Library.Value.Level();

    /// <summary>Which attention int8 graphs get on this machine, and what would make it faster.</summary>
    public static string Description => Level switch
    {
        2 => "our kernel with AVX-512 VNNI",
        1 => "our kernel with AVX2",
        _ when Library.Value.Level is not null => "ONNX Runtime's, as this CPU has no AVX2",
        _ => $"ONNX Runtime's, as {File} is not beside the program; install gcc and build again for a faster one",
    };

    /// <summary>Lowers the level of all threads, so that both can be compared on one machine; returns the one that holds.</summary>
    public static int LimitLevel(int level) => Library.Value.Limit is null ? 0 : Library.Value.Limit(level);

    /// <summary>Writes the context of one head of one document.</summary>
    /// <exception cref="InsufficientMemoryException">No memory for scratch, about 100 bytes a token and float of the head.</exception>
    public static void Attend(in Head head)
    {
        fixed (Head* pointer = &head)
        {
            if (Library.Value.Attend(pointer) != 0)
                throw new InsufficientMemoryException($"Attention over {head.Length} tokens found no memory for its scratch.");
        }
    }

    private static Entries Load()
    {
        if (!NativeLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, File), out nint library)) return default;
        return new Entries
        {
            Attend = (delegate* unmanaged<Head*, int>)NativeLibrary.GetExport(library, "sluice_attend"),
            Level = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "sluice_level"),
            Limit = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "sluice_limit_level"),
        };
    }

    /// <summary>struct sluice_head of attention.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Head
    {
        public float* Queries, Keys, Values, Context;
        public long QueryStride, Stride, ContextStride;
        public int QueryCount, Length, Size;
        public float Scale;
    }

    private readonly struct Entries
    {
        public delegate* unmanaged<Head*, int> Attend { get; init; }
        public delegate* unmanaged<int> Level { get; init; }
        public delegate* unmanaged<int, int> Limit { get; init; }
    }
}
