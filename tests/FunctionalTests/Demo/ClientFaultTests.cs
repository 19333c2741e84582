using System.Diagnostics;

namespace FunctionalTests.Demo;

/// <summary>Commands on a real cluster whose settings contradict one another in ways that only a client of librdkafka finds.</summary>
public sealed class ClientFaultTests
{
    [Theory]
    [InlineData("admin client", "demo", "--cluster", "127.0.0.1:1")]
    [InlineData("consumer", "read", "mails", "--cluster", "127.0.0.1:1")]
    public async Task A_client_that_cannot_be_made_is_told_in_a_line(string client, params string[] command)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Sluice.Cli.dll");
        ProcessStartInfo start = new("dotnet", [program, .. command, "--registry", "http://127.0.0.1:1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Sluice__Kafka__Common__security.protocol"] = "SSL";
        start.Environment["Sluice__Kafka__Common__ssl.ca.location"] = "/none";
        await using WorkerProcess process = WorkerProcess.Start(start);
        Assert.Equal(1, await process.ExitCodeAsync());
        Assert.Contains($"librdkafka makes no {client} of the settings in Sluice:Kafka: ", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }
}
