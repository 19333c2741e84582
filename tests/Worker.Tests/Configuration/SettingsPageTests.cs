using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Worker;
using Sluice.Worker.Configuration;

namespace Worker.Tests.Configuration;

/// <summary>docs/configuration.md and the options say the same.</summary>
public sealed class SettingsPageTests
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(RepositoryRoot.Find(), "docs", "configuration.md"));

    [Fact]
    public void Every_setting_stands_there_with_its_default()
    {
        foreach (OptionsSection section in Sections())
        {
            object defaults = Activator.CreateInstance(section.Options)!;
            foreach (PropertyInfo property in section.Options.GetProperties())
            {
                string name = $"`{section.Path["Sluice:".Length..]}:{property.Name}`";
                string? line = Page.SingleOrDefault(l => l.StartsWith("| `", StringComparison.Ordinal)
                    && l.Split('|')[1].Contains(name, StringComparison.Ordinal));
                Assert.True(line is not null, $"{name} has no line");
                if (property.GetValue(defaults) is { } value && value is not ("" or Array or System.Collections.IDictionary))
                    Assert.True(line.TrimEnd(' ', '|').EndsWith($"`{Text(value)}`", StringComparison.Ordinal),
                        $"{name} has the default {Text(value)}; the page says:{line}");
            }
        }
    }

    /// <summary>What depends on the provider has no default of its own: not given, it comes to what stands there.</summary>
    [Theory]
    [InlineData("Batching:MaxRows", false)]
    [InlineData("Batching:MaxTokens", false)]
    [InlineData("Pipeline:MaxDocumentsInFlight", true)]
    [InlineData("Pipeline:MaxTokensInFlight", true)]
    public void What_is_not_given_comes_to_what_stands_there_for_a_CPU_and_for_a_GPU(string setting, bool isFixedOnGpu)
    {
        string line = Page.Single(l => l.StartsWith($"| `{setting}` |", StringComparison.Ordinal));
        PipelineOptions cpu = new(), gpu = new() { IsOnGpu = true };
        (long onCpu, long onGpu) = setting switch
        {
            "Batching:MaxRows" => (new BatchingOptions().Least.MaxRows, 0),
            "Batching:MaxTokens" => (new BatchingOptions().Least.MaxTokens, 0),
            "Pipeline:MaxDocumentsInFlight" => (cpu.DocumentsInFlight, gpu.DocumentsInFlight),
            _ => (cpu.TokensInFlight, gpu.TokensInFlight),
        };
        Assert.EndsWith($"| `{onCpu}`; on a GPU {(isFixedOnGpu ? $"`{onGpu}`" : "found at the start")} |", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_stands_there_that_is_no_setting()
    {
        string[] known = [.. Sections().SelectMany(s => s.Options.GetProperties().Select(p => $"{s.Path["Sluice:".Length..]}:{p.Name}"))];
        foreach (string line in Page.Where(l => l.StartsWith("| `", StringComparison.Ordinal)
            && l.Split('|')[1].Contains(':', StringComparison.Ordinal)))
            foreach (string name in line.Split('|')[1].Split('`', ',').Select(n => n.Trim())
                .Where(n => n.Length > 0 && !line.StartsWith("| `Logging:", StringComparison.Ordinal))) Assert.Contains(name, known);
    }

    [Fact]
    public void The_sample_file_there_is_accepted()
    {
        string sample = string.Join('\n', Page.SkipWhile(l => l != "```json").Skip(1).TakeWhile(l => l != "```"));
        sample = sample.Replace("models/mail", Path.Combine(RepositoryRoot.Find(), "models", "mail"), StringComparison.Ordinal);
        using TextFile file = new(sample);
        WorkerHost.Create([], file.Path).Dispose();
    }

    [Theory]
    [InlineData("Avro")]
    [InlineData("Debezium")]
    [InlineData("JSON without a registry")]
    [InlineData("Text")]
    public void The_worker_of_each_example_there_is_accepted(string example)
    {
        string[] lines = [.. Page.SkipWhile(line => line != $"### {example}")
            .SkipWhile(line => !line.StartsWith("./sluice run ", StringComparison.Ordinal))];
        string command = string.Join(' ', lines[..(1 + Array.FindIndex(lines, line => !line.EndsWith('\\')))]);
        command = command.Replace("models/mail", Path.Combine(RepositoryRoot.Find(), "models", "mail"), StringComparison.Ordinal);
        string[] words = command.Replace("\\", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        WorkerHost.Create(words[2..]).Dispose();
    }

    private static List<OptionsSection> Sections()
    {
        ServiceCollection services = [];
        services.AddSluice();
        return [.. services.Where(s => s.ServiceType == typeof(OptionsSection)).Select(s => (OptionsSection)s.ImplementationInstance!)];
    }

    private static string Text(object value) => value is bool flag ? (flag ? "true" : "false")
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
