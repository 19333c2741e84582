using System.Globalization;
using System.IO.Compression;
using Sluice.Inference.Tokenization;

namespace Benchmarks.Texts;

/// <summary>The short texts of benchmarks: SST-2 and AG News out of a folder that was named, else made of the mails.</summary>
/// <remarks>
/// The licences of SST-2 and AG News do not let them lie in the repository. What is made has the same
/// lengths, and speed hangs on these alone.
/// </remarks>
internal sealed class ShortTexts(string? folder)
{
    /// <summary>The variable that names the folder where no option does.</summary>
    public const string Variable = "SLUICE_TEXTS";

    /// <summary>SST-2's dev set: sentences.</summary>
    public static readonly TextKind Sst2Dev = new("sst2-dev.tsv.gz", Skip: 1, Column: 1, Count: 872,
        [2, 7, 8, 10, 11, 12, 13, 14, 16, 16, 17, 18, 19, 20, 21, 22, 23, 23, 24, 25, 26, 27, 28, 29, 30, 32, 33, 35, 37, 39, 42, 45, 58]);

    /// <summary>SST-2's training set: sentences and their phrases.</summary>
    public static readonly TextKind Sst2Train = new("sst2-train.tsv.gz", Skip: 1, Column: 1, Count: 67_349,
        [1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 8, 8, 9, 10, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 26, 29, 35, 64]);

    /// <summary>AG News' test set: title and first sentences.</summary>
    public static readonly TextKind AgNews = new("agnews-test.tsv.gz", Skip: 0, Column: 0, Count: 7_600,
        [6, 20, 23, 26, 27, 29, 30, 31, 32, 33, 34, 35, 35, 36, 37, 38, 39,
            40, 41, 42, 42, 43, 44, 45, 46, 48, 49, 51, 53, 56, 61, 77, 277]);

    /// <summary>The folder that was named, or null.</summary>
    public string? Folder { get; } = folder is { Length: > 0 } ? folder
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given
        : null;

    /// <summary>Where the texts come from, for reports.</summary>
    public string Source => Folder is null
        ? $"made of the mails, of the lengths of SST-2 and AG News; --texts DIR or {Variable} names the real ones"
        : $"SST-2 and AG News of {Folder}";

    /// <summary>The texts of a kind, the same on every machine.</summary>
    /// <exception cref="BenchmarkInputException">A folder is named, and the file is not in it.</exception>
    public IReadOnlyList<string> Of(TextKind kind, WordPieceTokenizer tokenizer) =>
        Folder is null ? MadeTexts.Of(kind, tokenizer) : [.. Lines(kind).Select(columns => columns[kind.Column])];

    /// <summary>SST-2's dev set with its labels, 0 and 1; null where no folder is named.</summary>
    /// <exception cref="BenchmarkInputException">A folder is named, and the file is not in it.</exception>
    public IReadOnlyList<(string Text, int Label)>? LabelledSst2() =>
        Folder is null ? null : [.. Lines(Sst2Dev).Select(columns => (columns[1], int.Parse(columns[0], CultureInfo.InvariantCulture)))];

    private IEnumerable<string[]> Lines(TextKind kind)
    {
        string path = Path.Combine(Folder!, kind.File);
        if (!File.Exists(path))
        {
            throw new BenchmarkInputException(
                $"{path} is missing; the folder of --texts or {Variable} holds {Sst2Dev.File}, {Sst2Train.File} and {AgNews.File}.");
        }

        using StreamReader reader = new(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        for (int line = 0; reader.ReadLine() is { } text; line++)
        {
            if (line >= kind.Skip && text.Length > 0) yield return text.Split('\t');
        }
    }
}

/// <summary>A kind of text.</summary>
/// <param name="File">Its file in the folder that is named: gzipped, a text a line, columns separated by tabs.</param>
/// <param name="Skip">Lines that name the columns.</param>
/// <param name="Column">Which column is the text.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Quantiles">Their lengths in tokens, without [CLS] and [SEP], from the shortest to the longest at even shares.</param>
internal sealed record TextKind(string File, int Skip, int Column, int Count, int[] Quantiles)
{
    /// <summary>The length below which a share of all texts lies.</summary>
    /// <param name="share">0 to 1.</param>
    public int LengthAt(double share)
    {
        double place = share * (Quantiles.Length - 1);
        int below = Math.Min((int)place, Quantiles.Length - 2);
        return (int)Math.Round(Quantiles[below] + ((place - below) * (Quantiles[below + 1] - Quantiles[below])));
    }
}
