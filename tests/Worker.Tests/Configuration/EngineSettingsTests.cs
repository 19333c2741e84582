using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sluice.Worker;

namespace Worker.Tests.Configuration;

/// <summary>Settings that mean something on the CPU only, or on a GPU only, and numbers of bytes, which people write as 8GB.</summary>
public sealed class EngineSettingsTests
{
    [Theory]
    [InlineData("Cpu", "16777216", "Sluice:Engine:GpuMemoryBytes is 16777216, but Sluice:Engine:Provider is Cpu")]
    [InlineData("Cuda", "16777215", "Sluice:Engine:GpuMemoryBytes is 16777215, less than any model takes; give bytes")]
    [InlineData("Cuda", "-1", "The field Sluice:Engine:GpuMemoryBytes must be between 0 and 1099511627776")]
    public void A_bound_on_a_GPUs_memory_that_makes_no_sense_is_refused(string provider, string bytes, string fault) =>
        Assert.StartsWith(fault, Assert.Single(Faults(("Engine:Provider", provider), ("Engine:GpuMemoryBytes", bytes))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("Cuda", "ArenaMaxBytes", "1", "Sluice:Engine:ArenaMaxBytes is 1, but Sluice:Engine:Provider is Cuda, and it ")]
    [InlineData("Cpu", "DeviceId", "1", "Sluice:Engine:DeviceId is 1, but Sluice:Engine:Provider is Cpu, which runs on no GPU; remove it")]
    public void What_means_nothing_to_the_provider_is_refused(string provider, string setting, string value, string fault) =>
        Assert.StartsWith(fault, Assert.Single(Faults(("Engine:Provider", provider), ($"Engine:{setting}", value))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("Cuda", "ArenaMaxBytes", "0")]
    [InlineData("Cuda", "DeviceId", "1")]
    [InlineData("Cuda", "GpuMemoryBytes", "16777216")]
    [InlineData("Cpu", "ArenaMaxBytes", "1")]
    [InlineData("Cpu", "DeviceId", "0")]
    public void What_means_something_to_the_provider_or_is_the_default_is_taken(string provider, string setting, string value) =>
        Create(("Engine:Provider", provider), ($"Engine:{setting}", value)).Dispose();

    [Theory]
    [InlineData("Engine:GpuMemoryBytes", "8GB", "is '8GB', which is no whole number from 0 to 1099511627776")]
    [InlineData("Engine:ArenaMaxBytes", "1e9", "is ***, which is no whole number from 0 to 4294967295")]
    [InlineData("Registry:MaxAnswerBytes", "1,024", "is '1,024', which is no whole number from 1024 to 268435456")]
    [InlineData("Pipeline:MaxBytesInFlight", "1 G", "is '1 G', which is no whole number from 1024 to 17179869184")]
    public void Bytes_that_are_no_number_are_told_with_range_unit_and_an_example(string setting, string value, string fault) =>
        Assert.Equal($"Sluice:{setting} {fault}: give bytes, in digits alone, such as 16777216 (16 MiB).",
            Assert.Single(Faults((setting, value))));

    private static string[] Faults(params (string, string)[] settings) =>
        [.. Assert.Throws<OptionsValidationException>(() => Create(settings)).Failures];

    private static IHost Create(params (string Name, string Value)[] settings) => WorkerHost.Create(
    [
        KeyValuePair.Create("Kafka:InputTopics:0", (string?)"documents"),
        KeyValuePair.Create("Model:Path", (string?)Path.Combine(RepositoryRoot.Find(), "models", "mail")),
        .. settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)),
    ]);
}
