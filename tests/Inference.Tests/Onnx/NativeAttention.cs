using System.Runtime.InteropServices;
using Sluice.Inference.Onnx;

namespace Inference.Tests.Onnx;

/// <summary>What attention.h offers besides what the worker asks for.</summary>
internal static unsafe class NativeAttention
{
    private static readonly nint Library = NativeLibrary.Load(AttentionKernel.Path);
    private static readonly delegate* unmanaged<Head*, int> AttendEntry =
        (delegate* unmanaged<Head*, int>)NativeLibrary.GetExport(Library, "sluice_attend");
    private static readonly delegate* unmanaged<int, int> LimitEntry =
        (delegate* unmanaged<int, int>)NativeLibrary.GetExport(Library, "sluice_limit_level");

    /// <summary>Lowers the level of all threads, so that both can be compared on one machine; returns the one that holds.</summary>
    public static int LimitLevel(int level) => LimitEntry(level);

    /// <summary>Writes the context of one head of one document.</summary>
    public static void Attend(in Head head)
    {
        fixed (Head* pointer = &head) Assert.Equal(0, AttendEntry(pointer));
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
}
