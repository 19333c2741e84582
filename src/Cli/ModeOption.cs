using System.CommandLine;
using Sluice.Cli.Demo.Settings;
using Sluice.Inference.Modes;
using Sluice.Worker.Configuration;

namespace Sluice.Cli;

/// <summary><c>--mode</c>, wherever a model is run.</summary>
internal static class ModeOption
{
    private static readonly string[] Words = ["teacher", "swift", "students:1"];

    private const string Description = "What labels: teacher (every layer), students:K (the first K of the small models that stand for it) "
        + "or swift (the smallest)";

    /// <summary>A mode by name, the teacher by default.</summary>
    public static Option<string> Create()
    {
        var mode = new Option<string>("--mode")
        {
            Description = Description + ".",
            HelpName = "MODE",
            DefaultValueFactory = _ => "teacher",
        };
        mode.CompletionSources.Add(Words);
        Validate(mode, isAutoTaken: false);
        return mode;
    }

    /// <summary>A mode by name, or <c>auto</c>: the worker chooses. Null where none is given.</summary>
    public static Option<string?> CreateOrAuto()
    {
        var mode = new Option<string?>("--mode")
        {
            Description = Description + ", or auto: the worker chooses by its lag. Default: teacher, with --burst auto.",
            HelpName = "MODE",
        };
        mode.CompletionSources.Add([.. Words, DemoOptions.Auto]);
        Validate(mode, isAutoTaken: true);
        return mode;
    }

    private static void Validate(Option mode, bool isAutoTaken) => mode.Validators.Add(result =>
    {
        string? text = result.GetValueOrDefault<string>();
        if (text is null || Mode.TryParse(text, Precision.Int8) is not null || (isAutoTaken && text == DemoOptions.Auto)) return;
        result.AddError($"--mode is {Shown.Misread(text, Words)}; give {(isAutoTaken ? "auto, " : "")}teacher, swift, or students:K "
            + $"with K in 1..{Mode.MaxStudents}.");
    });
}
