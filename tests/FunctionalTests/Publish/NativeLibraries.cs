namespace FunctionalTests.Publish;

/// <summary>What the native libraries beside the worker may need of the machine: the C library's own, and C++'s.</summary>
internal static class NativeLibraries
{
    /// <summary>Those of glibc, and of GCC's C++.</summary>
    public static readonly string[] OfTheMachine =
    [
        "ld-linux-x86-64.so.2", "libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6", "libpthread.so.0", "librt.so.1", "libstdc++.so.6",
    ];

    /// <summary>Libraries that may fail to load, because their loader has another or does without.</summary>
    private static readonly (string Library, string Needs, string Instead)[] MayFail =
    [
        ("librdkafka.so", "libsasl2.so.3", "centos8-librdkafka.so"), // RHEL's name; the client falls back to the one without Kerberos
        ("alpine-librdkafka.so", "libc.musl-x86_64.so.1", "centos8-librdkafka.so"),
        ("libcoreclrtraceptprovider.so", "liblttng-ust.so.0", "libcoreclr.so"), // tracing by LTTng
    ];

    /// <summary>Every need of a library under a folder that neither the machine nor the library's own folder fills.</summary>
    public static IEnumerable<string> UnmetNeeds(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*.so*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let name = Path.GetFileName(path)
        let beside = Path.GetDirectoryName(path)!
        // Loaded for Engine:Provider=Cuda only; what that needs is checked when it is asked for.
        where !name.StartsWith("libonnxruntime_providers_", StringComparison.Ordinal)
        from need in ElfFile.NeededBy(path)
        where !OfTheMachine.Contains(need) && !File.Exists(Path.Combine(beside, need))
            && !MayFail.Any(known => known.Library == name && known.Needs == need && File.Exists(Path.Combine(beside, known.Instead)))
        select $"{Path.GetRelativePath(folder, path)} needs {need}";
}
