using System.Text.Json;

namespace Worker.Tests.Startup;

/// <summary>What the .NET runtime is told of both programs that hold a worker, as it lies beside them.</summary>
public sealed class RuntimeSettingsTests
{
    [Theory]
    [InlineData("Sluice.Worker")]
    [InlineData("Sluice.Cli")]
    public void Threads_of_the_pool_that_find_nothing_to_do_leave_the_core_to_inference(string program)
    {
        using JsonDocument file =
            JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, $"{program}.runtimeconfig.json")));
        JsonElement settings = file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.Equal(0, settings.GetProperty("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit").GetInt32());
    }
}
