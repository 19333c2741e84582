using System.Security.Cryptography;
using System.Text;
using Sluice.Worker.Demo.Mail;
using Worker.FunctionalTests.Inference;

namespace Worker.FunctionalTests.Demo;

/// <summary>A few dozen mails and the tiny model, laid out as the demo expects them.</summary>
internal sealed class SmallCorpus : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-demo-").FullName;

    public SmallCorpus(int mails)
    {
        Directory.CreateDirectory(Path.Combine(Package, "data", "mails"));
        Directory.CreateDirectory(Model);
        foreach (string file in Directory.EnumerateFiles(Models.Tiny))
            File.Copy(file, Path.Combine(Model, Path.GetFileName(file)));
        File.WriteAllLines(Path.Combine(Model, "split.tsv"), Enumerable.Range(0, mails).Select(Write));
    }

    public string Package => Path.Combine(_folder, "package");

    public string Model => Path.Combine(_folder, "model");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(int number)
    {
        string name = $"mails/{number:0000}.txt";
        byte[] mail = Encoding.UTF8.GetBytes($"Subject: mail {number}\n\n{string.Concat(Enumerable.Repeat("free money meeting ", number % 17))}");
        File.WriteAllBytes(Path.Combine(Package, "data", name), mail);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(MailText.Of(mail).Joined)));
        return $"{name}\ttest\t{(number % 3 == 0 ? "yes" : "no")}\t{number}\t{sha256}";
    }
}
