using System.Text.Json;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Models;

/// <summary>
/// What a served graph must be: the packed inputs and outputs, metadata that says what the manifest says, and weights that lie in the
/// bundle's weights file.
/// </summary>
internal static class GraphContract
{
    /// <summary>The packed graph's inputs (docs/models.md, "Packed"), in the order in which the engine passes them.</summary>
    public static IReadOnlyList<TensorSpec> Inputs { get; } =
    [
        new("ids", TensorType.Int32, [-1]),
        new("positions", TensorType.Int32, [-1]),
        new("gather", TensorType.Int32, [-1, -1]),
        new("scatter", TensorType.Int32, [-1]),
        new("lengths", TensorType.Int32, [-1]),
        new("cls", TensorType.Int32, [-1]),
    ];

    /// <summary>The one output of a student of the group: features[documents, width].</summary>
    public static IReadOnlyList<TensorSpec> FeatureOutputs(int width) => [new("features", TensorType.Float, [-1, width])];

    /// <summary>The one input of a head: the students' features, summed.</summary>
    public static IReadOnlyList<TensorSpec> FeatureInputs(int width) => [new("features", TensorType.Float, [-1, width])];

    /// <summary>The one output of every other graph: logits[documents, labels].</summary>
    public static IReadOnlyList<TensorSpec> Outputs(int labels) => [new("logits", TensorType.Float, [-1, labels])];

    /// <summary>What the graph of a role takes.</summary>
    public static IReadOnlyList<TensorSpec> InputsOf(string role, Manifest manifest) => GraphRole.IsHead(role)
        ? FeatureInputs(manifest.Encoder.Hidden) : Inputs;

    /// <summary>What the graph of a role gives.</summary>
    public static IReadOnlyList<TensorSpec> OutputsOf(string role, Manifest manifest) => GraphRole.IsStudent(role)
        ? FeatureOutputs(manifest.Encoder.Hidden) : Outputs(manifest.Labels.Count);

    /// <summary>
    /// Each way in which a served graph departs from the contract or the manifest; empty when none does. The files' hashes were checked
    /// before.
    /// </summary>
    public static List<string> Disagreements(string directory, Manifest manifest)
    {
        var found = new List<string>();
        foreach ((string role, string precision, string name) in Served(manifest))
        {
            try
            {
                OnnxGraphReader graph = OnnxGraphReader.Parse(File.ReadAllBytes(Path.Combine(directory, name)));
                found.AddRange(Disagreements(graph, manifest, role, precision, directory).Select(text => $"{name}: {text}"));
            }
            catch (InvalidDataException e)
            {
                found.Add($"{name}: expected an ONNX graph, found {e.Message}");
            }
        }
        return found;
    }

    /// <summary>Each entry of a graph's metadata that does not say what the manifest says.</summary>
    public static IEnumerable<string> MetadataDisagreements(IReadOnlyDictionary<string, string> metadata, Manifest manifest, string role,
        Precision precision) =>
        MetadataDisagreements(metadata, manifest, role, precision.Name());

    private static IEnumerable<string> MetadataDisagreements(IReadOnlyDictionary<string, string> metadata, Manifest manifest, string role,
        string precision)
    {
        foreach ((string key, string expected) in Metadata(manifest, role, precision))
        {
            string? value = metadata.GetValueOrDefault(key);
            if (key == "labels" ? !SameLabels(value, manifest.Labels) : value != expected)
                yield return $"expected metadata {key} {expected}, found {value ?? "none"}";
        }
    }

    private static IEnumerable<(string Role, string Precision, string Name)> Served(Manifest manifest) =>
        from role in manifest.Graphs
        from graph in role.Value
        orderby role.Key, graph.Key
        select (role.Key, graph.Key, graph.Value);

    private static IEnumerable<string> Disagreements(OnnxGraphReader graph, Manifest manifest, string role, string precision,
        string directory)
    {
        // Initializers may be listed among the inputs (IR version 3); such an input needs no value.
        TensorSpec[] inputs = [.. graph.Inputs.Where(input => !graph.Tensors.ContainsKey(input.Name))];
        foreach (string text in Compare("input", InputsOf(role, manifest),
            inputs).Concat(Compare("output", OutputsOf(role, manifest), graph.Outputs)))
            yield return text;
        foreach (string text in MetadataDisagreements(graph.Metadata, manifest, role, precision))
            yield return text;
        string[] misplaced = [.. Misplaced(graph, manifest)];
        IEnumerable<string> unsafeWeights = misplaced.Length > 0 ? [] // what lies elsewhere cannot be read
            : new SaturationBound(graph, Path.Combine(directory, manifest.Weights),
                manifest.Int8?.MaxAbsWeight ?? SaturationBound.SafeMagnitude).Violations();
        foreach (string text in misplaced.Concat(unsafeWeights))
            yield return text;
    }

    /// <summary>Stored tensors that are not whole within the bundle's weights file.</summary>
    private static IEnumerable<string> Misplaced(OnnxGraphReader graph, Manifest manifest)
    {
        long weightBytes = manifest.Files[manifest.Weights].Bytes;
        foreach (StoredTensor tensor in graph.Tensors.Values.Where(tensor => tensor.File is not null))
        {
            if (tensor.File != manifest.Weights)
                yield return $"expected {tensor.Name} in {manifest.Weights}, found it in {tensor.File}";
            else if (tensor.Offset > weightBytes || tensor.Bytes > weightBytes - tensor.Offset)
                yield return $"expected {tensor.Name} within the {weightBytes} bytes of {manifest.Weights}, "
                    + $"found {tensor.Bytes} bytes at {tensor.Offset}";
        }
    }

    private static IEnumerable<(string Key, string Expected)> Metadata(Manifest manifest, string role, string precision) =>
    [
        ("id", manifest.Id),
        ("version", manifest.Version),
        ("role", role),
        ("precision", precision),
        ("labels", JsonSerializer.Serialize(manifest.Labels)),
        ("maxTokens", manifest.MaxTokens.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("vocabularySha256", manifest.Files[manifest.Tokenizer.Vocabulary].Sha256),
        ("weightsSha256", manifest.Files[manifest.Weights].Sha256),
    ];

    private static bool SameLabels(string? json, IReadOnlyList<string> labels)
    {
        try
        {
            return json is not null && JsonSerializer.Deserialize<string?[]>(json) is { } found
                && found.SequenceEqual(labels, StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Compare(string role, IReadOnlyList<TensorSpec> expected, IReadOnlyList<TensorSpec> declared)
    {
        if (declared.Count != expected.Count || !expected.All(spec => declared.Any(spec.Admits)))
            yield return $"expected {role}s {string.Join("; ", expected)}, found {string.Join("; ", declared)}";
    }
}
