namespace Sluice.Worker.Onnx;

/// <summary>onnxruntime_c_api.h, enum OrtLoggingLevel.</summary>
internal enum OrtLogLevel
{
    Verbose,
    Info,
    Warning,
    Error,
    Fatal,
}
