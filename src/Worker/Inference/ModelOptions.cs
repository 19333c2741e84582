using System.ComponentModel.DataAnnotations;
using Sluice.Worker.Control;

namespace Sluice.Worker.Inference;

/// <summary>Which model labels, and in which arithmetic. Section <c>Sluice:Model</c>.</summary>
internal sealed record ModelOptions
{
    public const string Section = "Sluice:Model";

    /// <summary>The bundle's folder.</summary>
    /// <value>A path, absolute or from the working directory. Required.</value>
    public string Path { get; init; } = "";

    /// <summary>Arithmetic of the matrix products.</summary>
    /// <value><c>Int8</c> or <c>Fp32</c>. Default <c>Int8</c>: about three times as fast, and the same label for at least 99% of documents.</value>
    [EnumDataType(typeof(Precision))]
    public Precision Precision { get; init; } = Precision.Int8;
}
