using System.ComponentModel.DataAnnotations;
using Sluice.Inference.Modes;

namespace Sluice.Worker.Configuration;

/// <summary>Which model labels, and in which arithmetic. Section <c>Sluice:Model</c>.</summary>
internal sealed record ModelOptions
{
    public const string Section = "Sluice:Model";

    /// <summary>The bundle's folder.</summary>
    /// <value>A path, absolute or from the working directory. Required.</value>
    public string Path { get; init; } = "";

    /// <summary>Arithmetic of the matrix products.</summary>
    /// <value><c>Int8</c>, <c>Fp32</c>, or <c>Fp16</c> on a GPU with a bundle that has such graphs. Default <c>Int8</c>: about
    /// three times as fast, and the same label for at least 99% of documents.</value>
    [EnumDataType(typeof(Precision))]
    public Precision Precision { get; init; } = Precision.Int8;

    /// <summary>Which part of the model labels.</summary>
    /// <value><c>teacher</c>, every layer; <c>students:K</c>, the first K students of the group; <c>swift</c>, the cheapest student.
    /// Default <c>teacher</c>.</value>
    public string Mode { get; init; } = "teacher";

    /// <summary>Modes that are loaded, warmed and learned besides, so that the running worker may be set to them; fewer students of a group
    /// are a mode of their own. Each adds a second or so to the first start on a machine. No setting: filled before the worker starts, or
    /// never.</summary>
    internal IList<Inference.Modes.Mode> AlsoLoaded { get; } = [];

    /// <summary>The modes that batches may be run in, the first of them from the start; of all the graphs are loaded, the memory is taken
    /// and the costs are learned.</summary>
    internal IReadOnlyList<Inference.Modes.Mode> UsableModes => [.. AlsoLoaded.Prepend(ServedMode).Distinct()];

    /// <summary><see cref="Mode"/> in <see cref="Precision"/>, once both are checked.</summary>
    internal Inference.Modes.Mode ServedMode =>
        Inference.Modes.Mode.TryParse(Mode, Precision)
        ?? throw new InvalidOperationException($"'{Mode}' is no mode; options are checked before they are used.");
}
