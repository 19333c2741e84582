using Sluice.Inference.Modes;

namespace Sluice.Cli.Demo.Report;

/// <summary>What one mode has labelled.</summary>
/// <param name="Mode">As its labels name it.</param>
/// <param name="Labels">How many.</param>
/// <param name="Right">Those that are true.</param>
internal sealed record ModeTotals(string Mode, int Labels, int Right)
{
    /// <summary>The share that is true; 0 without a label.</summary>
    public double Accuracy => Labels == 0 ? 0 : (double)Right / Labels;

    /// <summary>With one label more.</summary>
    public ModeTotals With(bool isRight) => this with { Labels = Labels + 1, Right = Right + (isRight ? 1 : 0) };

    /// <summary>Orders by how much of the model takes part: the teacher, then students from many to one, then the swift one.</summary>
    public static int MostThoroughFirst(ModeTotals first, ModeTotals second) => Rank(second.Mode).CompareTo(Rank(first.Mode));

    private static int Rank(string name) => Sluice.Inference.Modes.Mode.TryParse(name, Precision.Int8) switch
    {
        { Kind: ModeKind.Teacher } => Sluice.Inference.Modes.Mode.MaxStudents + 1,
        { } mode => mode.StudentCount,
        null => -1, // of a later version
    };
}
