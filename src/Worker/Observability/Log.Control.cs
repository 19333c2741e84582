using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Observability;

/// <content>600: control of the mode.</content>
internal static partial class Log
{
    [LoggerMessage(600, LogLevel.Information,
        "The lag chooses the mode of each batch, most accurate first, with capacities for documents of mixed length: {Ladder}; "
            + "not loaded: {LeftOut}; of no use by these capacities: {OfNoUse}; what waits is drained within {DrainTarget}, "
            + "a better mode is taken after {Hold}")]
    public static partial void Ladder(
        ILogger logger, string ladder, string leftOut, string ofNoUse, TimeSpan drainTarget, TimeSpan hold);

    [LoggerMessage(601, LogLevel.Information,
        "Mode {Mode} labels all, though the bundle has students: its manifest does not say how accurate the teacher and they are "
            + "in this precision")]
    public static partial void NothingToChoose(ILogger logger, string mode);

    [LoggerMessage(602, LogLevel.Information,
        "Mode {Previous} -> {Mode} ({Reason}): {Waiting:0} documents wait and {ArrivalsPerSecond:0.0}/s arrive, so {Needed:0.0}/s are "
            + "needed; the mode before can do {CapacityBefore:0.0}/s, this one {Capacity:0.0}/s")]
    public static partial void ModeChanged(ILogger logger, string previous, string mode, string reason, double waiting,
        double arrivalsPerSecond, double needed, double capacityBefore, double capacity);

    [LoggerMessage(603, LogLevel.Warning,
        "The fastest mode that is allowed, {Mode}, is not enough: {Waiting:0} documents wait and {ArrivalsPerSecond:0.0}/s arrive, so "
            + "{Needed:0.0}/s are needed and {Capacity:0.0}/s can be had. The lag stays in Kafka and nothing is lost; more workers or "
            + "cores end it, and a lower floor where one is set")]
    public static partial void Saturated(ILogger logger, string mode, double waiting, double arrivalsPerSecond, double needed,
        double capacity);

    [LoggerMessage(604, LogLevel.Information, "What arrives can be labelled in time again, after {Seconds} s")]
    public static partial void SaturationOver(ILogger logger, long seconds);

    [LoggerMessage(605, LogLevel.Warning,
        "Header {Header} of {Topic}[{Partition}]@{Offset} is no floor that a mode of the bundle meets, or one of more than 8; the "
            + "strictest holds for such documents ({Suppressed} more since the last such line)")]
    public static partial void FloorUnreadable(ILogger logger, string header, string topic, int partition, long offset, long suppressed);

    [LoggerMessage(606, LogLevel.Warning,
        "{Records} records of {Partition}, and of {Others} more partitions, were not read for seconds though there was room: they wait for "
            + "no mode, and are left out of its choice until some are read")]
    public static partial void LeftOut(ILogger logger, long records, string partition, int others);

    [LoggerMessage(607, LogLevel.Information, "No partition is left out of the choice of the mode any more")]
    public static partial void LeftOutNoMore(ILogger logger);

    [LoggerMessage(608, LogLevel.Warning,
        "{Waiting:0} documents wait, and not for the model, which is idle: what comes before or after it is slow (acknowledgements of the "
            + "output topic, the registry, a broker). No cheaper mode than {Mode} helps, and none is taken for it")]
    public static partial void ModelIdle(ILogger logger, double waiting, string mode);

    [LoggerMessage(609, LogLevel.Information, "Documents wait for the model again, or none waits, after {Seconds} s")]
    public static partial void ModelIdleNoMore(ILogger logger, long seconds);

    [LoggerMessage(610, LogLevel.Warning,
        "Sluice:Control:FloorHeader is {Header}, but {Mode} labels all: no document is labelled better because its header asks for it. "
            + "Leave Sluice:Model:Mode out, or set it to teacher")]
    public static partial void FloorHeaderNotHeeded(ILogger logger, string header, string mode);

    [LoggerMessage(611, LogLevel.Information,
        "Mode {Previous} -> {Mode} ({Reason}): {Waiting:0} documents wait or more, and how many arrive is not known, so {Needed:0.0}/s or "
            + "more are needed; the mode before can do {CapacityBefore:0.0}/s, this one {Capacity:0.0}/s")]
    public static partial void ModeChangedUnknown(ILogger logger, string previous, string mode, string reason, double? waiting,
        double needed, double capacityBefore, double capacity);

    [LoggerMessage(612, LogLevel.Warning,
        "The fastest mode that is allowed, {Mode}, is not enough: {Waiting:0} documents wait or more, and how many arrive is not known, so "
            + "{Needed:0.0}/s or more are needed and {Capacity:0.0}/s can be had. The lag stays in Kafka and nothing is lost; the brokers "
            + "do not tell it")]
    public static partial void SaturatedUnknown(ILogger logger, string mode, double? waiting, double needed, double capacity);

    [LoggerMessage(613, LogLevel.Information,
        "Mode {Mode} labels all: of those that the lag may choose it is the only one; not loaded: {LeftOut}")]
    public static partial void OnlyRung(ILogger logger, string mode, string leftOut);
}
