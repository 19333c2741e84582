using Sluice.Worker.Demo;
using Sluice.Worker.Demo.Mail;

namespace Worker.FunctionalTests;

public sealed class MailCorpusTests
{
    private static string Split => Path.Combine(DemoPaths.MailModel, "split.tsv");

    [Fact]
    public void Each_mail_of_the_corpus_has_the_text_it_was_trained_with()
    {
        MailCorpus corpus = OpenOrSkip(all: true);

        Assert.Equal(6046, corpus.Mails.Count);
        Assert.All(corpus.Mails, mail => corpus.Read(mail)); // compares hashes
    }

    [Fact]
    public void The_held_out_part_is_about_a_fifth_with_both_labels()
    {
        MailCorpus corpus = OpenOrSkip(all: false);

        Assert.InRange(corpus.Mails.Count, 6046 * 18 / 100, 6046 * 22 / 100);
        Assert.All(corpus.Mails, mail => Assert.Equal("test", mail.Part));
        Assert.InRange(corpus.Mails.Count(mail => mail.Label == "spam"), corpus.Mails.Count / 4, corpus.Mails.Count / 2);
    }

    [Fact]
    public void A_missing_corpus_says_how_to_get_it()
    {
        InvalidDataException failure = Assert.Throws<InvalidDataException>(() => MailCorpus.Open("/nowhere", Split, all: false));

        Assert.Contains("SLUICE_MAIL", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\tb")]
    [InlineData("a\tunknown\tham\t1\t0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("a\ttest\tham\t1\tshort")]
    [InlineData("")]
    public void A_broken_line_of_the_split_is_named(string line)
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, $"a\ttest\tham\t1\t{new string('0', 64)}\n{line}\n");

        Assert.Contains("line 2", Assert.Throws<InvalidDataException>(() => SplitLine.ReadAll(path)).Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    private static MailCorpus OpenOrSkip(bool all)
    {
        string data = Path.Combine(DemoPaths.MailPackage, "data");
        bool there = File.Exists(Split) && Directory.Exists(data);
        if (!there && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Skip($"{Split} or {data} is missing; `./sluice setup demo` fetches the mails.");
        return MailCorpus.Open(DemoPaths.MailPackage, Split, all);
    }
}
