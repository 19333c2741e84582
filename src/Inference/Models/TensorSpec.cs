namespace Sluice.Inference.Models;

/// <summary>What a graph says, or its user expects, of one input or output.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Type">Element type; <see cref="TensorType.Undefined"/> for what is no tensor.</param>
/// <param name="Shape">Sizes by dimension, -1 where the size varies.</param>
internal sealed record TensorSpec(string Name, TensorType Type, IReadOnlyList<long> Shape)
{
    /// <summary>
    /// Whether a graph that declares <paramref name="declared"/> can take the place of this one: same name, type and rank, and no fixed
    /// size that contradicts a fixed size here.
    /// </summary>
    public bool Admits(TensorSpec declared) =>
        Name == declared.Name && Type == declared.Type && Shape.Count == declared.Shape.Count
        && Shape.Zip(declared.Shape).All(pair => pair.First == pair.Second || pair.First < 0 || pair.Second < 0);

    public override string ToString() => $"{Name}: {Type}[{string.Join(',', Shape.Select(Shown))}]";

    private static string Shown(long size) => size < 0 ? "?" : size.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
