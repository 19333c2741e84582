using System.CommandLine;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Cli;
using Sluice.Cli.Demo.Clusters;
using Sluice.Worker;
using Sluice.Worker.Configuration;
using Sluice.Worker.Documents.Registry;

namespace Worker.Tests.Configuration;

/// <summary>A secret is set wherever something can be set, with faults of every kind, and must not stand in what is said of them.</summary>
public sealed partial class SecretTests
{
    private const string Secret = "t0p-s3cret:Zq9x";

    /// <summary>What may be shown: Kafka, labels and the log show these anyway. A new setting is not among them until somebody says so here
    /// and in <see cref="Shown"/>.</summary>
    private static readonly string[] Harmless =
    [
        "Kafka:BootstrapServers", "Kafka:GroupId", "Kafka:InputTopics", "Kafka:OutputTopic", "Kafka:DeadLetterTopic", "Input:TextFields",
            "Input:OptionalFields", "Input:IdField", "Output:CopyFields", "Registry:CaFile", "Registry:ClientCertFile", "Model:Path",
            "Model:Mode",
            "Batching:CostFolder", "Control:FloorHeader",
    ];

    public static TheoryData<string> Settings =>
        [.. Sections().SelectMany(section => section.Options.GetProperties()
        .Select(property => $"{section.Path["Sluice:".Length..]}:{property.Name}"))];

