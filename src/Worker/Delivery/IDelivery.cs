using Sluice.Worker.InFlight;

namespace Sluice.Worker.Delivery;

/// <summary>The way of what is made of records to the brokers, and of their offsets to the group: the seam between the promises.</summary>
internal interface IDelivery
{
    /// <summary>How often offsets are committed where nothing presses.</summary>
    TimeSpan Interval { get; }

    /// <summary>A commit is under way and goes on at the next <see cref="Commit"/>. On the reading thread.</summary>
    bool IsCommitting { get; }

    /// <summary>The last commit failed: the next one is for when its time comes. On the reading thread.</summary>
    bool HasFailed { get; }

    /// <summary>Takes over what is made of a record; its delivery finishes the record. Thread-safe; may wait while the client's queue is
    /// full.</summary>
    /// <exception cref="OperationCanceledException">The steps must stop where they are.</exception>
    void Send(Shipment shipment);

    /// <summary>Takes over the dead-letter record of a document that was just rejected, or holds it back (<see cref="RejectionBrake"/>).
    /// </summary>
    /// <inheritdoc cref="Send"/>
    void Reject(Shipment rejected);

    /// <summary>Sends what was held back when its time has come, until the brake is over or the steps stop.</summary>
    Task RunHeldAsync(CancellationToken stop);

    /// <summary>Sends again, alone or smaller, what a topic refused, until told to stop.</summary>
    Task RunRefusedAsync(CancellationToken stop);

    /// <summary>Commits every watermark that has moved. On the reading thread.</summary>
    /// <returns>False when some could not be, or it is still under way.</returns>
    bool Commit();

    /// <summary>Ends the epochs of partitions that are taken away, and commits their watermarks. On the reading thread; takes some seconds
    /// at most.</summary>
    /// <param name="partitions">Which.</param>
    /// <param name="finish">How long to wait for the records that lie before others which are done.</param>
    void CommitRevoked(IReadOnlyList<SourcePartition> partitions, TimeSpan finish);

    /// <summary>Ends the epochs of partitions that another member may own by now: nothing may be committed of them. On the reading thread.
    /// </summary>
    void Lose(IReadOnlyList<SourcePartition> partitions);
}
