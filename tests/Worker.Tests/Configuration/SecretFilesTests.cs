using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sluice.Worker;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;

namespace Worker.Tests.Configuration;

/// <summary>Settings that lie in a folder, one a file.</summary>
public sealed class SecretFilesTests
{
    [Fact]
    public void Files_reach_their_options_by_their_names_with_or_without_the_first()
    {
        using SecretFolder folder = new(("Kafka__Common__sasl.password", "p1"), ("Sluice__Registry__Password", " p2 \n"),
            ("Kafka__Producer__ssl_key_password", "p3\r\n"), ("Sluice__Registry__User", "u\n\n"));
        using IHost host = Create(folder);
        KafkaOptions kafka = host.Services.GetRequiredService<KafkaOptions>();
        RegistryOptions registry = host.Services.GetRequiredService<RegistryOptions>();
        Assert.Equal(("p1", "p3"), (kafka.Common["sasl.password"], kafka.Producer["ssl_key_password"]));
        Assert.Equal((" p2 ", "u\n"), (registry.Password, registry.User));
    }

    [Fact]
    public void They_win_over_the_settings_file_and_the_command_line_wins_over_them()
    {
        using TextFile file = new("""{ "Sluice": { "Kafka": { "GroupId": "file", "Common": { "sasl.password": "file" } } } }""");
        using SecretFolder folder = new(("Kafka__GroupId", "folder"), ("Kafka__Common__sasl.password", "folder"));
        using IHost host = WorkerHost.Create([.. Valid, "--Kafka:GroupId=line"], file.Path, folder.Path);
        KafkaOptions kafka = host.Services.GetRequiredService<KafkaOptions>();
        Assert.Equal(("line", "folder"), (kafka.GroupId, kafka.Common["sasl.password"]));
    }

    /// <summary>Kubernetes swaps a whole volume at once: files are links through <c>..data</c>, which is a link to a folder.</summary>
    [Fact]
    public void A_volume_of_Kubernetes_is_read_through_its_links()
    {
        using SecretFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Path, "..2026_11_28"));
        File.WriteAllText(Path.Combine(folder.Path, "..2026_11_28", "Kafka__Common__sasl.password"), "p");
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "..data"), "..2026_11_28");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "Kafka__Common__sasl.password"), "..data/Kafka__Common__sasl.password");
        File.WriteAllText(Path.Combine(folder.Path, ".hidden"), "x");
        using IHost host = Create(folder);
        Assert.Equal("p", host.Services.GetRequiredService<KafkaOptions>().Common["sasl.password"]);
    }

    [Fact]
    public void Whatever_is_no_setting_is_told_by_the_name_of_its_file()
    {
        using SecretFolder folder = new(("sasl.password", "s3cret"), ("Registry__Password", "s3cret"),
            ("Sluice__Registry__Password", "s3cret"), ("Registry__Pasword", "s3cret"), ("Kafka__Common__ssl.key.pem",
            new string('s', (128 * 1024) + 1)));
        File.WriteAllBytes(Path.Combine(folder.Path, "Kafka__Common__ssl.key.password"), [(byte)'s', 0xff, (byte)'3']);
        string[] faults = [.. Assert.Throws<OptionsValidationException>(() => Create(folder).Dispose()).Failures];
        string[] expected =
        [
            "File 'sasl.password' in the folder of secrets (--secrets or SLUICE_SECRETS) names no setting: call it by ",
            "File 'Sluice__Registry__Password' in the folder of secrets (--secrets or SLUICE_SECRETS) is the second one for ",
            "File 'Kafka__Common__ssl.key.pem' in the folder of secrets (--secrets or SLUICE_SECRETS) has more than 131072 bytes",
            "File 'Kafka__Common__ssl.key.password' in the folder of secrets (--secrets or SLUICE_SECRETS) is no text in UTF-8",
            "Sluice:Registry:Pasword is not a setting",
        ];
        foreach (string fault in expected) Assert.Contains(faults, told => told.StartsWith(fault, StringComparison.Ordinal));
        Assert.DoesNotContain(faults, told => told.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told_without_its_name() =>
        Assert.Contains("is not there. Its name is not shown", Assert.Single(SecretFiles.Read("/no/such/s3cret").Faults),
            StringComparison.Ordinal);

    [Fact]
    public void A_folder_of_too_many_files_is_not_read()
    {
        using SecretFolder folder = new([.. Enumerable.Range(0, 1001).Select(i => ($"Kafka__Common__{i}", ""))]);
        (IReadOnlyList<KeyValuePair<string, string?>> settings, IReadOnlyList<string> faults) = SecretFiles.Read(folder.Path);
        Assert.Empty(settings);
        Assert.StartsWith("There are more than 1000 files in ", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_FIFO_is_not_waited_for()
    {
        using SecretFolder folder = new();
        using (Process made = Process.Start("mkfifo", [Path.Combine(folder.Path, "Registry__Password")])) made.WaitForExit();
        Assert.StartsWith("File 'Registry__Password' in the folder of secrets (--secrets or SLUICE_SECRETS) is a FIFO",
            Assert.Single(SecretFiles.Read(folder.Path).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_a_value_or_a_fault()
    {
        using SecretFolder folder = new();
        string file = Path.Combine(folder.Path, "Registry__Password");
        Prop.ForAll<byte[]>(bytes =>
        {
            File.WriteAllBytes(file, bytes);
            (IReadOnlyList<KeyValuePair<string, string?>> settings, IReadOnlyList<string> faults) = SecretFiles.Read(folder.Path);
            return settings.Count + faults.Count == 1;
        }).QuickCheckThrowOnFailure();
    }

    private static string[] Valid =>
        ["--Kafka:InputTopics:0=documents", $"--Model:Path={Path.Combine(RepositoryRoot.Find(), "models", "mail")}"];

    private static IHost Create(SecretFolder folder) => WorkerHost.Create(Valid, secrets: folder.Path);
}
