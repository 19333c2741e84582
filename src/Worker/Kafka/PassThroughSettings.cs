namespace Sluice.Worker.Kafka;

/// <summary>Settings that are passed through to librdkafka: how their names are written, and which of them it takes.</summary>
internal static class PassThroughSettings
{
    /// <summary>
    /// A setting's name as librdkafka spells it: <c>_</c> may stand for <c>.</c>, for shells that refuse dots in variable names.
    /// </summary>
    public static string Name(string key) => key.Replace('_', '.');

    /// <summary>
    /// One sentence for each setting that cannot be: owned by the worker, unknown to librdkafka, or of a value that it refuses. Empty when
    /// all may pass.
    /// </summary>
    /// <param name="path">The section's path, for the message.</param>
    /// <param name="settings">Names and values as configured.</param>
    /// <param name="consumer">The section reaches the consumer.</param>
    /// <param name="producer">The section reaches the producer.</param>
    public static IEnumerable<string> Refusals(string path, IReadOnlyDictionary<string, string> settings, bool consumer, bool producer)
    {
        foreach ((string key, string value) in settings)
        {
            if (OwnedSettings.ReasonFor(Name(key), consumer, producer) is { } reason)
                yield return $"{path}:{key} cannot be set: the worker owns it, because {reason}. Remove it.";
            else if (Refusal(Name(key), value) is { } refusal)
                yield return $"{path}:{key} is refused by librdkafka: {refusal}.";
        }
    }

    /// <summary>What librdkafka has against a setting, or null. It looks at one at a time: what contradicts another
    /// shows when the client is built.</summary>
    private static string? Refusal(string name, string value)
    {
        using NativeSettings settings = new();
        return settings.Set(name, value) switch
        {
            null => null,
            "" => $"it knows no setting of that name ({NativeClient.Load()})",
            var words when QuotesNoText(words) => words,
            _ => "an invalid value, which is not shown here; librdkafka's CONFIGURATION.md says what it takes",
        };
    }

    // Its other refusals quote what was given, which may be a secret; a number that is asked for is none.
    private static bool QuotesNoText(string refusal) => refusal.Contains(" is outside allowed range ", StringComparison.Ordinal)
        || refusal.Contains(" not supported in this build: ", StringComparison.Ordinal);
}
