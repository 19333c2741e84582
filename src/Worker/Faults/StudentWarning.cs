using Microsoft.Extensions.Logging;
using Sluice.Inference.Students;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Faults;

/// <summary>
/// Logs batches that fewer students answered than were asked: the first at once, then one each <see cref="Quiet"/> with the number passed
/// over. Thread-safe.
/// </summary>
/// <remarks>Each label says in any case how many students made it.</remarks>
internal sealed class StudentWarning(TimeProvider time, ILogger<StudentWarning> logger)
{
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private readonly RepeatedWarning _trouble = new(time, Quiet);

    public void Add(DegradedBatch batch)
    {
        if (_trouble.ShouldLog(out long suppressed))
            Log.StudentMissing(logger, batch.Used + 1, batch.Asked, batch.Rows, batch.Tokens, batch.Cause.Message.TrimEnd('.'),
                batch.Used, suppressed);
    }
}
