namespace Sluice.Worker.Pipeline;

/// <summary>
/// A thread of its own for a step that blocks or computes for long: it would starve the pool, whose threads the decode workers and the
/// registry need.
/// </summary>
internal static class StepThread
{
    /// <summary>Starts it. The task ends when <paramref name="body"/> does, which must catch its own exceptions.</summary>
    public static Task Start(string name, Action body)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                body();
            }
            finally
            {
                done.SetResult();
            }
        })
        { Name = name, IsBackground = true }.Start();
        return done.Task;
    }
}
