using System.Globalization;
using System.Text;
using Sluice.Worker.InFlight;

namespace Sluice.Worker.Documents;

/// <summary>The headers of Kafka Connect's DeadLetterQueueReporter, with <c>errors.deadletterqueue.context.headers.enable</c>: all UTF-8,
/// numbers in decimal.</summary>
internal static class ConnectHeaders
{
    public const string Prefix = "__connect.errors.";
    public const string Topic = Prefix + "topic";
    public const string Partition = Prefix + "partition";
    public const string Offset = Prefix + "offset";
    public const string Connector = Prefix + "connector.name";
    public const string Task = Prefix + "task.id";
    public const string Stage = Prefix + "stage";
    public const string ExecutingClass = Prefix + "class.name";
    public const string ExceptionClass = Prefix + "exception.class.name";
    public const string ExceptionMessage = Prefix + "exception.message";

    /// <summary>Those of a rejected record. The connector is the consumer group, its task 0, the executing class the worker; the
    /// exception's class is <c>sluice.</c> and the reason.</summary>
    public static IEnumerable<RecordHeader> Of(Envelope envelope, string group, Rejection rejection)
    {
        SourceOffset source = envelope.Source;
        return
        [
            Text(Topic, source.Partition.Topic),
            Text(Partition, source.Partition.Partition.ToString(CultureInfo.InvariantCulture)),
            Text(Offset, source.Offset.ToString(CultureInfo.InvariantCulture)),
            Text(Connector, group),
            Text(Task, "0"),
            Text(Stage, StageOf(rejection.Reason)),
            Text(ExecutingClass, "Sluice.Worker"),
            Text(ExceptionClass, $"sluice.{rejection.Reason.Name()}"),
            Text(ExceptionMessage, rejection.Message),
        ];
    }

    // The names of Connect's Stage: what reads a value, what is done with it, and what writes.
    private static string StageOf(RejectionReason reason) => reason switch
    {
        RejectionReason.RunFailed => "TRANSFORMATION",
        RejectionReason.LabelTooLarge or RejectionReason.LabelRefused => "KAFKA_PRODUCE",
        _ => "VALUE_CONVERTER",
    };

    private static RecordHeader Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}
