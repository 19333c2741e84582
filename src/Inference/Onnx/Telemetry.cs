using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Inference.Onnx;

/// <summary>Keeps ONNX Runtime from reporting its use to its maker, as it does from 1.29 on unless <c>ORT_DISABLE_TELEMETRY</c> is set
/// before it is loaded (Privacy.md of its package): then it makes no identifier, no file and no connection.</summary>
internal static partial class Telemetry
{
    /// <summary>Sets the variable in the process's own environment, which .NET's copy of it is not; one that is set already stays as it is.
    /// </summary>
    /// <remarks>Runs once, when the first member of this assembly is used. In the worker no other thread reads the environment by then. In
    /// a program of others one may, in native code (<c>getenv</c>), and POSIX does not let the two be at once: who would be sure sets the
    /// variable before the program starts, for then nothing is written. The same where ONNX Runtime is used before this library: it was
    /// loaded by then.</remarks>
    [SuppressMessage("Usage", "CA2255", Justification = "It has to be before ONNX Runtime is loaded, whichever type is used first.")]
    [ModuleInitializer]
    internal static void Refuse() => _ = SetVariable("ORT_DISABLE_TELEMETRY", "1", overwrite: 0);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
