using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Observability;

/// <summary>Of what is held back before it is sent.</summary>
internal static partial class Log
{
    // 100: the path
    [LoggerMessage(126, LogLevel.Information,
        "Stopped: everything that was labelled is delivered and committed; {Documents} documents that were read and not labelled are "
            + "handed back to whoever reads next")]
    public static partial void HandedBack(ILogger logger, long documents);

    // 410: the brake
    [LoggerMessage(410, LogLevel.Information,
        "The brake is on: until the first label is delivered, rejected documents are held back, at most {Window} of them or until no "
            + "record was read for {Seconds} s; where more than {Share:P0} of so many are rejected for one reason, the worker stops")]
    public static partial void BrakeOn(ILogger logger, int window, int seconds, double share);

    [LoggerMessage(411, LogLevel.Information, "The brake is off ({Reason}): every rejected document goes to the dead-letter topic at once")]
    public static partial void BrakeOff(ILogger logger, string reason);

    [LoggerMessage(412, LogLevel.Warning,
        "{Topic}[{Partition}]@{Offset} cannot be labelled ({Reason}): {Detail}. None is labelled since the start, so this one and others "
            + "are held back, at most {Window} or until no record was read for {Seconds} s")]
    public static partial void RejectionsHeld(ILogger logger, string topic, int partition, long offset, string reason, string detail,
        int window, int seconds);

    [LoggerMessage(413, LogLevel.Information,
        "The first label is delivered: {Documents} rejected documents that were held back go to the dead-letter topic, and from now on "
            + "each at once")]
    public static partial void BrakeIsOver(ILogger logger, int documents);

    [LoggerMessage(417, LogLevel.Warning,
        "The first label is delivered, and {Documents} rejected documents that were held back go to the dead-letter topic, as from now on "
            + "each does at once. Yet {Alike} of the last {Of} that were rejected are so for one reason, {Reason}, and that is nearly all "
            + "that was read. {Setting}")]
    public static partial void BrakeIsOverForFew(ILogger logger, int documents, int alike, int of, string reason, string setting);

    [LoggerMessage(418, LogLevel.Critical,
        "The brake stops the worker: nearly all documents are rejected for one reason, {Reason}. The last lines say what to do")]
    public static partial void BrakeStops(ILogger logger, string reason);

    [LoggerMessage(419, LogLevel.Information,
        "Of the documents in flight {Held} are rejected and held back, until a label is delivered or no record was read for {Seconds} s")]
    public static partial void HeldInFlight(ILogger logger, int held, int seconds);

    [LoggerMessage(414, LogLevel.Warning,
        "{Documents} rejected documents are held back no longer, though none is labelled, for {Reason}: they go to the dead-letter topic "
            + "(this is told once)")]
    public static partial void HeldTooLong(ILogger logger, int documents, string reason);

    [LoggerMessage(415, LogLevel.Warning,
        "{Documents} rejected documents that were held back are neither sent nor committed: the next start reads them again")]
    public static partial void HeldAtStop(ILogger logger, int documents);

    [LoggerMessage(416, LogLevel.Information, "Stopped: everything else that was read is delivered and committed")]
    public static partial void DrainedButHeld(ILogger logger);
}
