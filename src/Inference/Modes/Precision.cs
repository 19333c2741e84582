namespace Sluice.Inference.Modes;

/// <summary>Arithmetic of the matrix products. Both run over the same stored weights.</summary>
public enum Precision
{
    /// <summary>
    /// Unsigned 8-bit activations times signed 8-bit weights, summed in 32 bits; the same bits on every x86 CPU and in every batch.
    /// </summary>
    Int8,

    /// <summary>32-bit floating point.</summary>
    Fp32,
}
