using System.CommandLine;
using Sluice.Inference.Modes;
using Sluice.Worker.Configuration;

namespace Sluice.Cli;

/// <summary><c>--mode</c>, wherever a model is run.</summary>
internal static class ModeOption
{
    private static readonly string[] Words = ["teacher", "swift", "students:1"];

    public static Option<string> Create()
    {
        var mode = new Option<string>("--mode")
        {
            Description = "What labels: teacher (every layer), students:K (the first K of the small models that stand for it) "
                + "or swift (the smallest).",
            HelpName = "MODE",
            DefaultValueFactory = _ => "teacher",
        };
        mode.CompletionSources.Add(Words);
        mode.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && Mode.TryParse(text, Precision.Int8) is null)
                result.AddError($"--mode is {Shown.Misread(text, Words)}; give teacher, swift, or students:K "
                    + $"with K in 1..{Mode.MaxStudents}.");
        });
        return mode;
    }
}
