namespace Sluice.Worker.Inference;

/// <summary>A bundle that must not be served: every disagreement found, each naming the file, what was expected and what was found.</summary>
internal sealed class BundleException(string directory, IReadOnlyList<string> disagreements)
    : Exception($"The model bundle {directory} is refused: {string.Join("; ", disagreements)}. Export it again (./sluice train), or fetch it whole.")
{
    public IReadOnlyList<string> Disagreements { get; } = disagreements;
}
