using System.Text;
using Benchmarks.Texts;
using Sluice.Inference.Models;
using Sluice.Inference.Tokenization;

namespace Benchmarks.Students;

/// <summary>The labelled documents that a bundle is judged by, none of which it has learned from.</summary>
/// <param name="Ids">Of each document, in order of length.</param>
/// <param name="Labels">The true label of each, as a place in the bundle's list.</param>
internal sealed record TestDocuments(int[][] Ids, int[] Labels)
{
    /// <summary>The held-out mails, or SST-2's dev set; null where that one is not there.</summary>
    /// <exception cref="BenchmarkInputException">The data is not there, or nothing is known of such a bundle.</exception>
    public static TestDocuments? Of(ModelBundle bundle, ShortTexts texts) => bundle.Identity.Id switch
    {
        "mail" => Tokenized(bundle, BenchmarkData.Mails().Select(mail => (mail.Text, Place(bundle, mail.Label)))),
        "sst2" => texts.LabelledSst2() is { } lines ? Tokenized(bundle, lines) : null,
        var other => throw new BenchmarkInputException($"No test documents are known for the bundle {other}; mail and sst2 have some."),
    };

    private static TestDocuments Tokenized(ModelBundle bundle, IEnumerable<(string Text, int Label)> documents)
    {
        WordPieceTokenizer tokenizer = bundle.CreateTokenizer();
        int[] ids = new int[bundle.Identity.MaxTokens];
        (int[] Ids, int Label)[] tokenized = [.. documents.Select(document =>
            (ids[..tokenizer.Encode(Encoding.UTF8.GetBytes(document.Text), ids).Count], document.Label)).OrderBy(document =>
                document.Item1.Length)];
        return new TestDocuments([.. tokenized.Select(document => document.Ids)], [.. tokenized.Select(document => document.Label)]);
    }

    private static int Place(ModelBundle bundle, string label) =>
        bundle.Identity.Labels.ToList().IndexOf(label) is >= 0 and var place
            ? place
            : throw new BenchmarkInputException(
                $"A test document has the label {label}; {bundle.Directory} has {string.Join(", ", bundle.Identity.Labels)}.");
}
