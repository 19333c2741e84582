using Sluice.Cli.Demo.Replay;

namespace Benchmarks;

/// <summary>Where the data of benchmarks lies in this checkout.</summary>
internal static class BenchmarkData
{
    /// <summary>The mails that the model of models/mail has never seen.</summary>
    /// <exception cref="BenchmarkInputException">They are not there, or not whole.</exception>
    public static IReadOnlyList<LabelledMail> Mails()
    {
        try
        {
            return MailFile.Read(Path.Combine(RepositoryRoot(), "data", "mail", "test.avro"));
        }
        catch (InvalidDataException fault)
        {
            throw new BenchmarkInputException(fault.Message);
        }
    }

    /// <summary>The vocabulary of both bundles.</summary>
    public static string Vocabulary() => Path.Combine(RepositoryRoot(), "models", "mail", "vocab.txt");

    /// <summary>What Hugging Face's tokenizers make of 1,854 texts with that vocabulary.</summary>
    public static string GoldenTokens() => Path.Combine(RepositoryRoot(), "tests", "Data", "vectors", "wordpiece", "cases.jsonl.gz");

    /// <summary>The checkout that this program was built in; <c>$SLUICE_ROOT</c> where that names a folder that has its data.</summary>
    public static string RepositoryRoot()
    {
        if (Environment.GetEnvironmentVariable("SLUICE_ROOT") is { Length: > 0 } given) return given;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Streaming.sln")))
            {
                return folder.FullName;
            }
        }

        throw new BenchmarkInputException(
            $"No folder above {AppContext.BaseDirectory} holds Streaming.sln; run benchmarks from a checkout, or name one by SLUICE_ROOT.");
    }
}
