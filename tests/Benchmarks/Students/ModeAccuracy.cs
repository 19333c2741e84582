namespace Benchmarks.Students;

/// <summary>How right a mode is on test.</summary>
/// <param name="Correct">Right labels.</param>
/// <param name="Agrees">Labels that are the teacher's.</param>
/// <param name="Total">Documents.</param>
/// <param name="Ece">Expected calibration error, 15 bins.</param>
internal sealed record ModeAccuracy(int Correct, int Agrees, int Total, double Ece)
{
    public double Accuracy => 100.0 * Correct / Total;

    public double Agreement => 100.0 * Agrees / Total;
}
