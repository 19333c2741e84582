namespace Sluice.Worker.Onnx;

/// <content>Session options.</content>
internal sealed unsafe partial class OrtApi
{
    public SessionOptionsHandle CreateSessionOptions()
    {
        var options = new SessionOptionsHandle(this);
        nint native;
        _table->CreateSessionOptions(&native).ThrowIfFailed(this);
        options.Own(native);
        return options;
    }

    public void SetIntraOpThreads(SessionOptionsHandle options, int threads) =>
        _table->SetIntraOpNumThreads(options.DangerousGetHandle(), threads).ThrowIfFailed(this);

    public void SetOptimizationLevel(SessionOptionsHandle options, OptimizationLevel level) =>
        _table->SetSessionGraphOptimizationLevel(options.DangerousGetHandle(), level).ThrowIfFailed(this);

    public void DisableMemoryPattern(SessionOptionsHandle options) =>
        _table->DisableMemPattern(options.DangerousGetHandle()).ThrowIfFailed(this);

    public void DisableCpuArena(SessionOptionsHandle options) =>
        _table->DisableCpuMemArena(options.DangerousGetHandle()).ThrowIfFailed(this);

    /// <summary>Writes a trace of every operator to a file whose name begins with <paramref name="filePrefix"/>; <see cref="EndProfiling"/> names it.</summary>
    public void EnableProfiling(SessionOptionsHandle options, string filePrefix)
    {
        fixed (byte* prefix = Utf8(filePrefix))
            _table->EnableProfiling(options.DangerousGetHandle(), prefix).ThrowIfFailed(this);
    }

    public void AddConfigEntry(SessionOptionsHandle options, string key, string value)
    {
        fixed (byte* k = Utf8(key), v = Utf8(value))
            _table->AddSessionConfigEntry(options.DangerousGetHandle(), k, v).ThrowIfFailed(this);
    }

    /// <summary>Appends the CUDA provider with its options (keys of OrtCUDAProviderOptionsV2, such as device_id).</summary>
    /// <exception cref="OrtException">The provider's library, or CUDA itself, is not there.</exception>
    public void AppendCuda(SessionOptionsHandle options, ReadOnlySpan<string> keys, ReadOnlySpan<string> values)
    {
        using var cuda = new CudaOptionsHandle(this);
        nint native;
        _table->CreateCUDAProviderOptions(&native).ThrowIfFailed(this);
        cuda.Own(native);
        var names = new Utf8Strings(keys);
        var settings = new Utf8Strings(values);
        _table->UpdateCUDAProviderOptions(native, names.Pointer, settings.Pointer, (nuint)keys.Length).ThrowIfFailed(this);
        GC.KeepAlive(names);
        GC.KeepAlive(settings);
        _table->SessionOptionsAppendExecutionProvider_CUDA_V2(options.DangerousGetHandle(), native).ThrowIfFailed(this);
    }
}
