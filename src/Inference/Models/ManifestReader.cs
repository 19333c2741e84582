using System.Text.Json;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Models;

/// <summary>manifest.json -> <see cref="Manifest"/> whose parts agree with one another.</summary>
internal static class ManifestReader
{
    public const string FileName = "manifest.json";

    /// <summary>Most bytes of a manifest: 4,096 labels of 1,000 bytes. Those of models/ have 13,000.</summary>
    private const int MaxBytes = 4 << 20;

    /// <summary>What editors of another system put before UTF-8.</summary>
    private static ReadOnlySpan<byte> Mark => "\ufeff"u8;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false, // of two, a reader may take the one and another reader the other
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
    };

    /// <exception cref="BundleException">There is no manifest, it is not JSON of this form, or it contradicts itself.</exception>
    public static Manifest Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (Fault(directory, FileStamp.Of(path)) is { } fault) throw new BundleException(directory, [$"{FileName}: {fault}"]);
        Manifest manifest;
        try
        {
            byte[] content = File.ReadAllBytes(path);
            ReadOnlySpan<byte> json = content.AsSpan().StartsWith(Mark) ? content.AsSpan(Mark.Length) : content;
            // Before the rest is looked at, which a newer format may write otherwise.
            (double format, string written) = FormatOf(Parse<VersionSection>(json).Format);
            if (format > Manifest.NewestFormat) throw BundleException.Newer(directory, FileName, written);
            if (format < 1)
                throw new BundleException(directory, [$"{FileName}: expected format {Manifest.NewestFormat}, found {written}"]);
            manifest = Parse<Manifest>(json) with
            {
                Format = (int)format,
                Digest = "sha256:" + Convert.ToHexStringLower(Sha256.Of(content)),
            };
        }
        catch (JsonException e)
        {
            throw new BundleException(directory, [$"{FileName}: expected a manifest of format {Manifest.NewestFormat}, "
                + $"found JSON that is not one: {e.Message.TrimEnd('.')}"]);
        }
        List<string> wrong = [.. Contradictions(manifest).Select(text => $"{FileName}: {text}")];
        return wrong.Count == 0 ? manifest : throw new BundleException(directory, wrong);
    }

    /// <summary>Why what stands at the manifest's place is not opened, which may wait for ever; null where it may be one.</summary>
    private static string? Fault(string directory, FileStamp? found) => found switch
    {
        null => $"expected it in {Path.GetFullPath(directory)}, found no such {(Directory.Exists(directory) ? "file" : "folder")}",
        { Kind: not FileStamp.RegularFile and var kind } => $"expected {FileStamp.RegularFile}, found {kind}",
        { Bytes: > MaxBytes and var bytes } => $"expected at most {MaxBytes} bytes, found {bytes}",
        _ => null,
    };

    /// <summary>A format's number, of any size, and how it is written.</summary>
    /// <exception cref="JsonException">It is no whole number.</exception>
    private static (double Format, string Written) FormatOf(JsonElement format)
    {
        if (format.ValueKind == JsonValueKind.Undefined) return (1, ""); // none is the first
        string text = format.GetRawText(), written = text.Length <= 40 ? text : $"{text[..40]}...";
        if (format.ValueKind == JsonValueKind.Number && format.GetDouble() is var number
            && (double.IsInteger(number) || double.IsInfinity(number)))
            return (number, written);
        throw new JsonException($"its format is {written}, which is no whole number");
    }

    private static T Parse<T>(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<T>(json, Json) ?? throw new JsonException("the file says null");

    private static IEnumerable<string> Contradictions(Manifest m)
    {
        if (string.IsNullOrWhiteSpace(m.Id) || string.IsNullOrWhiteSpace(m.Version))
            yield return $"expected an id and a version, found id '{m.Id}' and version '{m.Version}'";
        if (m.Labels.Count is < 2 or > 4096 || m.Labels.Any(string.IsNullOrWhiteSpace)
            || m.Labels.Distinct(StringComparer.Ordinal).Count() != m.Labels.Count)
            yield return $"expected 2 to 4096 different labels, found [{string.Join(", ", m.Labels)}]";
        if (m.Tokenizer.Kind != "wordpiece")
            yield return $"expected tokenizer.kind wordpiece, found '{m.Tokenizer.Kind}'";
        Manifest.EncoderSection e = m.Encoder;
        if (e.Layers < 1 || e.Hidden < 1 || e.Heads < 1 || e.Intermediate < 1 || e.VocabularySize < 1 || e.MaxPositions < 1
            || e.Hidden % int.Max(1, e.Heads) != 0)
            yield return $"expected sizes of at least 1 and hidden a multiple of heads in encoder, found {e}";
        if (m.MaxTokens < 3 || m.MaxTokens > e.MaxPositions)
            yield return $"expected maxTokens in 3..{e.MaxPositions} (encoder.maxPositions), found {m.MaxTokens}";
        if (m.Int8 is { MaxAbsWeight: < 1 or > 64 })
            yield return $"expected int8.maxAbsWeight in 1..64, found {m.Int8.MaxAbsWeight}";
        foreach ((string name, Manifest.FileSection file) in m.Files)
        {
            if (!IsInside(name))
                yield return $"expected file names inside the bundle, found '{name}'";
            if (file is null || file.Bytes < 0 || file.Sha256.Length != 64 || !file.Sha256.All(char.IsAsciiHexDigit))
                yield return $"expected a size and 64 hexadecimal digits for {name}, found {file}";
        }
        foreach (string role in m.Graphs.Where(role => role.Value is null).Select(role => role.Key))
            yield return $"expected the files of graphs.{role}, found null";
        foreach ((string role, string name) in NamedFiles(m))
        {
            if (name is null || !m.Files.ContainsKey(name))
                yield return $"expected {role} among files, found none called '{name}'";
        }
        if (m.Students is { Count: < 1 or > Mode.MaxStudents })
            yield return $"expected students.count in 1..{Mode.MaxStudents}, found {m.Students.Count}";
        foreach ((string role, string precision) in NeededGraphs(m))
        {
            if (!m.Graphs.TryGetValue(role, out var graphs) || graphs is null || !graphs.ContainsKey(precision))
                yield return $"expected graphs.{role}.{precision}, found none";
        }
    }

    private static IEnumerable<(string Role, string Precision)> NeededGraphs(Manifest m)
    {
        IEnumerable<int> students = Enumerable.Range(1, int.Clamp(m.StudentCount, 0, Mode.MaxStudents));
        IEnumerable<string> whole = [GraphRole.Teacher, .. students.Select(GraphRole.Student), .. m.HasSwift ? new[] { GraphRole.Swift }
            : []];
        return [.. whole.SelectMany(role => new[] { (role, "int8"), (role, "fp32") }),
            .. students.Select(count => (GraphRole.Head(count), "fp32")),
                .. m.Graphs.Keys.Where(GraphRole.IsGroup).Select(role => (role, "fp32"))];
    }

    private static IEnumerable<(string Role, string Name)> NamedFiles(Manifest m)
    {
        yield return ("tokenizer.vocabulary", m.Tokenizer.Vocabulary);
        yield return ("weights", m.Weights);
        foreach ((string role, var graphs) in m.Graphs)
        {
            foreach ((string precision, string name) in graphs ?? new Dictionary<string, string>())
                yield return ($"graphs.{role}.{precision}", name);
        }
    }

    /// <summary>A relative path with no way out of the folder.</summary>
    private static bool IsInside(string name) =>
        name.Length > 0 && !Path.IsPathRooted(name) && !name.Contains('\\') && !name.Contains('\0')
            && name.Split('/').All(part => part is not ("" or "." or ".."));

    /// <summary>What every format has: its number, or nothing where the file names none.</summary>
    private sealed record VersionSection(JsonElement Format = default);
}
