namespace Sluice.Worker.Onnx;

/// <summary>What a kernel of <see cref="PackedAttentionOp"/> does at each call.</summary>
/// <param name="Heads">Attribute of the graph's node; at least 1.</param>
/// <param name="ClsOnly">[CLS] alone asks.</param>
/// <param name="Wide">The heads are shared out to the threads of the session.</param>
internal readonly record struct AttentionTask(int Heads, bool ClsOnly, bool Wide);
