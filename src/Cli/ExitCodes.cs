namespace Sluice.Cli;

/// <summary>What the program ends with where it does not end with 0 (docs/configuration.md).</summary>
internal static class ExitCodes
{
    /// <summary>A mistake in the arguments; or the work was begun, and not all of it could be done.</summary>
    public const int Failed = 1;

    /// <summary>Wrong settings.</summary>
    public const int Misconfigured = 2;

    /// <summary>The settings are sound, and something that it needs is not there.</summary>
    public const int CannotStart = 3;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGPIPE: nobody reads any more what is printed.</summary>
    public const int EndedByBrokenPipe = 141;
}
