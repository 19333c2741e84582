namespace Sluice.Worker.Onnx;

/// <summary>The native library, or a provider that it loads, is missing, too old or not what it says; the message tells what to install or set.</summary>
internal sealed class OrtLibraryException(string message) : Exception(message);
