using Microsoft.Extensions.Logging;

namespace Sluice.Worker.Observability;

/// <summary>Of transactions, under exactly-once.</summary>
internal static partial class Log
{
    // 420: transactions
    [LoggerMessage(420, LogLevel.Warning,
        "The producer of transactions '{TransactionalId}' met what it cannot recover from ({Reason}); a new one is made under its name, "
            + "which ends what it left open. Nothing is lost or sent twice")]
    public static partial void ProducerMadeAnew(ILogger logger, string transactionalId, string reason);

    [LoggerMessage(421, LogLevel.Warning,
        "A transaction of {Records} records was aborted ({Reason}): nothing of it can be read, and it is sent again ({Suppressed} more "
            + "since the last such line)")]
    public static partial void TransactionAborted(ILogger logger, int records, string reason, long suppressed);

    [LoggerMessage(422, LogLevel.Information, "Transactions are committed again")]
    public static partial void TransactionsGoOn(ILogger logger);
}
