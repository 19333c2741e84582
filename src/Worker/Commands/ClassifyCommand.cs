using System.CommandLine;
using System.Text;
using System.Text.Json;
using Sluice.Worker.Control;
using Sluice.Worker.Inference;
using Sluice.Worker.Onnx;

namespace Sluice.Worker.Commands;

/// <summary><c>./sluice classify</c>: one text a line in, its label out.</summary>
internal static class ClassifyCommand
{
    private const string Description = """
        Labels texts from standard input: JSON lines in, one JSON line out for each, in the same order.

          in    {"text":"a charming and often affecting journey"}
          out   {"label":"positive","scores":{"negative":0.01,"positive":0.99},"tokens":9,"truncated":false}

        tokens counts what the model saw, [CLS] and [SEP] included; truncated says that the text had more.
        A line that is no such object gives {"error":"..."} and the next one is read. Try:

          echo '{"text":"free money, click here"}' | ./sluice classify --model models/mail
        """;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "Folder of the model bundle, such as models/mail or models/sst2.", HelpName = "DIR", Required = true };
        var precision = new Option<string>("--precision")
        {
            Description = "Arithmetic: int8 as the worker serves (the same bits on every x86 CPU), or fp32 (2 to 3 times slower).",
            DefaultValueFactory = _ => "int8",
        };
        precision.AcceptOnlyFromAmong("int8", "fp32");
        var command = new Command("classify", Description) { model, precision };
        command.SetAction(result =>
        {
            InvocationConfiguration console = result.InvocationConfiguration;
            try
            {
                ModelBundle bundle = ModelBundle.Load(result.GetRequiredValue(model));
                using TeacherEngine engine = TeacherEngine.Create(bundle, result.GetValue(precision) == "fp32" ? Precision.Fp32 : Precision.Int8, new EngineOptions { IntraOpThreads = Environment.ProcessorCount });
                using var classifier = new Classifier(bundle, engine);
                using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
                Label(input, console.Output, classifier, engine.Model.Labels);
                return 0;
            }
            catch (Exception e) when (e is BundleException or OrtLibraryException or OrtException)
            {
                console.Error.WriteLine(e.Message);
                return 1;
            }
        });
        return command;
    }

    /// <summary>Answers each line of <paramref name="input"/> with a line; blank lines are passed over.</summary>
    internal static void Label(TextReader input, TextWriter output, Classifier classifier, IReadOnlyList<string> labels)
    {
        using var line = new MemoryStream();
        while (input.ReadLine() is { } json)
        {
            if (string.IsNullOrWhiteSpace(json))
                continue;
            line.SetLength(0);
            using (var writer = new Utf8JsonWriter(line, Relaxed))
                Answer(json, writer, classifier, labels);
            output.WriteLine(Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
            output.Flush();
        }
    }

    private static void Answer(string json, Utf8JsonWriter writer, Classifier classifier, IReadOnlyList<string> labels)
    {
        writer.WriteStartObject();
        if (TextOf(json, out string text) is { } error)
        {
            writer.WriteString("error", error);
        }
        else
        {
            Classification found = classifier.Classify(text);
            writer.WriteString("label", found.Label);
            writer.WriteStartObject("scores");
            for (int label = 0; label < labels.Count; label++)
                writer.WriteNumber(labels[label], found.Scores[label]);
            writer.WriteEndObject();
            writer.WriteNumber("tokens", found.Tokens);
            writer.WriteBoolean("truncated", found.Truncated);
        }
        writer.WriteEndObject();
    }

    /// <summary>Reads the text of a line; returns what is wrong with it, or null.</summary>
    private static string? TextOf(string json, out string text)
    {
        text = "";
        try
        {
            using JsonDocument line = JsonDocument.Parse(json);
            if (line.RootElement.ValueKind != JsonValueKind.Object || !line.RootElement.TryGetProperty("text", out JsonElement value))
                return "expected an object with a \"text\"";
            if (value.ValueKind != JsonValueKind.String)
                return $"expected \"text\" to be a string, found {value.ValueKind}";
            text = value.GetString()!;
            return null;
        }
        catch (JsonException e)
        {
            return $"not JSON: {e.Message}";
        }
        catch (InvalidOperationException)
        {
            return "\"text\" holds half of a surrogate pair, which is no character";
        }
    }
}
