using System.Text.Json;

namespace Worker.Tests.Startup;

/// <summary>What the .NET runtime is told of both programs that hold a worker, as it lies beside them.</summary>
public sealed class RuntimeSettingsTests
{
    private const int MiB = 1 << 20;

    [Theory]
    [InlineData("Sluice.Worker")]
    [InlineData("Sluice.Cli")]
    public void Threads_of_the_pool_that_find_nothing_to_do_leave_the_core_to_inference(string program) =>
        Assert.Equal(0, Settings(program).GetProperty("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit").GetInt32());

    [Theory]
    [InlineData("Sluice.Worker")]
    [InlineData("Sluice.Cli")]
    public void What_is_thrown_away_fills_no_more_memory_where_the_processor_has_a_large_cache(string program) =>
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
