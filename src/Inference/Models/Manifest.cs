using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Models;

/// <summary>manifest.json of a bundle, as far as serving needs it; training data stand there too, for people.</summary>
internal sealed record Manifest
{
    /// <summary>The newest version of the manifest's own format that this program knows; it reads all from 1 on (docs/models.md).</summary>
    public const int NewestFormat = 1;

    /// <summary>Version of the manifest's own format, from 1; 1 where the file names none.</summary>
    [JsonIgnore]
    public int Format { get; init; } = 1;

    /// <summary><c>sha256:</c> and the hash of the file that this was read from, in lower case.</summary>
    [JsonIgnore]
    public string Digest { get; init; } = "";

    public required string Id { get; init; }

    public required string Version { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    public required int MaxTokens { get; init; }

    public required TokenizerSection Tokenizer { get; init; }

    public required EncoderSection Encoder { get; init; }

    /// <summary>File of the weights that all graphs share.</summary>
    public required string Weights { get; init; }

    /// <summary>Graph files by role (teacher; of students: student.K, head.K, group.K, swift) and precision (int8, fp32, fp16). Roles that
    /// this program does not know are left out.</summary>
    [JsonConverter(typeof(KnownGraphs))]
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Graphs { get; init; }

    /// <summary>Every file of the bundle but this one, by name relative to the bundle.</summary>
    public required IReadOnlyDictionary<string, FileSection> Files { get; init; }

    public Int8Section? Int8 { get; init; }

    /// <summary>The student group, or null in a bundle without one.</summary>
    public StudentsSection? Students { get; init; }

    /// <summary>How often the teacher is right, as <see cref="StatedAccuracy"/> reads it.</summary>
    public JsonElement Accuracy { get; init; }

    /// <summary>Students in the group, 0 without one.</summary>
    public int StudentCount => Students?.Count ?? 0;

    /// <summary>Whether a role has a graph in that precision; see <see cref="GraphRole"/>.</summary>
    public bool HasGraph(string role, Precision precision) => Graphs.TryGetValue(role, out var files)
        && files.ContainsKey(precision.Name());

    /// <summary>The first role whose graph a mode needs in its precision and the bundle has not; null where it has all.</summary>
    public string? LackedBy(Mode mode) => GraphRole.Of(mode).FirstOrDefault(role => !HasGraph(role, mode.Precision));

    /// <summary>Whether there is a swift student.</summary>
    public bool HasSwift => Graphs.ContainsKey(GraphRole.Swift);

    /// <param name="Kind">wordpiece.</param>
    /// <param name="Vocabulary">File of the vocabulary.</param>
    /// <param name="Lowercase">Whether text is lower-cased and stripped of accents first.</param>
    internal sealed record TokenizerSection(
        [property: JsonRequired] string Kind, [property: JsonRequired] string Vocabulary, [property: JsonRequired] bool Lowercase);

    /// <summary>Sizes of the encoder; all at least 1.</summary>
    internal sealed record EncoderSection(
        [property: JsonRequired] int Layers, [property: JsonRequired] int Hidden, [property: JsonRequired] int Heads,
        [property: JsonRequired] int Intermediate, [property: JsonRequired] int VocabularySize, [property: JsonRequired] int MaxPositions);

    /// <param name="Count">N, students in the group; every prefix 1..N may be used.</param>
    /// <param name="Prefixes">How often each is right, as <see cref="StatedAccuracy"/> reads it.</param>
    /// <param name="Swift">As much of the swift student.</param>
    /// <param name="Teacher">As much of the teacher, over the same documents. What else the section says is for people.</param>
    internal sealed record StudentsSection(
        [property: JsonRequired] int Count, JsonElement Prefixes = default, JsonElement Swift = default, JsonElement Teacher = default);

    /// <param name="Sha256">64 hexadecimal digits.</param>
    /// <param name="Bytes">Size.</param>
    internal sealed record FileSection([property: JsonRequired] string Sha256, [property: JsonRequired] long Bytes);

    /// <param name="Activations">static, row or mixed: where the activations' scales come from.</param>
    /// <param name="MaxAbsWeight">Largest magnitude of a weight; at most 64 keeps products exact on every CPU
    /// (docs/models.md, "No sum saturates").</param>
    internal sealed record Int8Section(string? Activations, [property: JsonRequired] int MaxAbsWeight);
}
