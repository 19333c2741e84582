using Microsoft.Extensions.Logging;
using Sluice.Worker.Diagnostics;

namespace Sluice.Worker.Inference;

/// <summary>Logs batches that fewer students answered than were asked: the first at once, then one each <see cref="Quiet"/> with the number passed over. Thread-safe.</summary>
/// <remarks>Each label says in any case how many students made it.</remarks>
internal sealed class StudentTrouble(TimeProvider time, ILogger<StudentTrouble> logger)
{
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    private readonly Trouble _trouble = new(time, Quiet);

    public void Add(DegradedBatch batch)
    {
        if (_trouble.TryTell(out long passedOver))
            Log.StudentMissing(logger, batch.Used + 1, batch.Asked, batch.Rows, batch.Tokens, batch.Cause.Message.TrimEnd('.'), batch.Used, passedOver);
    }
}
