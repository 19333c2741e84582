namespace Sluice.Worker.Documents.Registry;

/// <summary>Subjects by Confluent's TopicNameStrategy, the default of all clients.</summary>
internal static class SubjectName
{
    /// <summary>The subject of a topic's values.</summary>
    public static string OfValue(string topic) => topic + "-value";
}
