namespace Sluice.Inference.Students;

/// <summary>Hands out the students of one batch after another, each student to one thread. Thread-safe; nobody waits.</summary>
/// <remarks>Who comes with the number of an earlier batch gets nothing, so a batch is never held up by a helper that was called and has not
/// begun: it may come at any time later, and finds that it is too late.</remarks>
internal sealed class StudentDispenser
{
    private long _state; // the batch's number in the upper half, students handed out in the lower

    /// <summary>
    /// A new batch, of which the caller takes the first student at once. Only when all students of the one before are handed out.
    /// </summary>
    /// <returns>The batch's number.</returns>
    public int Begin()
    {
        int batch = (int)(Interlocked.Read(ref _state) >> 32) + 1;
        Interlocked.Exchange(ref _state, State(batch, 1));
        return batch;
    }

    /// <summary>Takes the next student of a batch. False when none is left, or the batch is over.</summary>
    /// <param name="batch">Its number.</param>
    /// <param name="count">Its students.</param>
    /// <param name="student">From 2; the first is the caller's.</param>
    public bool TryTake(int batch, int count, out int student)
    {
        while (true)
        {
            long seen = Interlocked.Read(ref _state);
            student = (int)(uint)seen + 1;
            if ((int)(seen >> 32) != batch || student > count) return false;
            if (Interlocked.CompareExchange(ref _state, State(batch, student), seen) == seen) return true;
        }
    }

    private static long State(int batch, int taken) => ((long)batch << 32) | (uint)taken;
}
