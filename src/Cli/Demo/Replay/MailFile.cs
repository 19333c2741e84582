using System.Text;
using Sluice.Worker.Documents.Avro;
using Sluice.Worker.Pipeline;
using Sluice.Worker.Wording;

namespace Sluice.Cli.Demo.Replay;

/// <summary>A text of the demo's stream, with what it truly is.</summary>
/// <param name="Id">Which text it is; the document's id and the record's key.</param>
/// <param name="Subject">Title or subject line; may be empty.</param>
/// <param name="Body">The text.</param>
/// <param name="Label">One of the model's labels: ham or spam.</param>
internal sealed record LabelledMail(string Id, string Subject, string Body, string Label)
{
    /// <summary>What the model was trained on: subject, line feed, body, without white space at the ends.</summary>
    public string Text => $"{Subject}\n{Body}".Trim(' ', '\t', '\n');
}

/// <summary>Labelled mails in an Avro object container file, such as data/mail/test.avro, which training/mails.py writes.</summary>
internal static class MailFile
{
    private static readonly string[] Fields = ["id", "subject", "body", "label"];

    /// <summary>All of a file's mails, in its order.</summary>
    /// <param name="path">Any file, damaged or not; of at most <see cref="AvroLimits.ContainerBytes"/>, inflated or not.</param>
    /// <exception cref="InvalidDataException">
    /// It is missing, cannot be read, is no such file, holds no mail, its records lack one of the strings id, subject, body and label, or
    /// an id is empty, longer than <see cref="DecodeStep.MostIdBytes"/>, another mail's too, or one that warm-up documents have.
    /// </exception>
    public static IReadOnlyList<LabelledMail> Read(string path)
    {
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists)
            {
                throw new InvalidDataException(
                    $"The mails {path} are missing. Give --mails a file of mails, or run from a whole checkout.");
            }

            if (info.Length > AvroLimits.ContainerBytes)
            {
                throw new InvalidDataException(
                    $"{path} has {info.Length} bytes and the limit is {AvroLimits.ContainerBytes}. Give --mails a smaller file.");
            }

            LabelledMail[] mails = [.. Records(path).Select(mail => new LabelledMail(mail[0], mail[1], mail[2], mail[3]))];
            if (mails.Length == 0)
                throw new InvalidDataException($"{path} holds no mail. Give --mails a file of mails, or leave it away.");
            CheckIds(path, mails);
            return mails;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {fault.Message} Give --mails another file.", fault);
        }
    }

    // A label is known by the id of its document: the worker gives another to one without, and the demo's warm-up has its own.
    private static void CheckIds(string path, LabelledMail[] mails)
    {
        var seen = new Dictionary<string, int>(mails.Length, StringComparer.Ordinal);
        for (int i = 0; i < mails.Length; i++)
        {
            string id = mails[i].Id;
            string? fault = id.Length == 0 ? "is empty"
                : Encoding.UTF8.GetByteCount(id) is var bytes && bytes > DecodeStep.MostIdBytes ? $"has {bytes} bytes"
                : id.StartsWith(DocumentPreparation.WarmUpPrefix, StringComparison.Ordinal)
                    ? $"begins with {DocumentPreparation.WarmUpPrefix}"
                : !seen.TryAdd(id, i) ? $"is that of record {seen[id]} too"
                : null;
            if (fault is null) continue;
            throw new InvalidDataException($"{path}: the id of record {i}, {ForeignText.Quote(id)}, {fault}. Give --mails a file whose ids "
                + $"are unique, not empty, of at most {DecodeStep.MostIdBytes} bytes of UTF-8 and do not begin with "
                + $"{DocumentPreparation.WarmUpPrefix}");
        }
    }

    private static IReadOnlyList<string[]> Records(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        try
        {
            return ContainerFile.ReadStrings(file, Fields);
        }
        catch (InvalidDataException damaged)
        {
            throw new InvalidDataException($"{path} is no Avro object container file, or is not whole: {damaged.Message} "
                + "Give --mails a whole one, whose records have the strings id, subject, body and label.", damaged);
        }
    }
}
