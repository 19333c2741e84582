using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sluice.Worker;

namespace Worker.Tests.Startup;

public sealed class SluiceServicesTests : IDisposable
{
    private readonly DirectoryInfo _bundle = Directory.CreateTempSubdirectory("sluice-no-bundle-");

    [Fact]
    public void Whatever_is_resolved_nothing_of_the_model_is_read()
    {
        File.WriteAllText(Path.Combine(_bundle.FullName, "manifest.json"), "no manifest");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sluice:Kafka:BootstrapServers"] = "127.0.0.1:1",
            ["Sluice:Kafka:InputTopics:0"] = "documents",
            ["Sluice:Model:Path"] = _bundle.FullName,
        });
        builder.Services.AddSluice();
        using IHost host = builder.Build();
        Type[] types = [.. builder.Services.Select(service => service.ServiceType).Where(type => !type.IsGenericTypeDefinition).Distinct()];
        Assert.Contains(types, type => type.Name == "StartupSteps");
        Assert.All(types, type => Assert.All(host.Services.GetServices(type), Assert.NotNull));
    }

    [Fact]
    public void What_a_caller_has_registered_before_stays()
    {
        ServiceCollection services = [];
        services.AddSingleton<TimeProvider>(new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        services.AddSluice();
        Assert.Single(services, service => service.ServiceType == typeof(TimeProvider));
    }

    [Fact]
    public void Added_twice_each_part_is_there_once()
    {
        ServiceCollection services = [];
        services.AddSluice();
        int hosted = services.Count(service => service.ServiceType == typeof(IHostedService));
        services.AddSluice();
        Assert.Equal(hosted, services.Count(service => service.ServiceType == typeof(IHostedService)));
    }

    public void Dispose() => _bundle.Delete(recursive: true);
}
