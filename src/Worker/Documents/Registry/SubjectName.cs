namespace Sluice.Worker.Documents.Registry;

/// <summary>
/// Subjects by Confluent's TopicNameStrategy, the default of all clients: one subject for a topic's keys, one for its values.
/// </summary>
internal static class SubjectName
{
    public static string OfValue(string topic) => topic + "-value";

    public static string OfKey(string topic) => topic + "-key";
}
