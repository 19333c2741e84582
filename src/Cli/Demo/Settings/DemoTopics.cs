namespace Sluice.Cli.Demo.Settings;

/// <summary>The names of one run.</summary>
/// <param name="Documents">What is read.</param>
/// <param name="Labels">What is written.</param>
/// <param name="DeadLetters">Where a document goes that cannot be read; stays empty.</param>
/// <param name="Group">The worker's consumer group.</param>
internal sealed record DemoTopics(string Documents, string Labels, string DeadLetters, string Group)
{
    /// <summary>All names with a prefix.</summary>
    public static DemoTopics With(string prefix) =>
        new(prefix + "mails", prefix + "mails.labels", prefix + "mails.dead-letters", prefix + "worker");

    /// <summary>The three topics.</summary>
    public IReadOnlyList<string> All => [Documents, Labels, DeadLetters];
}
