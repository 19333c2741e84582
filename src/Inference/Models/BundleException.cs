using Sluice.Inference.Modes;

namespace Sluice.Inference.Models;

/// <summary>
/// A bundle that must not be served, with every disagreement found, each naming the file, what was expected and what was found; or a mode
/// that a good one does not have.
/// </summary>
public sealed class BundleException : Exception
{
    internal BundleException(string directory, IReadOnlyList<string> disagreements)
        : base($"The model bundle {directory} is refused: {string.Join("; ", disagreements)}. "
            + "Export it again (./sluice train), or fetch it whole.") => Disagreements = [.. disagreements];

    private BundleException(IReadOnlyList<string> disagreements, string message)
        : base(message) => Disagreements = [.. disagreements];

    /// <summary>The bundle is a good one, and lacks what the mode needs.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="mode">What was asked for.</param>
    /// <param name="lack">What it has instead, as in <c>it has 2 students, not 9</c>.</param>
    internal static BundleException CannotServe(ModelBundle bundle, Mode mode, string lack)
    {
        int students = bundle.Manifest.StudentCount;
        IEnumerable<string> modes = ["teacher", .. Enumerable.Range(1, students).Select(count => $"students:{count}"),
            .. bundle.Manifest.HasSwift ? ["swift"] : Array.Empty<string>()];
        string way = students == 0 ? " Students are trained with ./sluice train students." : "";
        return new BundleException([lack], $"The model bundle {bundle.Directory} cannot label in mode {mode.Name}: {lack}. "
            + $"Its modes are {string.Join(", ", modes)}.{way}");
    }

    /// <summary>The manifest is of a format that only a newer program knows.</summary>
    internal static BundleException Newer(string directory, string file, string format)
    {
        string disagreement = $"{file}: expected format {Manifest.NewestFormat}, found {format}, which is newer than this program knows";
        return new BundleException([disagreement], $"The model bundle {directory} is refused: {disagreement}. "
            + "Update the program, or make the bundle with the training of its version.");
    }

    /// <summary>Files are no longer those that were checked when the bundle was loaded.</summary>
    /// <param name="directory">The bundle's.</param>
    /// <param name="files">A clause of each file that names it.</param>
    internal static BundleException Changed(string directory, IReadOnlyList<string> files) => new(files,
        $"The model bundle {directory} changed while it was opened: {string.Join("; ", files)}. Nothing of it is served; start again when "
        + "all of its files are in their place.");

    /// <summary>What is wrong, one fault each, at least one: the file, what was expected and what was found.</summary>
    public IReadOnlyList<string> Disagreements { get; }
}
