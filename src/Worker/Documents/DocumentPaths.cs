using Sluice.Worker.Documents.Paths;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents;

/// <summary>The configured paths in the order of their places in <see cref="DocumentFields"/>: text fields, copied ones, the id.</summary>
internal static class DocumentPaths
{
    /// <summary>For a text field whose bytes are no text.</summary>
    public static readonly WayOut OtherText =
        new("have the producer write UTF-8 there, or name another field in Sluice:Input:TextFields", Setting.TextFields);

    /// <param name="input">Valid settings.</param>
    /// <param name="output">Valid settings.</param>
    /// <param name="inside">The record that the paths lead on from; null for the top of a value.</param>
    public static WantedPath[] Of(InputOptions input, OutputOptions output, string? inside = null) =>
    [
        .. input.TextFields.Select(path => new WantedPath(Path(path, inside),
            input.OptionalFields.Contains(path) ? PathNeed.TextOrAbsent : PathNeed.Text)),
        .. output.CopyFields.Select(path => new WantedPath(Path(path, inside), PathNeed.ScalarOrNothing)),
        .. new[] { input.IdField }.Where(path => path.Length > 0)
            .Select(path => new WantedPath(Path(path, inside), PathNeed.TextOrNothing)),
    ];

    private static FieldPath Path(string path, string? inside) =>
        inside is null ? FieldPath.Parse(path) : FieldPath.Parse(path).Inside(inside);
}
