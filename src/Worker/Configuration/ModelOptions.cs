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

    /// <summary>The value of <see cref="Mode"/> with which the lag chooses.</summary>
    public const string AutoMode = "auto";

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
    /// <value><c>auto</c>: the lag chooses among all that the bundle has; or always the same: <c>teacher</c>, every layer;
    /// <c>students:K</c>, the first K students of the group; <c>swift</c>, the cheapest student. Default null: <c>auto</c> where the bundle
    /// has students, else <c>teacher</c>.</value>
    public string? Mode { get; init; }

    /// <summary>Modes that are loaded, warmed and learned besides, so that the running worker may be set to them; fewer students of a group
    /// are a mode of their own. Each adds a second or so to the first start on a machine. No setting: filled before the worker starts, or
    /// never.</summary>
    internal IList<Inference.Modes.Mode> AlsoLoaded { get; } = [];

    /// <summary>What the lag chooses among; null where one mode is fixed. Filled when the options are made, from the bundle's manifest.
    /// </summary>
    internal LadderChoice? Auto { get; init; }

    /// <summary>The modes that batches may be run in, the first of them from the start; of all the graphs are loaded, the memory is taken
    /// and the costs are learned. Most accurate first where the lag chooses.</summary>
    internal IReadOnlyList<Inference.Modes.Mode> UsableModes =>
        [.. (Auto?.Ladder.Rungs.Select(rung => rung.Mode) ?? [ServedMode]).Concat(AlsoLoaded).Distinct()];

    /// <summary>The mode to begin with, in <see cref="Precision"/>, once both are checked.</summary>
    internal Inference.Modes.Mode ServedMode => Auto?.Ladder.Rungs[0].Mode ?? In(Precision ?? Inference.Modes.Precision.Int8)
        ?? throw new InvalidOperationException($"'{Mode}' is no mode; options are checked before they are used.");

    /// <summary>Whether the lag is to choose, if the bundle has what it takes.</summary>
    internal bool IsAuto => Mode is null or AutoMode;

    /// <summary>As configured, with the precision that suits the provider where none is named, and with what the lag chooses among.
    /// </summary>
    /// <param name="provider">Where the model runs.</param>
    /// <param name="control">Its floors bound what the lag chooses among; null where nobody controls.</param>
    /// <remarks>Reads the bundle's manifest; where that cannot be read, loading the bundle says so.</remarks>
    public ModelOptions WithDefaults(ExecutionProvider provider, ControlOptions? control = null)
    {
        Manifest? manifest = provider == ExecutionProvider.Cuda || IsAuto ? TryRead() : null;
        ModelOptions served = this with
        {
            Precision = Precision ?? provider switch
            {
                ExecutionProvider.Cpu => Inference.Modes.Precision.Int8,
                ExecutionProvider.Cuda => HasHalf(manifest) ? Inference.Modes.Precision.Fp16 : Inference.Modes.Precision.Fp32,
                _ => throw new UnreachableException($"Provider {provider} has no precision that suits it. This is a bug."),
            },
        };
        return IsAuto && control is not null && manifest is not null
            ? served with { Auto = LadderChoice.Of(manifest, served.Precision!.Value, control) } : served;
    }

    /// <summary>The bundle's manifest; null where it cannot be read, of which loading the bundle tells.</summary>
    internal Manifest? TryRead()
    {
        try
        {
            return ManifestReader.Read(Path);
        }
        catch (Exception e) when (e is BundleException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private Inference.Modes.Mode? In(Precision precision) => Inference.Modes.Mode.TryParse(IsAuto ? "teacher" : Mode!, precision);

    private bool HasHalf(Manifest? manifest) =>
        manifest is not null && In(Inference.Modes.Precision.Fp16) is { } mode && manifest.LackedBy(mode) is null;
}
