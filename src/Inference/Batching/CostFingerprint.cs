namespace Sluice.Inference.Batching;

/// <summary>Where costs were measured: on another machine, runtime or model they mean nothing.</summary>
/// <param name="Machine">The CPU's model name, its cores and the threads of a run; with a GPU, which one.</param>
/// <param name="Runtime">ONNX Runtime's version.</param>
/// <param name="Model">Name and version of the bundle, and a hash over all its graphs.</param>
internal sealed record CostFingerprint(string Machine, string Runtime, string Model);