    public static TheoryData<string> ClientSettings =>
    [
        .. new[] { typeof(ConsumerConfig), typeof(ProducerConfig) }.SelectMany(type => type.GetProperties())
            .Where(property => property.CanWrite && property.DeclaringType != typeof(Config))
            .Select(property => WordStart().Replace(property.Name, ".$0").ToLowerInvariant().TrimStart('.')).Distinct(),
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_secret_in_a_setting_stands_in_no_message(string setting)
    {
        string section = setting.Split(':')[0];
        string[][] faults =
        [
            [$"--{setting}={Secret}"], [$"--{setting}x={Secret}"], [$"--{setting}:0={Secret}"], [$"--{setting}:name={Secret}"],
                [$"--{setting}:name:more={Secret}"], [$"--{setting}=", Secret], [$"--{setting}:{Secret}"],
            [$"--{section}={Secret}"], [$"--{section}x={Secret}"], [$"--{section}x:name={Secret}"], [$"{setting}={Secret}"],
                [$"-{setting}={Secret}"], [Secret], ["--password", Secret], [$"--password={Secret}"],
        ];
        foreach (string[] fault in faults.SelectMany(WithBlanks))
        {
            bool mayBeShown = Harmless.Contains(setting) && fault[0].StartsWith($"--{setting}", StringComparison.Ordinal) && !fault[0]
                .StartsWith($"--{setting}x", StringComparison.Ordinal);
            await AssertHiddenAsync(mayBeShown, ["run", .. Valid, .. fault]);
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task A_secret_in_a_settings_file_stands_in_no_message(string setting)
    {
        string[] names = setting.Split(':');
        string[] values = [$"\"{Secret}\"", $"[ \"{Secret}\" ]", $"{{ \"name\": \"{Secret}\" }}", Secret, $"\"{Secret}", $"tru{Secret}",
            $"\"{Secret}\", \"{names[1]}\": \"{Secret}\""];
        foreach (string value in values)
        {
            using TextFile file = new($$"""{ "Sluice": { "{{names[0]}}": { "{{names[1]}}": {{value}} } } }""");
            await AssertHiddenAsync(Harmless.Contains(setting), ["run", "--config", file.Path, "--Batching:MaxRows=0"]);
        }

        string section = $$"""{ "{{names[1]}}": "{{Secret}}" }""";
        using TextFile above = new($$"""{ "Sluice": "{{Secret}}", "{{names[0]}}": {{section}}, "Logging": "{{Secret}}" }""");
        await AssertHiddenAsync(false, ["run", "--config", above.Path]);
    }

    [Theory]
    [MemberData(nameof(ClientSettings))]
    public async Task A_secret_in_a_setting_of_librdkafka_stands_in_no_message(string name)
    {
        foreach (string section in new[] { "Common", "Consumer", "Producer" })
            foreach (string written in new[] { name, name.Replace('.', '_'), name + ".x" })
                foreach (string[] fault in WithBlanks([$"--Kafka:{section}:{written}={Secret}"]))
                    await AssertHiddenAsync(false, ["run", .. Valid, .. fault]);
    }

    [Theory]
    [InlineData("run", "--Registry:Password=" + Secret)]
    [InlineData("run", "--Registry:User=apikey:" + Secret)]
    [InlineData("run", "--Registry:Url=https://me:" + Secret + "@registry")]
    [InlineData("run", "--Registry:Url=htps://me:" + Secret + "@registry")]
    [InlineData("run", "--Registry:Url=https://registry/?token=" + Secret)]
    [InlineData("run", "--Registry:Url=https://registry/#" + Secret)]
    [InlineData("run", "--Kafka:BootstrapServers=me:" + Secret + "@kafka:9092")]
    [InlineData("run", "--Kafka:Common=sasl.password=" + Secret)]
    [InlineData("run", "--Kafka:Common:sasl.pasword=" + Secret)]
    [InlineData("run", "--Registry:Timeout=" + Secret)]
    [InlineData("run", "--secrets=" + Secret)]
    [InlineData("run", "--secrets=/no/such/" + Secret)]
    [InlineData("run", "--Logging:LogLevel:Default=" + Secret)]
    [InlineData("run", "--Logging:LogLevel=" + Secret)]
    [InlineData("run", "--Logging:Console:FormatterName=" + Secret)]
    [InlineData("run", "--Logging:Console:FormatterOptions:SingleLine=" + Secret)]
    [InlineData("run", "--Logging:Console:FormatterOptions:TimestampFormat=Q" + Secret)]
    [InlineData("run", "--Logging:Consol:Password=" + Secret)]
    [InlineData("read", "topic", "--password", Secret)]
    [InlineData("read", "topic", "--last", Secret)]
    [InlineData("read", "topic", "--cluster", "me:" + Secret + "@kafka:9092")]
    [InlineData("read", "topic", "--cluster", "127.0.0.1:1", "--registry", "http://me:" + Secret + "@registry")]
    [InlineData("read", "topic", Secret)]
    [InlineData("read", "topic", "@" + Secret)]
    [InlineData("read", "topic", "-ps3cret")]
    [InlineData("demo", "--rate", Secret)]
    [InlineData("demo", "--in-flight", Secret)]
    [InlineData("demo", "--mode", Secret)]
    [InlineData("demo", "--precision", Secret)]
    [InlineData("demo", "--cluster", "me:" + Secret + "@kafka:9092", "--registry", "http://registry")]
    [InlineData("classify", "--model", "models/none", "--" + Secret)]
    [InlineData("tokenize", "--model", "models/none", "--password=" + Secret)]
    [InlineData(Secret)]
    [InlineData("--password", Secret)]
    public async Task A_secret_in_an_argument_stands_in_no_message(params string[] arguments)
    {
        foreach (string[] written in WithBlanks(arguments))
            await AssertHiddenAsync(false, arguments[0] == "run" ? [.. written, .. Valid] : written);
    }

    [Fact]
    public void Only_settings_that_are_known_to_be_harmless_may_be_shown()
    {
        string[] shown = [.. Settings.Select(row => row.Data).Where(setting => Shown.IsHarmless(setting, "t0p-s3cret"))];
        Assert.Equal(Harmless.Order(), shown.Order());
        Assert.False(Shown.IsHarmless("Model:Path", "-----BEGIN PRIVATE KEY-----\nMIIE"));
        Assert.False(Shown.IsHarmless("Sluice:Kafka:BootstrapServers", "me:t0p-s3cret@kafka:9092"));
        Assert.DoesNotContain(ClientSettings.Select(row => row.Data), name =>
            Regex.IsMatch(name, "password|secret|username|token|jaas|pem$|config$|sasl.kerberos.(kinit|keytab|principal)")
            && Shown.IsHarmless($"Kafka:Common:{name}", "12345678"));
        Assert.DoesNotContain(ClientSettings.Select(row => row.Data), name => name is "ssl.key" or "ssl.certificate.pem"
            && Shown.IsHarmless($"Kafka:Common:{name.Replace('.', '_')}", "x"));
    }

    [Theory]
    [InlineData("Invalid value \"t0p-s3cret:Zq9x\" for it", "Invalid value \"***\" for it")]
    [InlineData("beginning at: s3cret:Zq9x", "beginning at: ***")]
    [InlineData("t0p-s3cret:Zq9xt0p-s3cret:Zq9x", "***")]
    [InlineData("user sluice, pin 8462: refused", "user sluice, pin ***: refused")]
    [InlineData("broker 127.0.0.1:9092 with SASL_SSL is down", "broker 127.0.0.1:9092 with SASL_SSL is down")]
    public void What_others_say_is_cleaned_of_secrets_and_of_parts_of_them(string text, string clean)
    {
        using Microsoft.Extensions.Hosting.IHost host = WorkerHost.Create(new Dictionary<string, string?>
        {
            ["Kafka:InputTopics:0"] = "a",
            ["Model:Path"] = Path.Combine(RepositoryRoot.Find(), "models", "mail"),
            ["Kafka:Common:sasl_password"] = Secret,
            ["Kafka:Common:sasl_username"] = "sluice",
            ["Kafka:Common:security.protocol"] = "SASL_SSL",
            ["Kafka:Consumer:ssl.key.password"] = "8462",
            ["Registry:User"] = "sluice",
            ["Registry:Password"] = Secret,
        });
        Assert.Equal(clean, host.Services.GetRequiredService<Redaction>().Clean(text));
    }

    [Fact]
    public void Settings_of_the_environment_that_read_and_demo_cannot_use_are_refused_without_their_values()
    {
        string[] names =
        [
            "Registry:Timeout", "Registry:Pasword", "Registry",
            "Kafka:Common:security.protocol", "Kafka:Common:sasl.pasword", "Kafka:Common:ssl.ca.certificate.stores",
        ];
        foreach (string name in names)
        {
            Dictionary<string, string?> settings = new() { [name] = Secret };
            InvalidDataException refused = Assert.Throws<InvalidDataException>(() =>
                (EnvironmentSettings.Registry(settings), EnvironmentSettings.ForClients(settings, "kafka:9092")));
            Assert.Contains(name, refused.Message, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_redirect_is_told_without_what_stands_behind_its_path_and_without_the_password_in_it()
    {
        RegistryAnswer answer = new(System.Net.HttpStatusCode.Found, [], null, new Uri($"https://me:{Secret}@login/oauth?token={Secret}"));
        Redaction nothing = new([]), password = Redaction.OfRegistry("sluice", Secret);
        Assert.Contains("which points to https://login/oauth;", answer.Summary(nothing), StringComparison.Ordinal);
        Assert.Contains("which points to /login;", (answer with { Location = new Uri($"/login?token={Secret}", UriKind.Relative) })
            .Summary(nothing), StringComparison.Ordinal);
        Assert.Contains("which points to /in/***;", (answer with { Location = new Uri($"/in/{Secret}", UriKind.Relative) })
            .Summary(password), StringComparison.Ordinal);
        Assert.Contains("which points to https://login/***;",
            (answer with { Location = new Uri($"https://login/{Uri.EscapeDataString(Secret)}") })
            .Summary(password), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Kafka:Common:sasl.password=" + Secret)]
    [InlineData("--Kafka:Common:sasl.password", Secret)]
    [InlineData("-Kafka:Common:sasl.password", Secret)]
    [InlineData("--Sluice:Registry:Password", Secret, "--Registry:Password=another")]
    [InlineData("--Registry:Password=another", "--Registry:Password=" + Secret, "--Registry:Password", "yet another")]
    [InlineData("--config", "FILE")]
    [InlineData("--config=FILE")]
    [InlineData("--Kafka:GroupId=x", "--config:FILE")]
    [InlineData("--config", "/no/such/file", "--config", "FILE")]
    public void An_exception_that_nobody_expected_is_told_without_secrets(params string[] arguments)
    {
        using TextFile file = new($$"""{ "Sluice": { "Kafka": { "Common": { "sasl.password": "{{Secret}}" } } } }""");
        using StringWriter errors = new();
        Assert.Equal(1, UnhandledFault.Tell(new InvalidOperationException($"cannot use '{Secret}'"),
            ["run", .. arguments.Select(argument => argument.Replace("FILE", file.Path, StringComparison.Ordinal))], errors));
        Assert.Contains("This is a bug", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException: cannot use '***'", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--secrets", "FOLDER")]
    [InlineData("--secrets=FOLDER")]
    public void An_exception_that_nobody_expected_is_told_without_what_lies_in_a_folder_of_secrets(params string[] arguments)
    {
        using SecretFolder folder = new(("Kafka__Common__sasl.password", Secret), ("notes", "of no setting"));
        using StringWriter errors = new();
        Assert.Equal(1, UnhandledFault.Tell(new InvalidOperationException($"cannot use '{Secret}'"),
            ["run", .. arguments.Select(argument => argument.Replace("FOLDER", folder.Path, StringComparison.Ordinal))], errors));
        Assert.Contains("InvalidOperationException: cannot use '***'", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancellation_that_nobody_asked_for_is_a_bug_with_its_stack()
    {
        using StringWriter errors = new();
        OperationCanceledException failure = Assert.Throws<OperationCanceledException>(() =>
            new CancellationToken(canceled: true).ThrowIfCancellationRequested());
        Assert.Equal(1, UnhandledFault.Tell(failure, ["run"], errors, "Sluice.Worker"));
        Assert.StartsWith("Sluice.Worker met a fault", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("   at ", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_that_nobody_expected_is_told_where_the_settings_file_cannot_be_read()
    {
        using TextFile file = new("""{ "Sluice": """);
        foreach (string path in new[] { file.Path, Path.GetTempPath(), "", "\0" })
        {
            using StringWriter errors = new();
            Assert.Equal(1, UnhandledFault.Tell(new InvalidOperationException("it broke"), ["run", "--config", path], errors));
            Assert.Contains("InvalidOperationException: it broke", errors.ToString(), StringComparison.Ordinal);
        }
    }

    // The last one keeps it from starting
    private static string[] Valid =>
        ["--Kafka:InputTopics:0=documents", $"--Model:Path={Path.Combine(RepositoryRoot.Find(), "models", "mail")}",
        "--Batching:MaxRows=0"];

    private static async Task AssertHiddenAsync(bool mayBeShown, string[] arguments)
    {
        using StringWriter output = new(), errors = new();
        int code = await CommandLine.RunAsync(arguments, new InvocationConfiguration { Output = output, Error = errors });
        string said = output.ToString() + errors;
        Assert.InRange(code, 1, 3);
        Assert.DoesNotContain("This is a bug", said, StringComparison.Ordinal);
        Assert.False(said.Length == 0, $"{string.Join(' ', arguments)}: nothing was said");
        if (!mayBeShown) Assert.False(said.Contains("s3cret", StringComparison.OrdinalIgnoreCase)
            || said.Contains("Zq9x", StringComparison.Ordinal), $"{string.Join(' ', arguments)}: {said}");
    }

    /// <summary>The arguments; and again with a blank for the first equals sign of each setting, as they may be written too.</summary>
    private static IEnumerable<string[]> WithBlanks(string[] arguments) => arguments.Any(argument => argument.Contains('='))
        ? [arguments, [.. arguments.SelectMany(argument => argument.Split('=', 2))]]
        : [arguments];

    private static List<OptionsSection> Sections()
    {
        ServiceCollection services = [];
        services.AddSluice();
        return [.. services.Where(s => s.ServiceType == typeof(OptionsSection)).Select(s => (OptionsSection)s.ImplementationInstance!)];
    }

    [GeneratedRegex("[A-Z]")]
    private static partial Regex WordStart();
}
