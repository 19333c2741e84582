using System.Globalization;
using Sluice.Worker.Documents;

namespace Sluice.Worker.Delivery;

/// <summary>Nearly all documents since the start were rejected for one reason, and none was labelled: a setting is likely wrong. It ends
/// the worker with <see cref="ExitCodes.TooManyRejections"/>, and none of those that are held back is sent.</summary>
internal sealed class MassRejectionException : Exception
{
    private MassRejectionException(string message)
        : base(message)
    {
    }

    /// <summary>Names what was found, the setting, an example with what to do about it, and the way out where the setting is right.
    /// </summary>
    /// <param name="found">What nearly all have in common.</param>
    /// <param name="setting">The setting that is likely wrong, and its value; null where none seems so.</param>
    /// <param name="first">The first document that was rejected so.</param>
    /// <param name="held">Rejected documents that are held back.</param>
    public static MassRejectionException Of(MassRejection found, string? setting, FirstRejected first, int held) =>
        new(string.Create(CultureInfo.InvariantCulture,
            $"{found.Count} of the last {found.Of} documents were rejected for one reason, {found.Kind.Reason.Name()}, "
                + $"and none was labelled since the start. "
                + $"{(setting is null ? "No setting seems wrong" : $"The setting that is likely wrong: {setting}")}. "
                + $"The first of them was {first.Source}: {first.Message}. "
                + $"{held} rejected documents were held back; they are neither sent to the dead-letter topic nor committed, and "
                + $"a start with other settings reads them again. Where the documents themselves are at fault, set "
                + $"{DeadLetterOptions.Section}:{nameof(DeadLetterOptions.Brake)} to false: they become dead-letter records then."));
}
