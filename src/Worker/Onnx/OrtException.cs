namespace Sluice.Worker.Onnx;

/// <summary>ONNX Runtime refused a call: its code and its words.</summary>
internal sealed class OrtException(OrtErrorCode code, string message) : Exception($"ONNX Runtime: {message} ({code})")
{
    public OrtErrorCode Code { get; } = code;
}
