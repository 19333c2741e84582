namespace Sluice.Worker;

/// <summary>What the programs end with where they do not end with 0 (docs/configuration.md).</summary>
internal static class ExitCodes
{
    /// <summary>A mistake in the arguments, a bug; or the work was begun, and not all of it could be done.</summary>
    public const int Failed = 1;

    /// <summary>Wrong settings.</summary>
    public const int Misconfigured = 2;

    /// <summary>The settings are sound, and something that it needs is not there.</summary>
    public const int CannotStart = 3;

    /// <summary>Nearly all documents since the start were rejected for one reason: a setting is likely wrong. None of those that were held
    /// is condemned.</summary>
    public const int TooManyRejections = 4;

    /// <summary>The engine cannot label any more: a GPU that is lost, or memory that somebody else has taken. Another start may be all
    /// that it wants; nothing is lost.</summary>
    public const int EngineLost = 5;

    /// <summary>A batch cannot be read where it lies. What lies before it is labelled and committed; the last line names its partition and
    /// first offset, and how it is passed over.</summary>
    public const int UnreadableBatch = 6;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGPIPE: nobody reads any more what is printed.</summary>
    public const int EndedByBrokenPipe = 141;

    /// <summary>The worker's own, for its help.</summary>
    public const string OfTheWorker = """
        Exit codes: 0 stopped as told (SIGTERM, SIGINT, SIGHUP, also while it starts), 1 stopped by a failure, 2 wrong settings,
        3 could not start (model, library, cluster, topic, registry, port), 4 nearly all documents were rejected for one reason: the
        last lines name the setting that is likely wrong, and nothing is lost, 5 the engine cannot label any more (a GPU that is lost,
        or its memory taken): look at it and start again, 6 a batch of a topic cannot be read where it lies: the last line names its
        partition and first offset, and how to pass it over.
        """;
}
