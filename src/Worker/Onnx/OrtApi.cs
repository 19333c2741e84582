using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Worker.Onnx;

/// <summary>ONNX Runtime's C API: each method calls one entry of the function table and throws what it refuses.</summary>
/// <remarks>The table itself is private, so no entry can be reached without its status being looked at. Stateless and thread-safe; what the header says of each native object's threads holds.
/// Pointers given to a method are used until it returns, except those of <see cref="CreateTensor"/>, whose memory must outlive the value.</remarks>
internal sealed unsafe partial class OrtApi
{
    /// <summary>ORT_API_VERSION of the header that the table follows; ONNX Runtime 1.24 and newer offer it.</summary>
    public const uint Version = 24;

    private readonly Table* _table;

    /// <param name="table">What OrtApiBase.GetApi(<see cref="Version"/>) returned; not null.</param>
    /// <param name="libraryVersion">Version string of the library, such as 1.30.0.</param>
    /// <param name="libraryPath">File that was loaded.</param>
    public OrtApi(nint table, string libraryVersion, string libraryPath)
    {
        _table = (Table*)table;
        (LibraryVersion, LibraryPath) = (libraryVersion, libraryPath);
    }

    public string LibraryVersion { get; }

    public string LibraryPath { get; }

    /// <summary>Reads and releases a failed status.</summary>
    public OrtException TakeError(nint status)
    {
        try
        {
            return new OrtException(_table->GetErrorCode(status), Marshal.PtrToStringUTF8((nint)_table->GetErrorMessage(status)) ?? "");
        }
        finally
        {
            _table->ReleaseStatus(status);
        }
    }

    public EnvHandle CreateEnv(delegate* unmanaged<nint, OrtLogLevel, byte*, byte*, byte*, byte*, void> log, OrtLogLevel level)
    {
        var env = new EnvHandle(this);
        nint native;
        fixed (byte* id = "sluice\0"u8)
            _table->CreateEnvWithCustomLogger(log, 0, level, id, &native).ThrowIfFailed(this);
        env.Own(native);
        return env;
    }

    public nint DefaultAllocator()
    {
        nint allocator;
        _table->GetAllocatorWithDefaultOptions(&allocator).ThrowIfFailed(this);
        return allocator;
    }

    /// <summary>Describes plain CPU memory (OrtArenaAllocator = 1, OrtMemTypeDefault = 0).</summary>
    public MemoryInfoHandle CreateCpuMemoryInfo()
    {
        var info = new MemoryInfoHandle(this);
        nint native;
        _table->CreateCpuMemoryInfo(1, 0, &native).ThrowIfFailed(this);
        info.Own(native);
        return info;
    }

    /// <summary>Registers one CPU arena with the environment, for all sessions that ask for environment allocators.</summary>
    public void RegisterArena(EnvHandle env, MemoryInfoHandle info, ReadOnlySpan<string> keys, ReadOnlySpan<nuint> values)
    {
        var names = new Utf8Strings(keys);
        nint arena;
        fixed (nuint* numbers = values)
            _table->CreateArenaCfgV2(names.Pointer, numbers, (nuint)keys.Length, &arena).ThrowIfFailed(this);
        GC.KeepAlive(names);
        try
        {
            _table->CreateAndRegisterAllocator(env.DangerousGetHandle(), info.DangerousGetHandle(), arena).ThrowIfFailed(this);
        }
        finally
        {
            _table->ReleaseArenaCfg(arena);
        }
    }

    public RunOptionsHandle CreateRunOptions()
    {
        var options = new RunOptionsHandle(this);
        nint native;
        _table->CreateRunOptions(&native).ThrowIfFailed(this);
        options.Own(native);
        return options;
    }

    public void AddRunConfigEntry(RunOptionsHandle options, string key, string value)
    {
        fixed (byte* k = Utf8(key), v = Utf8(value))
            _table->AddRunConfigEntry(options.DangerousGetHandle(), k, v).ThrowIfFailed(this);
    }

    public void SetTerminate(RunOptionsHandle options, bool terminate)
    {
        nint native = options.DangerousGetHandle();
        (terminate ? _table->RunOptionsSetTerminate(native) : _table->RunOptionsUnsetTerminate(native)).ThrowIfFailed(this);
    }

    /// <summary>Makes a value over the caller's memory, which must stay pinned until <see cref="ReleaseValue"/>.</summary>
    public nint CreateTensor(nint memoryInfo, void* data, nuint bytes, long* shape, int rank, TensorType type)
    {
        nint value;
        _table->CreateTensorWithDataAsOrtValue(memoryInfo, data, bytes, shape, (nuint)rank, type, &value).ThrowIfFailed(this);
        return value;
    }

    /// <summary>Runs a session once. Thread-safe for one session. <paramref name="outputs"/> hold values over preallocated memory.</summary>
    public void Run(nint session, nint runOptions, byte** inputNames, nint* inputs, int inputCount, byte** outputNames, nint* outputs, int outputCount) =>
        _table->Run(session, runOptions, inputNames, inputs, (nuint)inputCount, outputNames, (nuint)outputCount, outputs).ThrowIfFailed(this);

    public void ReleaseEnv(nint native) => _table->ReleaseEnv(native);

    public void ReleaseMemoryInfo(nint native) => _table->ReleaseMemoryInfo(native);

    public void ReleaseSession(nint native) => _table->ReleaseSession(native);

    public void ReleaseValue(nint native) => _table->ReleaseValue(native);

    public void ReleaseRunOptions(nint native) => _table->ReleaseRunOptions(native);

    public void ReleaseSessionOptions(nint native) => _table->ReleaseSessionOptions(native);

    public void ReleaseCudaOptions(nint native) => _table->ReleaseCUDAProviderOptions(native);

    /// <summary>Null-terminated UTF-8.</summary>
    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text + '\0');

    /// <summary>Copies a string that the default allocator made, and frees it.</summary>
    private string TakeString(byte* text)
    {
        string copy = Marshal.PtrToStringUTF8((nint)text) ?? "";
        _table->AllocatorFree(DefaultAllocator(), text).ThrowIfFailed(this);
        return copy;
    }
}
