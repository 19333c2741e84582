namespace Sluice.Worker.Onnx;

/// <summary>Options of a Run, which several Runs may share: they can all be told to end early.</summary>
/// <remarks>Thread-safe. Must outlive the Runs that use it.</remarks>
internal sealed class OrtRunOptions : IDisposable
{
    private readonly OrtApi _api;

    /// <param name="shrinkArena">Whether to give the arena's unused memory back to the system after the Run.</param>
    public OrtRunOptions(bool shrinkArena = false)
    {
        _api = OrtEnvironment.Current.Api;
        Handle = _api.CreateRunOptions();
        if (shrinkArena)
            _api.AddRunConfigEntry(Handle, "memory.enable_memory_arena_shrinkage", "cpu:0");
    }

    internal RunOptionsHandle Handle { get; }

    /// <summary>Makes Runs that use these options fail soon with an <see cref="OrtException"/>, until <see cref="Resume"/>.</summary>
    public void Terminate() => _api.SetTerminate(Handle, true);

    public void Resume() => _api.SetTerminate(Handle, false);

    public void Dispose() => Handle.Dispose();
}
