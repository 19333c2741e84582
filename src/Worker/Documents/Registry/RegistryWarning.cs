using Microsoft.Extensions.Logging;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Documents.Registry;

/// <summary>
/// What is told while the registry cannot be asked: that documents wait, now and then how often it was tried, and when it answers again.
/// Thread-safe; one for all who ask.
/// </summary>
internal sealed class RegistryWarning(TimeProvider time, ILogger<RegistryWarning> logger)
{
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private readonly RepeatedWarning _trouble = new(time, Quiet);

    /// <summary>A request failed, with all its attempts.</summary>
    /// <param name="waiting">Who waits, as the beginning of a sentence.</param>
    /// <param name="failure">Why.</param>
    public void Add(string waiting, RegistryUnavailableException failure)
    {
        if (!_trouble.ShouldLog(out long suppressed)) return;
        string reason = failure.Message.TrimEnd('.');
        if (suppressed == 0) Log.RegistryUnavailable(logger, waiting, reason);
        else Log.RegistryStillUnavailable(logger, waiting, reason, suppressed);
    }

    /// <summary>A request was answered. Cheap where nothing was wrong.</summary>
    public void Answered()
    {
        if (_trouble.TryEnd(out TimeSpan lasted)) Log.RegistryAnswers(logger, (int)lasted.TotalSeconds);
    }
}
