using System.Globalization;
using Sluice.Worker.Documents;

namespace Sluice.Worker.Delivery;

/// <summary>Nearly all documents since the start were rejected for one reason, and none was labelled: a setting is likely wrong. It ends
/// the worker with <see cref="ExitCodes.TooManyRejections"/>, and none of those that are held back is sent.</summary>
internal sealed class MassRejectionException : Exception
{
    private MassRejectionException(RejectionReason reason, string found, IReadOnlyList<string> lines)
        : base($"{found} {string.Join(' ', lines)}") => (Reason, Found, Lines) = (reason, found, lines);

    /// <summary>The one reason.</summary>
    public RejectionReason Reason { get; }

    /// <summary>What was found, as the end of a sentence.</summary>
    public string Found { get; }

    /// <summary>The setting, an example, what to do about it, and the way out where the setting is right: a sentence or two each.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>Names what was found, the setting, an example with what to do about it, and the way out where the setting is right.
    /// </summary>
    /// <param name="found">What nearly all have in common.</param>
    /// <param name="setting">The setting that is likely wrong, and its value; null where none seems so.</param>
    /// <param name="first">The first document that was rejected so.</param>
    /// <param name="held">Rejected documents that are held back.</param>
    public static MassRejectionException Of(MassRejection found, string? setting, FirstRejected first, int held) => new(
        found.Kind.Reason,
        string.Create(CultureInfo.InvariantCulture,
            $"{found.Count} of the last {found.Of} documents were rejected for one reason, {found.Kind.Reason.Name()}, "
                + $"and none was labelled since the start."),
        [
            Blame(setting),
            $"The first of them was {first.Source}: {first.Detail}.",
            $"What to do: {first.WayOut}.",
            string.Create(CultureInfo.InvariantCulture, $"{held} are held back, neither sent nor committed: the next start reads them."),
            $"If the documents are at fault: {DeadLetterOptions.Section}:{nameof(DeadLetterOptions.Brake)}=false makes dead letters.",
        ]);

    /// <summary>A sentence about the setting that is likely wrong.</summary>
    /// <param name="setting">It and its value; null where none seems so.</param>
    public static string Blame(string? setting) =>
        setting is null ? "No setting seems wrong." : $"The setting that is likely wrong: {setting}.";
}
