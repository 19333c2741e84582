using System.Buffers;
using System.CommandLine;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Sluice.Inference;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Onnx;
using Sluice.Worker;

namespace Sluice.Cli;

/// <summary><c>./sluice classify</c>: one text a line in, its label out.</summary>
internal static class ClassifyCommand
{
    private const string Description = """
        Labels texts from standard input: JSON lines in, one JSON line out for each, in the same order. Runs on the CPU.

          in    {"text":"a charming and often affecting journey"}
          out   {"label":"positive","scores":{"negative":0.01,"positive":0.99},"tokens":9,"truncated":false,"mode":"teacher"}

        tokens counts what the model saw, [CLS] and [SEP] included; truncated says that the text had more; mode is what answered,
        fewer students than asked where one of them failed.
        A line that is no such object gives {"error":"...","line":7} with its number in the input, the next one is read, and the
        exit code is 1. Try:

          echo '{"text":"free money, click here"}' | ./sluice classify --model models/mail
        """;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var model = new Option<string>("--model")
        {
            Description = "Folder of the model bundle, such as models/mail or models/sst2.",
            HelpName = "DIR",
            Required = true,
        };
        var precision = new Option<string>("--precision")
        {
            Description = "Arithmetic: int8 as the worker serves (the same bits on every x86 CPU), or fp32 (2 to 3 times slower).",
            DefaultValueFactory = _ => "int8",
        };
        precision.AcceptOnlyFromAmong("int8", "fp32");
        var mode = ModeOption.Create();
        var command = new Command("classify", Description) { model, precision, mode };
        command.SetAction(result =>
        {
            InvocationConfiguration console = result.InvocationConfiguration;
            try
            {
                Mode asked = Mode.TryParse(result.GetValue(mode)!, PrecisionOf(result.GetRequiredValue(precision)))!;
                using var classifier = Classifier.Open(result.GetRequiredValue(model), new ClassifierOptions { Mode = asked });
                if (classifier.Shortfall is { } shortfall) console.Error.WriteLine(shortfall);
                return LineCommand.Run(console.Error, (input, output) => Label(input, output, classifier));
            }
            catch (Exception e) when (e is BundleException or ProviderException or OnnxRuntimeException)
            {
                console.Error.WriteLine(e.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    private static Precision PrecisionOf(string name) => name switch
    {
        "int8" => Precision.Int8,
        "fp32" => Precision.Fp32,
        _ => throw new UnreachableException($"--precision {name} was let through. This is a bug."),
    };

    /// <summary>Answers each line of <paramref name="input"/> with a line, at once; blank lines are passed over.</summary>
    /// <returns>Whether every line could be answered.</returns>
    internal static bool Label(Stream input, Stream output, Classifier classifier)
    {
        var answer = new ArrayBufferWriter<byte>();
        bool allGood = true;
        foreach ((long number, ReadOnlyMemory<byte> line) in ByteLines.ReadNumbered(input))
        {
            answer.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(answer, Relaxed))
                allGood &= TryAnswer(number, line, writer, classifier);
            answer.Write("\n"u8);
            output.Write(answer.WrittenSpan);
            output.Flush();
        }

        return allGood;
    }

    private static bool TryAnswer(long number, ReadOnlyMemory<byte> line, Utf8JsonWriter writer, Classifier classifier)
    {
        writer.WriteStartObject();
        string? error = TextOf(line, out string text);
        if (error is null)
        {
            WriteLabel(writer, classifier.Classify(text), classifier.Labels);
        }
        else
        {
            writer.WriteString("error", error);
            writer.WriteNumber("line", number);
        }

        writer.WriteEndObject();
        return error is null;
    }

    private static void WriteLabel(Utf8JsonWriter writer, Classification found, IReadOnlyList<string> labels)
    {
        writer.WriteString("label", found.Label);
        writer.WriteStartObject("scores");
        for (int label = 0; label < labels.Count; label++)
            writer.WriteNumber(labels[label], found.Scores[label]);
        writer.WriteEndObject();
        writer.WriteNumber("tokens", found.Tokens);
        writer.WriteBoolean("truncated", found.Truncated);
        writer.WriteString("mode", found.Provenance.AnsweredBy.Name);
    }

    /// <summary>Reads the text of a line; returns what is wrong with it, or null.</summary>
    private static string? TextOf(ReadOnlyMemory<byte> line, out string text)
    {
        try
        {
            text = TextLine.Read(line, TextLine.Text);
            return null;
        }
        catch (JsonException e)
        {
            text = "";
            return e.Message;
        }
    }
}
