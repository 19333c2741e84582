using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;

namespace Sluice.Worker.Configuration;

/// <summary>Which model labels, and in which arithmetic. Section <c>Sluice:Model</c>.</summary>
internal sealed record ModelOptions
{
    public const string Section = "Sluice:Model";

    /// <summary>The bundle's folder.</summary>
    /// <value>A path, absolute or from the working directory. Required.</value>
    public string Path { get; init; } = "";

    /// <summary>Arithmetic of the matrix products.</summary>
    /// <value><c>Int8</c> on the CPU: about three times as fast as <c>Fp32</c>, and the same label for at least 99% of documents;
    /// <c>Fp16</c> on a GPU, with a bundle that has such graphs; <c>Fp32</c> on either. Default null: <see cref="WithDefaults"/> takes the
    /// first of these that provider and bundle allow.</value>
    [EnumDataType(typeof(Precision))]
    public Precision? Precision { get; init; }

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
    internal Inference.Modes.Mode ServedMode => In(Precision ?? Inference.Modes.Precision.Int8)
        ?? throw new InvalidOperationException($"'{Mode}' is no mode; options are checked before they are used.");

    /// <summary>As configured, with the precision that suits the provider where none is named.</summary>
    /// <remarks>Reads the bundle's manifest with Cuda; where that cannot be read, loading the bundle says so.</remarks>
    public ModelOptions WithDefaults(ExecutionProvider provider) => Precision is not null ? this : this with
    {
        Precision = provider switch
        {
            ExecutionProvider.Cpu => Inference.Modes.Precision.Int8,
            ExecutionProvider.Cuda => HasHalf() ? Inference.Modes.Precision.Fp16 : Inference.Modes.Precision.Fp32,
            _ => throw new UnreachableException($"Provider {provider} has no precision that suits it. This is a bug."),
        },
    };

    private Inference.Modes.Mode? In(Precision precision) => Inference.Modes.Mode.TryParse(Mode, precision);

    private bool HasHalf()
    {
        try
        {
            return In(Inference.Modes.Precision.Fp16) is { } mode && ManifestReader.Read(Path).LackedBy(mode) is null;
        }
        catch (Exception e) when (e is BundleException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
