namespace FunctionalTests.Registry;

/// <summary>The contract against a real registry.</summary>
public sealed class RealRegistryTests(RealRegistry registry) : RegistryContract, IClassFixture<RealRegistry>
{
    protected override string Url => registry.Url;

    protected override Task<string> StartAsync() => Task.FromResult(registry.Url);

    protected override Task StopAsync() => Task.CompletedTask;
}
