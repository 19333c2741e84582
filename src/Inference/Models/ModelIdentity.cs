namespace Sluice.Inference.Models;

/// <summary>Which model labels, and what its labels are called. Immutable.</summary>
public sealed class ModelIdentity
{
    internal ModelIdentity(string id, string version, IEnumerable<string> labels, int maxTokens, string? digest = null) =>
        (Id, Version, Labels, MaxTokens, Digest) = (id, version, [.. labels], maxTokens, digest);

    /// <summary>Name of the bundle, such as mail.</summary>
    public string Id { get; }

    /// <summary>Version of the bundle, such as 1.0.0.</summary>
    public string Version { get; }

    /// <summary>Label of each column of the logits; at least two, all different.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Longest document in tokens, [CLS] and [SEP] included; longer ones are truncated to it.</summary>
    public int MaxTokens { get; }

    /// <summary><c>sha256:</c> and the hash of the bundle's manifest in lower case, which has the hashes of all its other files; null for
    /// a model that has none.</summary>
    public string? Digest { get; }
}
