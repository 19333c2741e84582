using System.Text.Json;

namespace Worker.Tests.Startup;

/// <summary>What the .NET runtime is told of both programs that hold a worker, as it lies beside them.</summary>
public sealed class RuntimeSettingsTests
{
    private const int MiB = 1 << 20;

    [Theory]
    [InlineData("Sluice.Worker")]
    [InlineData("Sluice.Cli")]
    public void Threads_of_the_pool_are_told_not_to_spin(string program) =>
        Assert.Equal(0, Settings(program).GetProperty("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit").GetInt32());

    [Theory]
    [InlineData("Sluice.Worker")]
    [InlineData("Sluice.Cli")]
    public void The_budget_of_generation_0_is_set_and_not_left_to_the_processors_cache(string program) =>
        Assert.Equal(6 * MiB, Settings(program).GetProperty("System.GC.Gen0MaxBudget").GetInt32());

    [Theory]
    [InlineData("Sluice.Worker")]
    [InlineData("Sluice.Cli")]
    public void Methods_are_compiled_once_less(string program) =>
        Assert.False(Settings(program).GetProperty("System.Runtime.TieredPGO").GetBoolean());

    private static JsonElement Settings(string program)
    {
        using JsonDocument file =
            JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, $"{program}.runtimeconfig.json")));
        return file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").Clone();
    }
}
