using System.ComponentModel.DataAnnotations;

namespace Sluice.Worker.Configuration;

/// <summary>How the lag chooses the mode, where <c>Model:Mode</c> is <c>auto</c>; a named mode must meet the floors too. Section
/// <c>Sluice:Control</c>.</summary>
/// <remarks>A floor is the least that a document may be labelled with: a mode of the bundle (<c>students:1</c>), or a share of right labels
/// (<c>0.985</c>) by the manifest's own count. It allows every mode that is at least so accurate.</remarks>
internal sealed record ControlOptions
{
    public const string Section = "Sluice:Control";

    /// <summary>How soon what waits is to be labelled while arrivals go on. The present mode is left for a cheaper one that is fast enough
    /// for that.</summary>
    /// <value>10 ms to 1 h. Default 1 s: in a burst that a mode can label the slowest documents wait about half as long.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan DrainTarget { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a more accurate mode must have been fast enough, with a fifth to spare, before it is taken again.</summary>
    /// <value>100 ms to 10 min. Default 1 s; raise it if modes change more often than readers of labels like.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The floor of every document whose topic has none of its own.</summary>
    /// <value>A mode, or an accuracy in 0..1. Default empty: every mode is allowed.</value>
    public string Floor { get; init; } = "";

    /// <summary>The floors of topics, by name; each stands in the place of <see cref="Floor"/>.</summary>
    /// <value>Modes or accuracies by topic that is read, in the same letters. Default none.</value>
    public Dictionary<string, string> TopicFloors { get; init; } = [];

    /// <summary>The record header that may raise the floor of its document. A value that is no floor counts as the strictest.</summary>
    /// <value>A header's name. Default empty: none.</value>
    public string FloorHeader { get; init; } = "";
}
