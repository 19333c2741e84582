using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Inference.Machine;

/// <summary>glibc's malloc, which ONNX Runtime, librdkafka and the .NET runtime's native parts share.</summary>
/// <remarks>
/// Each thread takes memory out of an arena, of which there may be eight a core, and what is freed goes back to the arena that it came
/// from. So a process grows for as long as large things come up on one thread after another; <c>./sluice</c> bounds the arenas by
/// MALLOC_ARENA_MAX (docs/batching.md#memory).
/// </remarks>
internal static partial class Malloc
{
    /// <summary>Whether there is a glibc of 2.33 or later.</summary>
    public static readonly bool CanTell = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "mallinfo2", out _);

    /// <summary>Bytes that malloc has taken from the system, in use or free, touched or not; 0 where it cannot tell.</summary>
    public static long Taken()
    {
        if (!CanTell) return 0;
        Info info = mallinfo2();
        return (long)(info[0] + info[4]);
    }

    [LibraryImport("libc.so.6")]
    private static partial Info mallinfo2();

    /// <summary>
    /// struct mallinfo2 of malloc.h: ten size_t, of which the first, arena, and the fifth, hblkhd, are what was taken in arenas and mapped
    /// by itself.
    /// </summary>
    [InlineArray(10)]
    private struct Info
    {
        private nuint _first;
    }
}
