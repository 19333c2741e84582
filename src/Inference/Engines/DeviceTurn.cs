namespace Sluice.Inference.Engines;

/// <summary>Whose turn it is to run on a GPU: one run at a time, for all threads that have one engine. On a CPU there is nothing to wait
/// for.</summary>
/// <remarks>
/// <para>Each run has a stream of its own, and kernels of several would take turns instead: all would be done late, none would have a
/// time of its own to be measured, and each would need its memory at once. So runs take turns as a whole; all else that threads do with a
/// batch, they do at once (docs/decisions/0012-one-run-at-a-time-on-a-gpu.md).</para>
/// <para>One for an engine, taken for every run while others may run it too. Thread-safe.</para>
/// </remarks>
/// <param name="options">How the engine runs.</param>
internal sealed class DeviceTurn(EngineOptions options)
{
    private readonly Lock? _turn = options.IsOnGpu ? new Lock() : null;

    /// <summary>For an engine that one thread alone runs for now: nothing to wait for.</summary>
    public static DeviceTurn Alone { get; } = new(new EngineOptions());

    /// <summary>Waits, on a GPU, until no other thread has the turn.</summary>
    public void Take() => _turn?.Enter();

    /// <summary>Lets the next run begin; on the thread that took the turn, once.</summary>
    public void End() => _turn?.Exit();
}
