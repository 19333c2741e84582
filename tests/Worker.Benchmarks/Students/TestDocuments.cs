using System.Globalization;
using System.Text;
using Sluice.Worker.Demo.Mail;
using Sluice.Worker.Inference;
using Sluice.Worker.Tokenization;

namespace Worker.Benchmarks.Students;

/// <summary>The labelled documents that a bundle is judged by, none of which it has learned from.</summary>
/// <param name="Ids">Of each document, in order of length.</param>
/// <param name="Labels">The true label of each, as a place in the bundle's list.</param>
internal sealed record TestDocuments(int[][] Ids, int[] Labels)
{
    /// <summary>The held-out mails, or SST-2's dev set.</summary>
    /// <exception cref="BenchmarkInputException">The data is not there, or nothing is known of such a bundle.</exception>
    public static TestDocuments Of(ModelBundle bundle) => Tokenized(bundle, bundle.Identity.Id switch
    {
        "mail" => Mails(bundle),
        "sst2" => BenchmarkData.Labelled(BenchmarkData.SharedFile("data/sst2-dev.tsv.gz")).Select(line => (line.Text, int.Parse(line.Label, CultureInfo.InvariantCulture))),
        var other => throw new BenchmarkInputException($"No test documents are known for the bundle {other}; mail and sst2 have some."),
    });

    private static TestDocuments Tokenized(ModelBundle bundle, IEnumerable<(string Text, int Label)> documents)
    {
        WordPieceTokenizer tokenizer = bundle.CreateTokenizer();
        int[] ids = new int[bundle.Identity.MaxTokens];
        (int[] Ids, int Label)[] tokenized = [.. documents.Select(document => (ids[..tokenizer.Encode(Encoding.UTF8.GetBytes(document.Text), ids).Count], document.Label)).OrderBy(document => document.Item1.Length)];
        return new TestDocuments([.. tokenized.Select(document => document.Ids)], [.. tokenized.Select(document => document.Label)]);
    }

    private static IEnumerable<(string Text, int Label)> Mails(ModelBundle bundle)
    {
        MailCorpus corpus = MailCorpus.Open(BenchmarkData.MailPackage(), Path.Combine(bundle.Directory, "split.tsv"), all: false);
        return corpus.Mails.Select(mail => (corpus.Read(mail).Joined, Place(bundle, mail.Label)));
    }

    private static int Place(ModelBundle bundle, string label) =>
        bundle.Identity.Labels.ToList().IndexOf(label) is >= 0 and var place
            ? place
            : throw new BenchmarkInputException($"A test document has the label {label}; {bundle.Directory} has {string.Join(", ", bundle.Identity.Labels)}.");
}
