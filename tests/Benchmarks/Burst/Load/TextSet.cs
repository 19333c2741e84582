using System.Text;
using Benchmarks.Batching;
using Benchmarks.Students;
using Benchmarks.Texts;
using Sluice.Inference;
using Sluice.Inference.Engines;
using Sluice.Inference.Models;
using Sluice.Inference.Modes;
using Sluice.Inference.Tokenization;
using Sluice.Worker.Configuration;

namespace Benchmarks.Burst.Load;

/// <summary>A text, and the label that counts as right for it.</summary>
/// <param name="Value">UTF-8, as it is sent.</param>
/// <param name="Expected">The label.</param>
internal sealed record LoadText(byte[] Value, string Expected);

/// <summary>What a load sends, over and over in its order, which is the same on every machine.</summary>
/// <param name="Name">As it stands in tables and figures.</param>
/// <param name="Right">What its expected labels are, part of a sentence.</param>
/// <param name="Texts">At least one.</param>
internal sealed record TextSet(string Name, string Right, IReadOnlyList<LoadText> Texts)
{
    /// <summary>As many of each kind as make, of all three, what there are of mails.</summary>
    public const int AllOfAKind = 402;

    /// <summary>The held-out mails with their true labels.</summary>
    public static TextSet Mail() => new("mail", "right, by the truth", [.. Shuffled(BenchmarkData.Mails()).Select(mail =>
        new LoadText(Encoding.UTF8.GetBytes(mail.Text), mail.Label))]);

    /// <summary>A third each of mails, reviews and news in one stream, as <see cref="DocumentSet.Mix"/> has them; the expected label is our
    /// int8 teacher's, which is asked here.</summary>
    /// <param name="bundle">Ours.</param>
    /// <param name="texts">Reviews and news.</param>
    /// <param name="third">Of each kind, up to <see cref="AllOfAKind"/>.</param>
    public static TextSet Mix(ModelBundle bundle, ShortTexts texts, int third)
    {
        WordPieceTokenizer tokenizer = bundle.CreateTokenizer();
        string[] mixed = Shuffled(
            [
                .. Shuffled(BenchmarkData.Mails()).Take(third).Select(mail => mail.Text),
                .. Shuffled(texts.Of(ShortTexts.Sst2Dev, tokenizer)).Take(third),
                .. Shuffled(texts.Of(ShortTexts.AgNews, tokenizer)).Take(third),
            ]);
        int[] ids = new int[bundle.Identity.MaxTokens];
        TestDocuments documents = new(
            [.. mixed.Select(text => ids[..tokenizer.Encode(Encoding.UTF8.GetBytes(text), ids).Count])], new int[mixed.Length]);
        using IEngine teacher = EngineFactory.Create(bundle, Mode.Teacher(Precision.Int8), new EngineOptions());
        float[][] found = ServedAccuracy.Label(teacher, new BatchingOptions().Least, documents);
        return new(DocumentSet.Mix, "as our int8 teacher", [.. mixed.Select((text, place) =>
            new LoadText(Encoding.UTF8.GetBytes(text), bundle.Identity.Labels[found[place].IndexOf(found[place].Max())]))]);
    }

    public LoadText At(int document) => Texts[document % Texts.Count];

    private static T[] Shuffled<T>(IReadOnlyList<T> all)
    {
        T[] copy = [.. all];
        new Random(Schedule.Seed).Shuffle(copy);
        return copy;
    }
}
