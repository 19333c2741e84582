using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Inference.Modes;

namespace Sluice.Inference.Batching;

/// <summary>A <see cref="CostModels"/> as JSON, so that the next start is warm.</summary>
/// <remarks>What is read is refused whole, with the reason, when anything in it is wrong: a cold start costs a second, a wrong belief costs
/// every batch until it is unlearned. Pure.</remarks>
internal static class CostFile
{
    /// <summary>Raised whenever what the numbers mean changes.</summary>
    private const int Format = 2;

    /// <summary>Bytes that a file can need; a larger one is not read.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxModels = 1024;
    private const int MaxConcurrency = 4096;
    private const int MaxNameLength = 256;
    private const double MaxMs = 1e6;

    // Below this its squares, by which CostModel weighs, are no longer numbers.
    private const double MinMs = 1e-6;

    private const long MaxBatches = 1_000_000_000_000;

    /// <summary>Writes what the models know; those that have learned nothing are left out.</summary>
    public static void Write(CostModels models, IBufferWriter<byte> output)
    {
        Entry[] entries =
        [
            .. from key in models.Keys
               let known = models[key].Current
               where double.IsFinite(known.MeanError)
               orderby key.Mode, key.Precision, key.Concurrency
               select new Entry(key.Mode, key.Precision, key.Concurrency, known.Batches, known.MeanError, known.Cost),
        ];
        using Utf8JsonWriter writer = new(output, new JsonWriterOptions { Indented = true });
        JsonSerializer.Serialize(writer, new Content(Format, models.Origin, entries), CostJson.Default.Content);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="json">The file's bytes, whatever they are.</param>
    /// <param name="origin">The machine, runtime and model of now.</param>
    /// <param name="models">With what was read, or empty.</param>
    /// <param name="refusal">Why nothing was read, for the log; null when it was.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, CostFingerprint origin, out CostModels models,
        [NotNullWhen(false)] out string? refusal)
    {
        models = new CostModels(origin);
        refusal = Read(json, origin, models);
        if (refusal is not null) models = new CostModels(origin);
        return refusal is null;
    }

    private static string? Read(ReadOnlySpan<byte> json, CostFingerprint origin, CostModels models)
    {
        if (json.Length > MaxBytes) return $"it has {json.Length} bytes, more than the {MaxBytes} that learned costs can need";
        Content? content;
        try
        {
            if (FormatOf(json) is { } format and not Format) return OtherFormat(format);
            content = JsonSerializer.Deserialize(json, CostJson.Default.Content);
        }
        catch (JsonException e)
        {
            return $"it is not JSON of learned costs (line {e.LineNumber + 1}, {e.Path ?? "$"})";
        }

        if (content is null) return "it holds null";
        if (content.Format != Format) return OtherFormat(content.Format);
        if (content.Origin != origin) return $"it was learned from {Describe(content.Origin)}, and this is {Describe(origin)}";
        if (content.Models.Length > MaxModels) return $"it has {content.Models.Length} models, more than {MaxModels}";
        foreach (Entry entry in content.Models)
        {
            if (Fault(entry) is { } fault) return fault;
            if (!models.TryAdd(new CostKey(entry.Mode, entry.Precision, entry.Concurrency),
                new CostSnapshot(entry.Cost, entry.MeanError, entry.Batches, CostModel.IsTrusted(entry.MeanError))))
                return $"it has {entry.Mode}, {entry.Precision}, {entry.Concurrency} at once twice";
        }

        return null;
    }

    /// <summary>
    /// The number in front, so that a file of another version is told by it and not by what it has too much; null where none is.
    /// </summary>
    private static int? FormatOf(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        bool isFirst = reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.Read()
            && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("format"u8);
        return isFirst && reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int format) ? format : null;
    }

    private static string? Fault(Entry? entry) => entry switch
    {
        null => "one of its models is null",
        { Mode: null or "" or { Length: > MaxNameLength } } => $"a mode's name is empty or longer than {MaxNameLength} characters",
        { Precision: not (Precision.Int8 or Precision.Fp32 or Precision.Fp16) } => $"{entry.Precision} is no precision",
        { Concurrency: < 1 or > MaxConcurrency } => $"{entry.Concurrency} batches at once is not within 1..{MaxConcurrency}",
        { Batches: < 1 or > MaxBatches } => $"{entry.Batches} batches is not within 1..{MaxBatches}",
        { MeanError: not (>= 0 and <= 1) } => $"a mean error of {entry.MeanError} is not within 0..1",
        _ => Fault(entry.Cost),
    };

    private static string? Fault(BatchCost cost)
    {
        if (!IsTerm(cost.BatchMs) || !IsTerm(cost.RowMs) || !IsTerm(cost.TokenMs) || !IsTerm(cost.CellMs) || !IsTerm(cost.SquareMs))
            return $"a cost is not within 0..{MaxMs} ms: {cost}";
        return cost.PredictAlone(1) >= MinMs ? null : $"a document of one token costs {cost.PredictAlone(1)} ms, less than {MinMs}";
    }

    private static bool IsTerm(double ms) => ms is >= 0 and <= MaxMs;

    private static string OtherFormat(int format) => $"its format is {format}, and this version reads {Format}";

    private static string Describe(CostFingerprint? origin) => origin is null ? "nowhere"
        : $"'{origin.Machine}', ONNX Runtime '{origin.Runtime}', model '{origin.Model}'";

    internal sealed record Content(int Format, CostFingerprint Origin, Entry[] Models);

    internal sealed record Entry(string Mode, Precision Precision, int Concurrency, long Batches, double MeanError, BatchCost Cost);
}

/// <summary>Reading and writing compiled ahead, strict: each member once, none missing, none unknown.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CostFile.Content))]
internal sealed partial class CostJson : JsonSerializerContext;
