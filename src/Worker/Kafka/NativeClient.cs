using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Sluice.Worker.Kafka;

/// <summary>The librdkafka that Confluent.Kafka loaded, for the entries that it does not offer.</summary>
internal static class NativeClient
{
    /// <summary>What <c>LibraryImport</c> names. It is resolved here, since the package brings several builds and Confluent.Kafka takes the
    /// first that loads.</summary>
    public const string Name = "librdkafka";

    // In Confluent.Kafka's order. The first wants the libsasl2.so.3 of RHEL and alone brings Kerberos; where that is missing, as on Debian,
    // the second is taken.
    private static readonly string[] Builds = ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];

    private static readonly Lazy<nint> Handle = new(Find);

    static NativeClient() => ResolveFor(typeof(NativeClient).Assembly);

    /// <summary>Lets the imports of <see cref="Name"/> in an assembly find the library. Once for each assembly, before its first import.
    /// </summary>
    public static void ResolveFor(Assembly assembly) =>
        NativeLibrary.SetDllImportResolver(assembly, (name, _, _) => name == Name ? Handle.Value : 0);

    /// <summary>Loads the library through Confluent.Kafka, if nothing did before, and returns its version.</summary>
    /// <exception cref="DllNotFoundException">No build of the library loads on this system.</exception>
    public static string Load()
    {
        try
        {
            return Library.VersionString;
        }
        catch (InvalidOperationException e) // as the package has it
        {
            throw new DllNotFoundException(e.Message, e);
        }
    }

    private static nint Find()
    {
        Load();
        Assembly here = typeof(NativeClient).Assembly;
        foreach (string build in Builds)
        {
            if (NativeLibrary.TryLoad(build, here, DllImportSearchPath.AssemblyDirectory, out nint handle)) return handle;
        }

        string builds = string.Join(", ", Builds);
        throw new DllNotFoundException($"None of {builds} loads from {AppContext.BaseDirectory}; 'ldd' on the first tells what it misses.");
    }
}
