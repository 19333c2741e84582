using System.CommandLine;
using Sluice.Inference.Models;
using Sluice.Inference.Tokenization;
using Sluice.Worker;

namespace Sluice.Cli;

/// <summary><c>./sluice tokenize</c>: one text a line in, its tokens out.</summary>
internal static class TokenizeCommand
{
    private const string Description = """
    Splits texts into WordPiece tokens: JSON lines in, one JSON line out for each, in the same order.

      in    {"text":"unaffable"}
      out   {"ids":[14477,20961,3468],"offsets_utf16":[[0,3],[3,6],[6,9]]}
      in    {"text":"unaffable","max_length":4}
      out   {"ids":[101,14477,20961,102],"offsets_utf16":[[0,0],[0,3],[3,6],[0,0]]}

    Offsets are the UTF-16 units [start, end) of the text that each token came from. With max_length, from 2, the ids are a model's input:
    [CLS], the tokens that fit, [SEP]; the two that came from no text have the offsets [0,0].
    A line that is no such object gives {"error":"..."}, the next one is read, and the exit code is 1. Try:

      echo '{"text":"Hello, world!"}' | ./sluice tokenize --model models/mail
    """;

    public static Command Create()
    {
        var model = new Option<string>("--model")
        {
            Description = "Folder of the model bundle, such as models/mail; or any folder with a vocab.txt, "
                + "which is then taken for that of an uncased model.",
            HelpName = "DIR",
            Required = true,
        };
        var special = new Option<bool>("--special-tokens")
        {
            Description = "Turn [PAD] [UNK] [CLS] [SEP] [MASK] in a text into their ids. Without it they are plain text, "
                + "as the worker takes them: a document must not forge the end of its input.",
        };
        var command = new Command("tokenize", Description) { model, special };
        command.SetAction(result =>
        {
            InvocationConfiguration console = result.InvocationConfiguration;
            try
            {
                WordPieceTokenizer tokenizer = TokenizerFolder.Load(result.GetRequiredValue(model), result.GetValue(special));
                return LineCommand.Run(console.Error, (input, output) => Tokenize(input, output, tokenizer));
            }
            catch (Exception e) when (e is BundleException or VocabularyException or IOException or UnauthorizedAccessException)
            {
                console.Error.WriteLine(e.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    /// <summary>Answers each line of <paramref name="input"/> with a line; blank lines are passed over.</summary>
    /// <returns>Whether every line could be answered.</returns>
    internal static bool Tokenize(Stream input, Stream output, WordPieceTokenizer tokenizer)
    {
        var answer = new TokenizeAnswer(tokenizer);
        bool allGood = true;
        foreach (ReadOnlyMemory<byte> line in ByteLines.Read(input))
        {
            allGood &= answer.TryWrite(line, output);
        }

        return allGood;
    }
}
