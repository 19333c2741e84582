using System.Diagnostics;

namespace Sluice.Inference.Modes;

/// <summary>Arithmetic of the matrix products. All run over the same stored weights.</summary>
public enum Precision
{
    /// <summary>
    /// Unsigned 8-bit activations times signed 8-bit weights, summed in 32 bits; the same bits on every x86 CPU and in every batch.
    /// </summary>
    Int8,

    /// <summary>32-bit floating point.</summary>
    Fp32,

    /// <summary>16-bit floating point, for GPUs.</summary>
    Fp16,
}

/// <summary>How a precision is written where others read it.</summary>
internal static class PrecisionNames
{
    /// <summary>As manifests, graphs' metadata and labels write it: <c>int8</c>, <c>fp32</c>, <c>fp16</c>.</summary>
    public static string Name(this Precision precision) => precision switch
    {
        Precision.Int8 => "int8",
        Precision.Fp32 => "fp32",
        Precision.Fp16 => "fp16",
        _ => throw new UnreachableException($"Precision {precision} has no name. This is a bug."),
    };
}
