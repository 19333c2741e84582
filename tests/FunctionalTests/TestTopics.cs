namespace FunctionalTests;

/// <summary>The topics and the group of one test.</summary>
internal sealed record TestTopics(string Input, string Output, string DeadLetters, string Group)
{
    private static int _count;

    public static TestTopics Create()
    {
        string name = $"t{Interlocked.Increment(ref _count)}-{Guid.NewGuid():N}"[..12];
        return new TestTopics(name + "-in", name + "-labels", name + "-dead", name);
    }
}
