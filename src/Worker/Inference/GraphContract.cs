using System.Text.Json;
using Sluice.Worker.Control;
using Sluice.Worker.Onnx;

namespace Sluice.Worker.Inference;

/// <summary>What a teacher graph must be: the packed inputs and outputs, metadata that says what the manifest says, and weights that lie in the bundle's weights file.</summary>
internal static class GraphContract
{
    /// <summary>The packed graph's inputs (specs/inference-graph.md, section 2), in the order in which the engine passes them.</summary>
    public static IReadOnlyList<TensorSpec> Inputs { get; } =
    [
        new("ids", TensorType.Int32, [-1]),
        new("positions", TensorType.Int32, [-1]),
        new("gather", TensorType.Int32, [-1, -1]),
        new("scatter", TensorType.Int32, [-1]),
        new("lengths", TensorType.Int32, [-1]),
        new("cls", TensorType.Int32, [-1]),
    ];

    /// <summary>The one output: logits[documents, labels].</summary>
    public static IReadOnlyList<TensorSpec> Outputs(int labels) => [new("logits", TensorType.Float, [-1, labels])];

    /// <summary>How a precision is written in manifests and metadata.</summary>
    public static string Name(Precision precision) => precision == Precision.Int8 ? "int8" : "fp32";

    /// <summary>Each way in which a teacher graph departs from the contract or the manifest; empty when none does. The files' hashes were checked before.</summary>
    public static List<string> Disagreements(string directory, BundleManifest manifest)
    {
        var found = new List<string>();
        foreach (Precision precision in new[] { Precision.Int8, Precision.Fp32 })
        {
            string name = manifest.Graphs["teacher"][Name(precision)];
            try
            {
                GraphFile graph = GraphFile.Parse(File.ReadAllBytes(Path.Combine(directory, name)));
                found.AddRange(Disagreements(graph, manifest, precision, directory).Select(text => $"{name}: {text}"));
            }
            catch (InvalidDataException e)
            {
                found.Add($"{name}: expected an ONNX graph, found {e.Message}");
            }
        }
        return found;
    }

    private static IEnumerable<string> Disagreements(GraphFile graph, BundleManifest manifest, Precision precision, string directory)
    {
        // Initializers may be listed among the inputs (IR version 3); such an input needs no value.
        TensorSpec[] inputs = [.. graph.Inputs.Where(input => !graph.Tensors.ContainsKey(input.Name))];
        foreach (string text in Compare("input", Inputs, inputs).Concat(Compare("output", Outputs(manifest.Labels.Count), graph.Outputs)))
            yield return text;
        foreach (string text in MetadataDisagreements(graph.Metadata, manifest, precision))
            yield return text;
        string[] misplaced = [.. Misplaced(graph, manifest)];
        IEnumerable<string> unsafeWeights = misplaced.Length > 0 ? [] // what lies elsewhere cannot be read
            : new SaturationBound(graph, Path.Combine(directory, manifest.Weights), manifest.Int8?.MaxAbsWeight ?? SaturationBound.SafeMagnitude).Violations();
        foreach (string text in misplaced.Concat(unsafeWeights))
            yield return text;
    }

    /// <summary>Each entry of a graph's metadata that does not say what the manifest says.</summary>
    public static IEnumerable<string> MetadataDisagreements(IReadOnlyDictionary<string, string> metadata, BundleManifest manifest, Precision precision)
    {
        foreach ((string key, string expected) in Metadata(manifest, precision))
        {
            string? value = metadata.GetValueOrDefault(key);
            if (key == "labels" ? !SameLabels(value, manifest.Labels) : value != expected)
                yield return $"expected metadata {key} {expected}, found {value ?? "none"}";
        }
    }

    /// <summary>Stored tensors that are not whole within the bundle's weights file.</summary>
    private static IEnumerable<string> Misplaced(GraphFile graph, BundleManifest manifest)
    {
        long weightBytes = manifest.Files[manifest.Weights].Bytes;
        foreach (StoredTensor tensor in graph.Tensors.Values.Where(tensor => tensor.File is not null))
        {
            if (tensor.File != manifest.Weights)
                yield return $"expected {tensor.Name} in {manifest.Weights}, found it in {tensor.File}";
            else if (tensor.Offset > weightBytes || tensor.Bytes > weightBytes - tensor.Offset)
                yield return $"expected {tensor.Name} within the {weightBytes} bytes of {manifest.Weights}, found {tensor.Bytes} bytes at {tensor.Offset}";
        }
    }

    private static IEnumerable<(string Key, string Expected)> Metadata(BundleManifest manifest, Precision precision) =>
    [
        ("id", manifest.Id),
        ("version", manifest.Version),
        ("role", "teacher"),
        ("precision", Name(precision)),
        ("labels", JsonSerializer.Serialize(manifest.Labels)),
        ("maxTokens", manifest.MaxTokens.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ("vocabularySha256", manifest.Files[manifest.Tokenizer.Vocabulary].Sha256),
        ("weightsSha256", manifest.Files[manifest.Weights].Sha256),
    ];

    private static bool SameLabels(string? json, IReadOnlyList<string> labels)
    {
        try
        {
            return json is not null && JsonSerializer.Deserialize<string?[]>(json) is { } found && found.SequenceEqual(labels, StringComparer.Ordinal);
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
