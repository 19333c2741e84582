namespace Sluice.Worker.Batching;

/// <summary>Where costs were measured: on another machine, runtime or model they mean nothing.</summary>
/// <param name="Machine">The CPU's model name, or the GPU's.</param>
/// <param name="Runtime">ONNX Runtime's version.</param>
/// <param name="Model">Hash of the bundle.</param>
internal sealed record CostOrigin(string Machine, string Runtime, string Model);
