namespace Sluice.Inference.Models;

/// <summary>An initializer of a graph: a constant kept in the graph's file or in an external data file beside it.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes by dimension.</param>
/// <param name="File">External file, relative to the graph, or null where the data is in the graph.</param>
/// <param name="Offset">First byte in the external file.</param>
/// <param name="Bytes">Bytes in the external file, or of <paramref name="Inline"/>.</param>
/// <param name="Inline">raw_data of the graph's file; empty where the data is external or stored as typed numbers.</param>
internal sealed record StoredTensor(string Name, TensorType Type, IReadOnlyList<long> Shape, string? File, long Offset, long Bytes,
    ReadOnlyMemory<byte> Inline);
