namespace Sluice.Inference.Models;

/// <summary>Which model labelled, and what its labels are called.</summary>
/// <param name="Id">Name of the bundle, such as mail.</param>
/// <param name="Version">Version of the bundle, such as 1.0.0.</param>
/// <param name="Labels">Label of each column of the logits; at least two, all different.</param>
/// <param name="MaxTokens">Longest document in tokens, [CLS] and [SEP] included; longer ones are truncated to it.</param>
/// <param name="Digest"><c>sha256:</c> and the hash of the bundle's manifest in lower case, which has the hashes of all its other
/// files; null for a model that has none.</param>
public sealed record ModelIdentity(string Id, string Version, IReadOnlyList<string> Labels, int MaxTokens, string? Digest = null);
