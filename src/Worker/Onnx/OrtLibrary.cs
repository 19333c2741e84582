using System.Runtime.InteropServices;

namespace Sluice.Worker.Onnx;

/// <summary>Finds and loads libonnxruntime, and asks it for the function table.</summary>
internal static unsafe class OrtLibrary
{
    /// <summary>Environment variable that names the library's file; where it is set, nothing else is tried.</summary>
    public const string Variable = "SLUICE_ONNXRUNTIME";

    private const string Folder = "onnxruntime-1.30.0";
    private const string File = "libonnxruntime.so.1";

    /// <summary>Files to try, in order: $SLUICE_ONNXRUNTIME alone; else the cache that set-up fills, then the program's folder.</summary>
    public static IReadOnlyList<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return [given];
        var files = new List<string>();
        if (Environment.GetEnvironmentVariable("SLUICE_CACHE") is { Length: > 0 } cache)
            files.Add(Path.Combine(cache, Folder, File));
        files.Add(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "sluice", Folder, File));
        files.Add(Path.Combine(AppContext.BaseDirectory, File));
        return files;
    }

    /// <summary>Loads the first of <paramref name="candidates"/> that is there.</summary>
    /// <exception cref="OrtLibraryException">None is there, or the first that is there cannot be loaded, is another library, or is too old.</exception>
    public static OrtApi Load(IReadOnlyList<string> candidates)
    {
        string path = candidates.FirstOrDefault(System.IO.File.Exists) ?? throw new OrtLibraryException(
            $"ONNX Runtime's library was not found. Tried: {string.Join(", ", candidates)}. Run ./sluice once, which installs it, or set {Variable} to the file of a libonnxruntime.so of version 1.24 or newer.");
        nint library;
        try
        {
            library = NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new OrtLibraryException($"{path} could not be loaded as ONNX Runtime's library: {e.Message} Set {Variable} to the file of a libonnxruntime.so for this platform.");
        }
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint entry))
            throw new OrtLibraryException($"{path} is not ONNX Runtime: it does not export OrtGetApiBase. Set {Variable} to the file of a libonnxruntime.so.");
        return Open((nint)((delegate* unmanaged<nint*>)entry)(), path);
    }

    /// <summary>Asks a loaded library for the function table.</summary>
    /// <param name="apiBase">struct OrtApiBase of the header: GetApi, GetVersionString.</param>
    /// <param name="path">The library's file, for messages.</param>
    /// <exception cref="OrtLibraryException">The library does not know API <see cref="OrtApi.Version"/>.</exception>
    internal static OrtApi Open(nint apiBase, string path)
    {
        nint* entries = (nint*)apiBase;
        string version = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)entries[1])()) ?? "unknown";
        nint table = ((delegate* unmanaged<uint, nint>)entries[0])(OrtApi.Version);
        return table != 0 ? new OrtApi(table, version, path) : throw new OrtLibraryException(
            $"{path} is ONNX Runtime {version}, which does not offer API version {OrtApi.Version}; version 1.{OrtApi.Version} or newer is needed. Set {Variable} to a newer library.");
    }
}
