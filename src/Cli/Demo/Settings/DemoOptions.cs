using Sluice.Inference.Onnx;
using Sluice.Worker.Configuration;
using Arithmetic = Sluice.Inference.Modes.Precision;

namespace Sluice.Cli.Demo.Settings;

/// <summary>What <c>./sluice demo</c> was asked for.</summary>
internal sealed record DemoOptions
{
    /// <summary>The <see cref="Mode"/> that the worker chooses by its lag.</summary>
    public const string Auto = ModelOptions.AutoMode;

    /// <summary>Documents per second, with <see cref="Burst"/> while it is calm; null for as fast as <see cref="InFlight"/> lets them
    /// through, with a burst for a share of what the worker can do.</summary>
    /// <value>0.1 to 1,000,000.</value>
    public double? Rate { get; init; }

    /// <summary>A burst in the arrivals; null for one rate throughout.</summary>
    public BurstOptions? Burst { get; init; }

    /// <summary>Where the report goes as JSON; null for nowhere.</summary>
    public string? Json { get; init; }

    /// <summary>A real cluster's bootstrap servers; null for the embedded broker.</summary>
    public string? Cluster { get; init; }

    /// <summary>A real registry; goes with <see cref="Cluster"/>.</summary>
    public string? Registry { get; init; }

    /// <summary>Folder of the mail bundle.</summary>
    public required string Model { get; init; }

    /// <summary>The Avro object container file with the mails.</summary>
    public string Mails { get; init; } = DemoPaths.HeldOutMails;

    /// <summary>int8, fp32 or fp16; null for what the worker takes by itself.</summary>
    public string? Precision { get; init; }

    /// <summary>Where the model runs: cpu or cuda.</summary>
    public string Provider { get; init; } = "cpu";

    /// <summary>Whether it comes to int8, as the worker chooses where no precision is named.</summary>
    /// <remarks>Reads the bundle's manifest with cuda, as <see cref="ModelOptions.WithDefaults"/> does.</remarks>
    public bool LabelsInInt8 => new ModelOptions
    {
        Path = Model,
        Mode = Mode,
        Precision = Precision is null ? null : Enum.Parse<Arithmetic>(Precision, ignoreCase: true),
    }.WithDefaults(Enum.Parse<ExecutionProvider>(Provider, ignoreCase: true)).Precision == Arithmetic.Int8;

    /// <summary>Which part of the model labels: <c>teacher</c>, <c>students:K</c>, <c>swift</c>, or <see cref="Auto"/>.</summary>
    public string Mode { get; init; } = "teacher";

    /// <summary>Most documents sent and not yet labelled.</summary>
    /// <value>1 to 1,000,000. Default 32: two cores are as busy with it as with 64 (measured with mails of 300 tokens on average), and each
    /// mail waits half as long.</value>
    public int InFlight { get; init; } = 32;

    /// <summary>Partitions of each topic.</summary>
    public int Partitions { get; init; } = 6;

    /// <summary>How long no label may come before the run is given up.</summary>
    public TimeSpan LabelTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
