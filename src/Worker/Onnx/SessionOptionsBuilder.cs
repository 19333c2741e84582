namespace Sluice.Worker.Onnx;

/// <summary>Turns <see cref="SessionOptions"/> into ONNX Runtime's own.</summary>
internal static class SessionOptionsBuilder
{
    /// <exception cref="OrtLibraryException">CUDA is asked for and cannot be had.</exception>
    /// <exception cref="OrtException">ONNX Runtime refuses an option.</exception>
    public static SessionOptionsHandle Build(OrtEnvironment environment, SessionOptions options)
    {
        OrtApi api = environment.Api;
        SessionOptionsHandle handle = api.CreateSessionOptions();
        try
        {
            api.SetIntraOpThreads(handle, options.IntraOpThreads);
            api.SetOptimizationLevel(handle, options.Optimization);
            api.AddConfigEntry(handle, "session.intra_op.allow_spinning", options.Spinning ? "1" : "0");
            api.AddConfigEntry(handle, "session.set_denormal_as_zero", options.DenormalsAreZero ? "1" : "0");
            if (options.DisabledOptimizers.Count > 0)
                api.AddConfigEntry(handle, "optimization.disable_specified_optimizers", string.Join(';', options.DisabledOptimizers));
            if (!options.MemoryPattern)
                api.DisableMemoryPattern(handle);
            if (!options.CpuArena)
                api.DisableCpuArena(handle);
            if (options.SharedArena is { } arena)
            {
                environment.ShareArena(arena);
                api.AddConfigEntry(handle, "session.use_env_allocators", "1");
            }
            if (options.OwnAttention && options.Provider == ExecutionProvider.Cpu && AttentionKernel.IsSupported)
                api.AddCustomOpDomain(handle, environment.Operators(options.IntraOpThreads));
            foreach ((string key, string value) in options.ConfigEntries)
                api.AddConfigEntry(handle, key, value);
            if (options.ProfilePrefix is { } prefix)
                api.EnableProfiling(handle, prefix);
            if (options.Provider == ExecutionProvider.Cuda)
                AppendCuda(api, handle, options.DeviceId);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void AppendCuda(OrtApi api, SessionOptionsHandle handle, int deviceId)
    {
        try
        {
            api.AppendCuda(handle, ["device_id"], [deviceId.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        }
        catch (OrtException e)
        {
            string folder = Path.GetDirectoryName(api.LibraryPath) ?? ".";
            throw new OrtLibraryException(
                $"CUDA was asked for, but its provider cannot be had for GPU {deviceId}: {e.Message} Put libonnxruntime_providers_shared.so and libonnxruntime_providers_cuda.so of version {api.LibraryVersion} "
                + $"(NuGet Microsoft.ML.OnnxRuntime.Gpu.Linux) beside {api.LibraryPath} in {folder}, with CUDA and cuDNN 9 on the library path (LD_LIBRARY_PATH), or run on the CPU.");
        }
    }
}
