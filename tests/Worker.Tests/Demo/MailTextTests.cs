using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Worker.Demo.Mail;

namespace Worker.Tests.Demo;

public sealed class MailTextTests
{
    /// <summary>Made by training/mail_text.py from hand-made pieces, random bytes and broken real mails.</summary>
    private static string Cases => Environment.GetEnvironmentVariable("SLUICE_MAIL_CASES") ?? Path.Combine(AppContext.BaseDirectory, "TestData", "mail-text.jsonl");

    [Fact]
    public void The_text_is_the_one_the_model_was_trained_on()
    {
        int line = 0;
        foreach (string json in File.ReadLines(Cases))
        {
            line++;
            using JsonDocument parsed = JsonDocument.Parse(json);
            byte[] mail = parsed.RootElement.GetProperty("mail").GetBytesFromBase64();
            string wanted = parsed.RootElement.GetProperty("text").GetString()!;
            string found = MailText.Of(mail).Joined;
            Assert.True(wanted == found, $"line {line}\nmail:   {JsonSerializer.Serialize(Encoding.Latin1.GetString(mail))}\nwanted: {JsonSerializer.Serialize(wanted)}\nfound:  {JsonSerializer.Serialize(found)}");
        }

        Assert.True(line >= 300);
    }

    [Fact]
    public void Any_bytes_give_a_text()
    {
        byte[][] pieces = [.. "\n|\r\n|Subject:|Content-Type: multipart/x; boundary=|\"|b|--b|--|Content-Transfer-Encoding: base64|quoted-printable|=|==|<!--|-->|<script|</script|>|SPAM:|\u00e9|\ud83d\ude00|&amp;"
            .Split('|').Select(Encoding.UTF8.GetBytes), [0xff], [0x80, 0x00]];
        Gen<byte[]> piece = Gen.OneOf(Gen.Elements(pieces), ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => bytes ?? []));
        Arbitrary<byte[]> mails = Gen.ListOf(piece).Select(list => list.SelectMany(p => p).ToArray()).ToArbitrary();

        Prop.ForAll(mails, mail => MailText.Of(mail) is { Subject: not null, Body: not null }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Theory]
    [InlineData("<!--")]
    [InlineData("<script")]
    [InlineData("<style></style ")]
    [InlineData("<a ")]
    [InlineData("=  ")]
    [InlineData("--b\n")]
    [InlineData("boundary=\"")]
    public void Beginnings_without_an_end_take_no_quadratic_time(string beginning)
    {
        string many = string.Concat(Enumerable.Repeat(beginning, 2_000_000 / beginning.Length));

        // Quadratic, each of these would take minutes; the test runner's own time limit is the clock.
        foreach (string head in new[] { "Content-Type: text/html\n\n", "Content-Transfer-Encoding: quoted-printable\n\n", "Content-Type: multipart/x; boundary=b\n\n", "Content-Type: multipart/x; " })
            Assert.NotNull(MailText.Of(Encoding.ASCII.GetBytes(head + many)));
    }

    [Theory]
    [InlineData("a<!-- x > y -->b", "a b")]
    [InlineData("a<!-- x > b", "a  b")]
    [InlineData("a<script>1 > 2</script >b", "a b")]
    [InlineData("a<STYLE x>p > q</style>b", "a b")]
    [InlineData("a<scripture>b</scripture>", "a b")]
    [InlineData("1 < 2 and 3 > 2", "1 < 2 and 3 > 2")]
    [InlineData("&amp;lt;b&gt;", "&lt;b>")]
    [InlineData("a<b", "a<b")]
    public void Markup_becomes_a_space(string html, string text) =>
        Assert.Equal(text, MailText.Of(Encoding.UTF8.GetBytes("Content-Type: text/html\n\n" + html)).Body.TrimEnd());

    [Fact]
    public void A_mail_without_an_empty_line_has_no_body() => Assert.Equal(new MailText("only", ""), MailText.Of("Subject: only"u8));

    [Fact]
    public void The_verdict_of_an_early_filter_is_left_out() =>
        Assert.Equal("keep\nkeep too", MailText.Of("Subject: s\n\nkeep\nSPAM: Content analysis\nkeep too"u8).Body);

    [Fact]
    public void Of_alternatives_the_plain_one_is_read() =>
        Assert.Equal("plain", MailText.Of("Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/html\n\n<b>html</b>\n--x\n\nplain\n--x--\n"u8).Body);
}
