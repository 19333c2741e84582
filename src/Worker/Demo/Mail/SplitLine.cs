namespace Sluice.Worker.Demo.Mail;

/// <summary>One mail of the corpus, as models/mail/split.tsv lists it.</summary>
/// <param name="File">Path below the corpus's data folder; the document's id in the demo.</param>
/// <param name="Part">train, dev or test; near-duplicates never stand in two of them.</param>
/// <param name="Label">ham or spam.</param>
/// <param name="Sha256">Of the text the model was trained on, UTF-8, in lower-case hexadecimal.</param>
internal sealed record SplitLine(string File, string Part, string Label, string Sha256)
{
    /// <summary>Reads the whole file.</summary>
    /// <exception cref="InvalidDataException">The file is missing, or a line has not its five columns.</exception>
    public static IReadOnlyList<SplitLine> ReadAll(string path)
    {
        if (!System.IO.File.Exists(path))
            throw new InvalidDataException($"{path} is missing; it says which mails the model has not seen. Give --model the folder of a mail bundle, such as models/mail.");
        return [.. System.IO.File.ReadLines(path).Select((line, index) => Parse(line, path, index + 1))];
    }

    private static SplitLine Parse(string line, string path, int number) => line.Split('\t') switch
    {
        [var file, var part and ("train" or "dev" or "test"), { Length: > 0 } label, _, { Length: 64 } sha256] => new SplitLine(file, part, label, sha256),
        _ => throw new InvalidDataException($"{path}, line {number}: expected five columns, file, train|dev|test, label, group and SHA-256, and found '{line}'."),
    };
}
