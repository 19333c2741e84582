using System.Diagnostics;
using Sluice.Cli.Demo.Report;
using Sluice.Schemas;

namespace Sluice.Cli.Demo.View;

/// <summary>Which model labelled and how, as the predictions themselves say it.</summary>
internal static class ModelLine
{
    public static string Of(DemoReport report) => report.Example is { } example
        ? $"{example.ModelId} {example.ModelVersion}, {example.Precision}, {Name(example)}"
        : "no prediction came";

    private static string Name(Prediction example) => example.Mode switch
    {
        PredictionMode.Teacher => "teacher (all layers)",
        PredictionMode.EarlyExit => "early exit",
        PredictionMode.Students => example.StudentsUsed switch
        {
            0 => "swift student",
            1 => "1 student",
            var used => $"{used} students",
        },
        PredictionMode.Unknown => "unknown mode",
        var other => throw new UnreachableException($"Mode {other} is not shown. This is a bug."),
    };
}
